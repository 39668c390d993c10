"""The buyers themselves: each asks once with a key and a header of its own, and what came of it is counted.

Not here: figures. No test asserts a time.
"""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.buyers.client import SOURCE, Counter, Tickets, rush
from benchmarks.buyers.loop import Way, crowd, displaced
from benchmarks.crowd.client import NoCompiler, compile_c

BUYERS = 40


class Counterfoil:
    """A shop with so many units, that notes every request it reads. `rude` ends the connection of every request
    after the last unit, instead of answering; the first `busy` are told to come again in a second."""

    def __init__(self, units: int, *, rude: bool = False, busy: int = 0) -> None:
        self.units, self.rude, self.busy = units, rude, busy
        self.requests: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                found = re.search(r"Content-Length: (\d+)", head)
                assert found is not None
                body = (await reader.readexactly(int(found[1]))).decode()
                self.requests.append(head + body)
                number = len(self.requests)
                if number > self.units and self.rude:
                    break
                status, text = ("201 Created", f'{{"id": "hld_{number}"}}')
                more = ""
                if number <= self.busy:
                    status, text, more = "503 Service Unavailable", '{"code": "in_line"}', "retry-after: 1\r\n"
                elif number > self.units:
                    status, text = ("409 Conflict", '{"code": "sold_out"}')
                answer = f"HTTP/1.1 {status}\r\n{more}content-length: {len(text)}\r\n\r\n{text}"
                writer.write(answer[:30].encode())
                await writer.drain()
                writer.write(answer[30:].encode())
                await writer.drain()
        writer.close()


@contextlib.contextmanager
def open_shop(shop: Counterfoil) -> Iterator[Counterfoil]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(shop.serve, "127.0.0.1", 0), loop).result()
    shop.port = server.sockets[0].getsockname()[1]
    yield shop
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        return compile_c(SOURCE, tmp_path_factory.mktemp("buyers"))
    except NoCompiler as problem:
        pytest.skip(f"the buyers are not tested: {problem}")


@pytest.fixture
def tickets(tmp_path: Path) -> Tickets:
    file = tmp_path / "tickets"
    file.write_text("".join(f"X-Hold-Ticket: ticket-{number}\n" for number in range(2 * BUYERS)))
    return Tickets(file, 2 * BUYERS)


def test_each_buyer_asks_once_with_a_key_of_its_own(program: Path, tickets: Tickets, tmp_path: Path) -> None:
    with open_shop(Counterfoil(units=15)) as shop:
        counter = Counter(shop.port, "/hold/", '{"quantity":1}', "brand.localhost", tickets)
        got = rush(program, counter, connections=7, requests=BUYERS, log=tmp_path / "log")
    assert got.statuses == {"201": 15, "409": BUYERS - 15}
    assert (got.sent, got.answered, got.broken, got.held) == (BUYERS, BUYERS, 0, 15)
    assert len({re.findall(r"Idempotency-Key: (\S+)", request)[0] for request in shop.requests}) == BUYERS
    shown = {re.findall(r"X-Hold-Ticket: (\S+)", request)[0] for request in shop.requests}
    assert shown == {f"ticket-{number}" for number in range(BUYERS)}
    assert all(request.endswith('\r\n\r\n{"quantity":1}') for request in shop.requests)
    assert f"Origin: http://brand.localhost:{shop.port}" in shop.requests[0]
    assert sorted(tap.hold for tap in got.taps if tap.hold) == sorted(f"hld_{number}" for number in range(1, 16))
    assert [tap.number for tap in got.taps] == list(range(BUYERS))
    assert all(0 <= tap.sent <= tap.answered for tap in got.taps)


def test_a_ticket_is_used_once(program: Path, tickets: Tickets) -> None:
    with open_shop(Counterfoil(units=BUYERS)) as shop:
        counter = Counter(shop.port, "/", "{}", "localhost", tickets)
        rush(program, counter, connections=5, requests=BUYERS)
        rush(program, counter, connections=5, requests=BUYERS)
        with pytest.raises(RuntimeError, match="too few"):
            rush(program, counter, connections=5, requests=1)
    assert len({re.findall(r"X-Hold-Ticket: (\S+)", request)[0] for request in shop.requests}) == 2 * BUYERS


def test_who_got_no_answer_is_counted_and_does_not_ask_again(program: Path, tickets: Tickets) -> None:
    with open_shop(Counterfoil(units=10, rude=True)) as shop:
        got = rush(program, Counter(shop.port, "/", "{}", "localhost", tickets), connections=4, requests=30)
    assert (got.held, got.broken, got.statuses) == (10, 20, {"0": 20, "201": 10})
    assert len(shop.requests) == 30


def test_who_is_sent_away_comes_back_under_the_same_key(program: Path, tickets: Tickets) -> None:
    with open_shop(Counterfoil(units=BUYERS + 5, busy=5)) as shop:
        got = rush(program, Counter(shop.port, "/", "{}", "localhost", tickets), connections=8, requests=BUYERS)
    assert (got.held, got.repeated, got.broken, got.sent) == (BUYERS, 5, 0, BUYERS)
    keys = [re.findall(r"Idempotency-Key: (\S+)", request)[0] for request in shop.requests]
    assert len(keys) == BUYERS + 5
    assert len(set(keys)) == BUYERS
    assert got.max_ms >= 1000, "the time counts from the first asking on"


def test_a_rate_is_kept(program: Path, tickets: Tickets) -> None:
    with open_shop(Counterfoil(units=BUYERS)) as shop:
        counter = Counter(shop.port, "/", "{}", "localhost", tickets)
        got = rush(program, counter, connections=4, requests=BUYERS, rate=200.0)
    assert got.held == BUYERS
    assert got.seconds >= (BUYERS - 1) / 200


def test_places_lost_are_counted_among_the_winners() -> None:
    assert displaced([0, 1, 2, 5]) == {"displaced_p50": 0, "displaced_max": 0}
    assert displaced([5, 0, 1, 2]) == {"displaced_p50": 1, "displaced_max": 3}
    assert displaced([]) == {"displaced_p50": 0, "displaced_max": 0}


async def test_the_loop_counts_what_was_granted_and_in_which_order() -> None:
    told: list[str] = []

    async def reserve(number: int) -> str | None:
        await asyncio.sleep(0.001)
        if number % 2:
            return None
        told.append(f"hold-{number}")
        return told[-1]

    async def settled() -> None:
        await asyncio.sleep(0)

    async def granted() -> list[str]:
        return told[::-1]

    figures = await crowd(Way(reserve, settled, granted), buyers=5, seconds=0.05, first=100)
    assert figures["held"] == len(told) > 0
    assert abs(figures["held"] - figures["refused"]) <= 5
    assert figures["next"] == 100 + figures["held"] + figures["refused"]
    assert figures["displaced_max"] == len(told) - 1, "granted in the opposite order"
