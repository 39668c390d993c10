"""Sockets that share a compressor: whoever comes, goes, stalls or is told something apart, each reader's own
inflater finds exactly what its socket was sent.

Not here: real servers and a browser (test_deflate).
"""

import socket
import weakref
import zlib
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.protocol import State

from chat.outlet import Rank
from chat.tap import deflating
from chat.tap.deflating import LARGE, DeflatingOutlet
from chat.wire import Frame, Head, HeadedFrame

WORDS = "does the large one come in darker green as well or would that ruin all of those colours".split()  # noqa: SIM905


class Transport:
    """A transport over one end of a pair, which holds everything back while it is stalled."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self.is_stalled = False
        self.held = bytearray()

    def get_extra_info(self, name: str) -> socket.socket:
        return self._socket

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return len(self.held) + self.is_stalled

    def write(self, data: bytes) -> None:
        self.held += data


class Reader:
    """A socket's both ends. It reads as RFC 7692 says, with a window of the bits that were agreed upon."""

    def __init__(self, bits: int) -> None:
        here, self._there = socket.socketpair()
        here.setblocking(False)
        self._there.setblocking(False)
        self._bits = bits
        self._inflater = self._new()
        self.transport = Transport(here)
        self._ends = (here, self._there)
        conn = SimpleNamespace(state=State.OPEN, _state=State.OPEN, extensions=[])
        self.outlet = DeflatingOutlet(SimpleNamespace(transport=self.transport, conn=conn, request=None), None, bits)  # type: ignore[arg-type]
        self.told: list[str] = []
        self.compressed: list[bytes] = []
        self._texts: list[str] = []
        self._rest = b""

    def _new(self) -> Any:
        return zlib.decompressobj(wbits=-(self._bits or 12))

    def read(self) -> list[str]:
        """All that has come so far; what the transport holds back after that."""
        try:
            self._rest += self._there.recv(1 << 20)
        except BlockingIOError:
            pass
        if not self.transport.is_stalled:
            self._rest += self.transport.held
            self.transport.held.clear()
        while len(self._rest) >= 2 and self._take():
            pass
        return self._texts

    def close(self) -> None:
        for end in self._ends:
            end.close()

    def _take(self) -> bool:
        size, begins = self._rest[1], 2
        if size >= 126:
            begins = 4 if size == 126 else 10
            size = int.from_bytes(self._rest[2:begins], "big")
        if len(self._rest) < begins + size:
            return False
        first, data = self._rest[0], self._rest[begins : begins + size]
        self._rest = self._rest[begins + size :]
        if first == 0xC1:
            self.compressed.append(data)
            if not self._bits:
                self._inflater = self._new()
            data = self._inflater.decompress(data + b"\x00\x00\xff\xff")
        else:
            assert first == 0x81
        self._texts.append(data.decode())
        return True


def said(number: int, length: int) -> str:
    """Something that was said before in good part."""
    return f"{number}: " + " ".join(WORDS[(number * 7 + each) % len(WORDS)] for each in range(length))


def choir(*bits: int) -> tuple[Rank, list[Reader]]:
    rank, readers = Rank(), [Reader(each) for each in bits]
    for reader in readers:
        rank.add(reader.outlet)
    return rank, readers


places = st.integers(0, 5)
lengths = st.integers(0, 60)
steps: st.SearchStrategy[list[Any]] = st.lists(
    st.one_of(
        st.tuples(st.just("share"), lengths, st.just(frozenset())),
        st.tuples(st.just("share"), lengths, st.sets(places, min_size=1, max_size=3)),
        st.tuples(st.just("own"), places, st.sampled_from([1, 20, 400])),
        st.tuples(st.sampled_from(["join", "snapshot", "leave", "return", "away", "stall", "go on"]), places),
    ),
    min_size=12,
    max_size=80,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, most=st.sampled_from([3, 256]), beginning=st.sampled_from([0, 200, 1536]))
def test_each_reads_what_it_was_sent(
    monkeypatch: pytest.MonkeyPatch, steps: list[Any], most: int, beginning: int
) -> None:
    """Places are those of the readers there are, in turn."""
    monkeypatch.setattr(deflating, "MOST_FRAMES", most)
    monkeypatch.setattr(deflating, "BEGINNING_BYTES", beginning)
    monkeypatch.setattr("chat.tap.line.MAX_FRAMES", 1000)
    rank, readers = choir(15, 15, 12, 0)
    sitting = list(readers)
    head = Head('{"state":"' + said(3, 300))
    for number, (kind, *how) in enumerate(steps):
        if kind == "share":
            frame = Frame(said(number, how[0]))
            but = [readers[place % len(readers)] for place in how[1]]
            rank.push(frame, but={each.outlet for each in but})
            for each in sitting:
                if each not in but:
                    each.told.append(frame.text)
            continue
        reader = readers[how[0] % len(readers)]
        if kind == "join":
            readers.append(Reader(15))
            rank.add(readers[-1].outlet)
            sitting.append(readers[-1])
        elif kind in ("own", "snapshot"):
            own = Frame(said(number, how[1])) if kind == "own" else HeadedFrame(head, f"{number}")
            reader.outlet.push(own)
            reader.told.append(own.text)
        elif kind == "away" and reader in sitting:
            rank.discard(reader.outlet)
            frame = Frame(said(number, 40))
            rank.push(frame)
            rank.add(reader.outlet)
            for each in sitting:
                if each is not reader:
                    each.told.append(frame.text)
        elif kind == "leave" and reader in sitting:
            rank.discard(reader.outlet)
            sitting.remove(reader)
        elif kind == "return" and reader not in sitting:
            rank.add(reader.outlet)
            sitting.append(reader)
        elif kind in ("stall", "go on"):
            reader.transport.is_stalled = kind == "stall"
        for each in readers:
            each.read()
    for reader in readers:
        reader.transport.is_stalled = False
        assert reader.read() == reader.told
        reader.close()


def test_those_in_step_get_the_same_bytes_and_few() -> None:
    rank, readers = choir(15, 15, 0)
    for number in range(20):
        rank.push(Frame(said(number, 60)))
    first, second, forgetful = (reader.read() and reader.compressed for reader in readers)
    assert first == second
    assert sum(map(len, first)) < sum(map(len, forgetful)) / 3


def test_one_who_comes_late_is_taken_along_before_long() -> None:
    """It waits while that costs less than a new beginning would."""
    rank, readers = choir(*[15] * 3)
    for number in range(10):
        rank.push(Frame(said(number, 60)))
    late = Reader(15)
    rank.add(late.outlet)
    rank.push(Frame(said(10, 60)))
    assert late.read() == [said(10, 60)]
    assert late.outlet.context is not readers[0].outlet.context
    for number in range(11, 120):
        rank.push(Frame(said(number, 60)))
    assert late.read() == [said(number, 60) for number in range(10, 120)]
    assert late.outlet.context is readers[0].outlet.context
    assert len(readers[0].read()) == 120


def test_a_compressor_ends_with_the_last_who_shares_it() -> None:
    rank, [reader] = choir(15)
    rank.push(Frame(said(1, 60)))
    context = weakref.ref(reader.outlet.context)
    rank.discard(reader.outlet)
    assert context() is None


def test_what_is_small_and_for_one_alone_is_not_compressed() -> None:
    rank, [reader, other] = choir(15, 15)
    rank.push(Frame(said(1, 60)))
    reader.outlet.push(Frame("x" * (LARGE - 1)))
    assert reader.outlet.context is other.outlet.context
    reader.outlet.push(Frame("x" * LARGE))
    assert reader.outlet.context is None
    assert len(reader.read()) == 3
    assert len(reader.compressed) == 2


def test_a_push_that_breaks_off_leaves_nobody_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows who has the frame; what follows refers to nothing of it."""
    rank, readers = choir(15, 15)
    rank.push(Frame(said(1, 60)))
    readers[1].transport.is_stalled = True

    def broken(data: bytes) -> None:
        raise RuntimeError("the handler is closed")

    monkeypatch.setattr(readers[1].transport, "write", broken)
    with pytest.raises(RuntimeError):
        rank.push(Frame(said(2, 60)))
    monkeypatch.undo()
    readers[1].transport.is_stalled = False
    rank.push(Frame(said(3, 60)))
    assert readers[0].read() == [said(number, 60) for number in (1, 2, 3)]
    assert readers[1].read() == [said(number, 60) for number in (1, 3)]


def test_an_empty_frame_is_a_block_of_its_own() -> None:
    rank, [reader] = choir(15)
    for text in ("one", "", "", "two"):
        rank.push(Frame(text))
    assert reader.read() == ["one", "", "", "two"]
