"""A small application for tests of outlets on real servers: what one socket asks for, all get.

Not here: rooms. A server runs this as `tests.chat.relay:application`.
"""

import json
from typing import Any

from chat.outlet import Outlet, Rank
from chat.tap.choose import outlet_for
from chat.wire import Frame

_outlets: list[Outlet] = []
_rank = Rank()  # as a room has it
WORDS = [" ".join(f"{word * (each + 3)}é" for word in ("lamp", "blue", "seam", "ours", "wash")) for each in range(10)]


def text(number: int, size: int) -> str:
    """Frame `number`, different from every other, with letters of several bytes."""
    return f"{number}:" + "é漢🙂x"[number % 4] * size


def line(number: int) -> str:
    """As long as ten messages, with much that has been said before."""
    said = (f'{{"seq":{number * 10 + each},"author":"Viewer {each}","text":"{WORDS[each]}"}}' for each in range(10))
    return f'{{"t":"events","from":{number},"events":[{",".join(said)}]}}'


async def application(scope: Any, receive: Any, send: Any) -> None:
    """`{"way": 1}` answers which way this socket goes, `{"push": [first, count, size]}` sends frames to
    all and `{"chat": [first, count]}` lines of chat, `{"own": [number, size]}` one to this socket alone,
    `{"open": 1}` says how many are open, `{"close": code}` closes this one."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})

    async def wrapped(event: Any) -> None:  # as middleware does, which hides the server
        await send(event)

    outlet = await outlet_for(send, wrapped)
    _outlets.append(outlet)
    _rank.add(outlet)
    try:
        while (event := await receive())["type"] == "websocket.receive":
            match json.loads(event["text"]):
                case {"way": _}:
                    outlet.push(Frame(type(outlet).__name__))
                case {"push": [first, count, size]}:
                    frames = [Frame(text(number, size)) for number in range(first, first + count)]
                    for frame in frames:
                        _rank.push(frame)
                case {"chat": [first, count]}:
                    for number in range(first, first + count):
                        _rank.push(Frame(line(number)))
                case {"own": [number, size]}:
                    outlet.push(Frame(text(number, size)))
                case {"open": _}:
                    outlet.push(Frame(str(sum(not each.closed for each in _outlets))))
                case {"close": code}:
                    outlet.close(code)
    finally:
        outlet.abandon()
        _outlets.remove(outlet)
        _rank.discard(outlet)
