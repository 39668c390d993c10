"""A guest: joins with a nickname, then chats, hearts, asks, votes and buys at a calm pace.

Not here: what there is to say (demo.stage.talk) and the purchase itself (shopping).
"""

import asyncio
import logging
import random
from typing import Any

import httpx

from demo.audience.deck import Deck
from demo.audience.door import Door, Refused
from demo.audience.room import RoomSocket, Unanswered
from demo.audience.shopping import CARD, DECLINED_CARD, buy, hold
from demo.audience.sight import Sight
from demo.stage.talk import ANYTIME, OTHERWISE, PRODUCTS, ProductTalk

log = logging.getLogger("demo.guest")

# Seconds between two acts of one guest; with eight guests a line comes about every seven seconds.
SHORTEST, LONGEST = 12.0, 40.0
# Out of so many purchases one begins with a card that is declined.
DECLINED_EVERY = 12
# The same question again after so many seconds: by then it has left the screen.
QUESTION_RESTS = 900.0
# The same line, whoever says it: a room refuses what somebody has said within half a minute.
LINE_RESTS = 60.0
FULL_SHELF = 20  # below it a piece is left for people


class Guest:
    """`sight` is what the host sees: one socket's worth of reading is enough for all."""

    def __init__(self, brand: dict[str, Any], name: str, shopper: dict[str, Any], sight: Sight, deck: Deck) -> None:
        self._show, self._name = brand["on_air"]["id"], name
        # The address is a shopper's, the mailbox the guest's own: what one may buy of a drop goes by it.
        self._shopper = {**shopper, "email": f"{name.lower()}@guest.example"}
        self._sight, self._deck = sight, deck
        self._door = Door(brand["origin"])
        self._room = RoomSocket(self._door, self._show)
        self._voted = ""
        self._upvoted: set[str] = set()
        self._dice = random.Random(name)

    async def run(self) -> None:
        """Until cancelled."""
        await self._join()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._room.run())
            while True:
                await asyncio.sleep(self._dice.uniform(SHORTEST, LONGEST))
                if not self._sight.is_live:
                    continue
                try:
                    await self._act()
                except (Refused, Unanswered, httpx.HTTPError) as error:
                    log.info("%s: %s", self._name, error)

    async def _join(self) -> None:
        wait = 1.0
        while True:
            try:
                await self._door.send("/rooms/join/", {"name": self._name})
                return
            except (Refused, httpx.HTTPError) as error:
                log.info("%s cannot join: %s", self._name, error)
            await asyncio.sleep(wait * self._dice.uniform(0.7, 1.3))
            wait = min(15.0, wait * 2)

    async def _act(self) -> None:
        """Votes come first, because a poll ends; then whatever the moment brings."""
        poll = self._sight.poll
        if poll is not None and poll["id"] != self._voted:
            self._voted = poll["id"]
            choice = self._dice.randrange(len(poll["answers"]))
            await self._room.ask({"t": "vote", "poll": poll["id"], "choice": choice})
            return
        act = self._dice.choices(
            (self._say, self._react, self._ask, self._upvote, self._shop), weights=(46, 22, 8, 8, 16)
        )[0]
        await act()

    async def _say(self) -> None:
        lines = ANYTIME if self._dice.random() < 0.4 else self._talk().guests
        line = self._deck.draw_rested(lines, seconds=LINE_RESTS)
        if line is None:
            await self._react()
        else:
            await self._room.ask({"t": "say", "text": line})

    async def _react(self) -> None:
        await self._room.send({"t": "react", "n": self._dice.randint(1, 4)})

    async def _ask(self) -> None:
        """Into the queue and into the chat, as people do."""
        questions = tuple(question for question, _ in self._talk().questions)
        question = self._deck.draw_rested(questions, seconds=QUESTION_RESTS)
        if question is not None:
            await self._room.ask({"t": "ask", "text": question})
            await self._room.ask({"t": "say", "text": question})

    async def _upvote(self) -> None:
        new = [question for question in self._sight.questions if question not in self._upvoted]
        if new:
            question = self._dice.choice(new)
            self._upvoted.add(question)
            await self._room.ask({"t": "upvote", "question": question})

    async def _shop(self) -> None:
        """What is dropped, else what is on screen, else anything that is plenty."""
        drop = self._sight.drop
        if drop is not None and self._dice.random() < 0.7:
            held = await hold(self._door, variant=drop["variant_id"], show=self._show, drop=drop["drop_id"])
        else:
            plenty: list[str] = [
                row["variant_id"]
                for row in self._sight.line_up
                if (row["available"] or 0) > FULL_SHELF and not row["note"].startswith("Drop")
            ]
            if not plenty:
                return
            pin = self._sight.pin
            variant = pin if pin is not None and pin in plenty else self._dice.choice(plenty)
            held = await hold(self._door, variant=variant, show=self._show)
        await asyncio.sleep(self._dice.uniform(3, 8))  # somebody fills in a form
        try:
            if self._dice.randrange(DECLINED_EVERY) == 0:
                await buy(self._door, held, self._shopper, card=DECLINED_CARD)
            bought = await buy(self._door, held, self._shopper, card=CARD)
        except Refused:
            await self._door.send(f"/api/v1/holds/{held['id']}/", method="DELETE")
            raise
        log.info("%s bought: %s %s", self._name, bought.number, bought.status)

    def _talk(self) -> ProductTalk:
        """Of what is dropped, else of what is on screen."""
        drop = self._sight.drop
        row = self._sight.row_of(drop["variant_id"] if drop else self._sight.pin)
        return PRODUCTS.get(row["name"].partition(",")[0], OTHERWISE) if row else OTHERWISE
