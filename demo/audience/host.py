"""The host: waits for the picture, goes live, and walks through the run of show again and again.

Not here: the guests. Staff acts go by the public API with a key; talk goes by the room, signed in.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx

from demo.audience.door import Door, Refused
from demo.audience.room import Frame, RoomSocket, Unanswered
from demo.audience.sight import Sight
from demo.stage.talk import OTHERWISE, POLLS, PRODUCTS, WELCOMES

log = logging.getLogger("demo.host")

LOOK_SECONDS = 1.0
# A drop's price and size; a shelf that runs low is filled up.
DROP_UNITS, DROP_SECONDS, DROP_PRICE_SHARE = 50, 240, 0.8
LOW_SHELF, DELIVERY = 60, 200
SMALL_SHELF = 10  # such a shelf is small on purpose
_ANSWERS = {question: answer for talk in PRODUCTS.values() for question, answer in talk.questions}


class Host:
    """One show's host. `sight` is shared with the guests."""

    def __init__(self, brand: dict[str, Any], sight: Sight) -> None:
        self._brand, self._show, self.sight = brand, brand["on_air"]["id"], sight
        self._staff = Door(brand["origin"], key=brand["api_key"])
        self._person = Door(brand["origin"])
        self._room = RoomSocket(self._person, self._show, on_frame=sight.take)
        self._polls = self._walks = 0

    async def run(self) -> None:
        """Until cancelled or until somebody ends the show."""
        await self._until_done("sign in", self._sign_in)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._room.run())
            await self._until_done("go live", self._go_live)
            await self._room.greeted.wait()
            while self.sight.status != "ended":
                await self._walk()
            log.info("the show is over")
            listening.cancel()

    async def _sign_in(self) -> None:
        await self._person.sign_in(self._brand["host"]["email"], self._brand["host"]["password"])

    async def _go_live(self) -> None:
        """As soon as the engine has a picture. A show that is live or over is left as it is."""
        while True:
            show = await self._staff.read(self._path())
            if show["status"] not in ("scheduled", "lobby"):
                return
            if (await self._staff.read(self._path("health/")))["status"] == "active":
                await self._staff.send(self._path("go-live/"))
                log.info("live")
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _walk(self) -> None:
        """Once through the show, about six minutes."""
        names = [row["name"].partition(",")[0] for row in self.sight.line_up if not row["is_hidden"]]
        steps: list[tuple[float, Callable[[], Awaitable[None]]]] = [(6, self._welcome)]
        for nth, name in enumerate(name for name in names if self._is_shown(name)):
            steps.append((40, partial(self._show_product, name)))
            if nth == 0:
                steps.append((45, self._poll))
            elif nth == 1:
                steps.append((75, self._drop))
        steps.append((20, self._refill))
        for seconds, step in steps:
            if self.sight.status == "ended":
                return
            with contextlib.suppress(Refused, Unanswered, httpx.HTTPError):
                await step()
            await self._stay(seconds)

    async def _stay(self, seconds: float) -> None:
        """Pass the time as a host does: every so often a question of the queue is answered."""
        while seconds > 0 and self.sight.status != "ended":
            await asyncio.sleep(min(12.0, seconds))
            seconds -= 12.0
            with contextlib.suppress(Unanswered):
                await self._answer_one()

    # Steps

    async def _welcome(self) -> None:
        self._walks += 1
        if self._walks > 1:
            await self._say(WELCOMES[self._walks % len(WELCOMES)])
            return
        await self._fire("talk")
        await self._say("Good evening, and welcome to the counter.")

    async def _show_product(self, name: str) -> None:
        row = self._row(name)
        if row is None:
            return
        if not await self._fire("pin", variant_id=row["variant_id"]):
            await self._staff.send(self._path("pin/"), {"variant": row["variant_id"]}, method="PUT")
        await self._say(PRODUCTS.get(name, OTHERWISE).host)

    async def _poll(self) -> None:
        if self.sight.poll is not None or await self._fire("poll"):
            return
        question, answers = POLLS[self._polls % len(POLLS)]
        self._polls += 1
        await self._room.ask(
            {"t": "moderate", "act": "open_poll", "question": question, "answers": list(answers), "seconds": 60}
        )

    async def _drop(self) -> None:
        """The planned drop first; after it, one more of the same each time."""
        if self.sight.drop is not None:
            return
        drops = (await self._staff.read(f"/api/v1/drops/?show={self._show}"))["data"]
        if not drops:
            return
        name = (self.sight.row_of(drops[0]["variant"]) or {"name": ""})["name"].partition(",")[0]
        if not await self._fire("drop"):
            await self._plan_again(drops[0])
        await self._say(PRODUCTS.get(name, OTHERWISE).host)

    async def _plan_again(self, last: Frame) -> None:
        wanted = ("variant", "show", "title", "units", "price_minor", "currency", "per_buyer", "run_seconds")
        await self._fill(last["variant"])
        drop = await self._staff.send("/api/v1/drops/", {name: last[name] for name in wanted})
        await self._staff.send(f"/api/v1/drops/{drop['id']}/open/")

    async def _refill(self) -> None:
        """So that nothing runs dry, however long the demo runs."""
        for row in self.sight.line_up:
            if not row["is_hidden"] and SMALL_SHELF < (row["available"] or 0) < LOW_SHELF:
                await self._fill(row["variant_id"])

    async def _fill(self, variant: str) -> None:
        stock = await self._staff.read(f"/api/v1/variants/{variant}/stock/")
        if stock["available"] < LOW_SHELF:
            body = {"quantity": DELIVERY, "reference": "Delivery from the workshop"}
            await self._staff.send(f"/api/v1/variants/{variant}/stock/receive/", body)

    async def _answer_one(self) -> None:
        for question, text in list(self.sight.questions.items()):
            answer = _ANSWERS.get(text)
            if answer is not None:
                await self._say(answer, reply_to=self.sight.asked.pop(text, None))
                await self._room.ask({"t": "moderate", "act": "answer", "question": question})
                return

    # Means

    async def _fire(self, kind: str, **payload: str) -> bool:
        """Fire the next cue of this kind that the run of show still holds. False if there is none."""
        for cue in await self._staff.read(self._path("cues/")):
            is_left = cue["fired_at"] is None and cue["skipped_at"] is None
            if is_left and cue["kind"] == kind and payload.items() <= cue["payload"].items():
                await self._staff.send(self._path(f"cues/{cue['id']}/fire/"))
                return True
        return False

    async def _say(self, text: str, *, reply_to: str | None = None) -> None:
        await self._room.ask({"t": "say", "text": text, "reply_to": reply_to})

    def _row(self, name: str) -> Frame | None:
        return next((row for row in self.sight.line_up if row["name"].partition(",")[0] == name), None)

    def _is_shown(self, name: str) -> bool:
        """Products that are sold out, or that come as a drop, are not held into the picture."""
        row = self._row(name)
        return row is not None and bool(row["available"]) and not row["note"].startswith("Drop")

    def _path(self, rest: str = "") -> str:
        return f"/api/v1/shows/{self._show}/{rest}"

    async def _until_done(self, what: str, act: Callable[[], Awaitable[None]]) -> None:
        """Again and again, with longer waits: the site may just be starting."""
        wait = LOOK_SECONDS
        while True:
            try:
                return await act()
            except (Refused, httpx.HTTPError) as error:
                log.warning("cannot %s: %s", what, error)
            await asyncio.sleep(wait)
            wait = min(15.0, wait * 2)
