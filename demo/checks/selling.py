"""The room and the till: a message that comes back with its number, a piece that is bought.

Not here: pages and picture.
"""

import json
import uuid
from typing import Any

from websockets.asyncio.client import connect

from demo.audience.door import LOOPBACK, Door
from demo.audience.shopping import buy, hold
from demo.checks.pages import text_of
from demo.checks.report import Failed, require, until

NAME = "Passer-by"
PLENTY = 20


async def room(brand: dict[str, Any]) -> str:
    """Join, say something, hear it from the log."""
    async with Door(brand["origin"]) as door:
        await door.send("/rooms/join/", {"name": NAME})
        text = f"a first look, {uuid.uuid4().hex[:6]}"
        address = f"ws://{door.host}/rooms/{brand['on_air']['id']}/"
        async with connect(
            address,
            host=LOOPBACK,
            port=door.port,
            origin=door.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": door.cookies()},
            proxy=None,
        ) as socket:
            await socket.send(json.dumps({"t": "hello", "cursors": None, "epoch": None}))
            has_snapshot = False
            async for received in socket:
                frame = json.loads(received)
                if frame["t"] == "snapshot":
                    has_snapshot = True
                    await socket.send(json.dumps({"t": "say", "key": str(uuid.uuid4()), "text": text}))
                elif frame["t"] == "refused":
                    raise Failed(f"the room refused: {frame['detail']}")
                elif frame["t"] == "events":
                    seq = next((event["seq"] for event in frame["events"] if event["data"].get("text") == text), None)
                    if seq is not None:
                        require(has_snapshot, "events came before the snapshot")
                        return f"seq {seq}"
        raise Failed("the socket closed before the message came back")


async def purchase(brand: dict[str, Any]) -> str:
    """Hold, order, pay at the provider, confirm; the piece is sold once and the page says so."""
    async with Door(brand["origin"]) as door, Door(brand["origin"], key=brand["api_key"]) as staff:
        shopper = {**brand["shoppers"][0], "email": f"check-{uuid.uuid4().hex[:8]}@shopper.example"}
        variant = await _plentiful(staff, brand["on_air"]["id"])
        held = await hold(door, variant=variant, show=brand["on_air"]["id"])
        bought = await buy(door, held, shopper)
        require(bought.status == "paid", f"order {bought.number} is {bought.status}: {bought.message}")
        moves = f"/api/v1/variants/{variant}/stock/moves/"

        async def sold() -> str | None:
            journal = (await staff.read(moves))["data"]
            return next(
                (move["kind"] for move in journal if move["kind"] == "sell" and move["reference"] == bought.number),
                None,
            )

        await until(sold)
        page = await text_of(door, bought.page)
        require(bought.number in page, "the confirmation page does not name its order")
        return f"order {bought.number}"


async def _plentiful(staff: Door, show: str) -> str:
    """A variant of the line-up that has more than a few pieces left."""
    for row in await staff.read(f"/api/v1/shows/{show}/line-up/"):
        stock = await staff.read(f"/api/v1/variants/{row['variant']}/stock/")
        if stock["available"] > PLENTY:
            return str(row["variant"])
    raise Failed("nothing in the line-up is in stock")
