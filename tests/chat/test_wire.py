"""A frame's bytes: what RFC 6455 and RFC 7692 say, and what a browser's library would read."""

import zlib

import pytest
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as LibraryFrame
from websockets.frames import Opcode
from websockets.protocol import CLIENT, OPEN, Protocol

from chat.wire import Frame, Head, HeadedFrame

TEXTS = ["", "short", "x" * 125, "x" * 126, "x" * 65_535, "x" * 65_536, "Äpfel, 漢字, 🙂 " * 40]


def read(data: bytes, *, compressed: bool = False) -> list[str]:
    """The texts that a client's library finds in these bytes."""
    client = Protocol(CLIENT, state=OPEN, max_size=None)
    if compressed:
        client.extensions = [PerMessageDeflate(False, False, 12, 12)]
    client.receive_data(data)
    frames = [event for event in client.events_received() if isinstance(event, LibraryFrame)]
    assert all(frame.opcode is Opcode.TEXT and frame.fin for frame in frames)
    return [bytes(frame.data).decode() for frame in frames]


@pytest.mark.parametrize("text", TEXTS, ids=len)
def test_a_library_reads_what_was_written(text: str) -> None:
    assert read(Frame(text).plain) == [text]
    assert read(Frame(text).deflated, compressed=True) == [text]


def test_lengths_take_the_shortest_form() -> None:
    assert [len(Frame("x" * size).plain) - size for size in (0, 125, 126, 65_535, 65_536)] == [2, 2, 4, 4, 10]


def test_a_shared_block_may_follow_any_other() -> None:
    """Sockets come and go: what is compressed may not lean on what one of them has not been sent."""
    frames = [Frame(f"the same words again and again {number} " * 30) for number in range(4)]
    for order in ([0, 1, 2, 3], [3, 0], [2, 2, 1]):
        assert read(b"".join(frames[n].deflated for n in order), compressed=True) == [frames[n].text for n in order]
    assert len(frames[0].deflated) < len(frames[0].plain) / 6


def test_bytes_are_made_once() -> None:
    frame = Frame("hello")
    assert frame.plain is frame.plain
    assert frame.deflated is frame.deflated


def test_joiners_share_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    head = Head('{"state":"' + "é long story " * 500)
    frames = [HeadedFrame(head, f'","me":"{name}"}}') for name in ("Noor", "Maya")]
    for frame in frames:
        assert frame.text.startswith(head.text)
        assert read(frame.plain) == read(frame.deflated, compressed=True) == [frame.text]
    assert head.blocks is head.blocks
    assert zlib.decompressobj(wbits=-12).decompress(head.blocks) == head.payload
