"""Somebody who was away while much was said gets all of it, though it is more than a socket's bound."""

import uuid

from chat.outlet import MAX_BYTES
from chat.writer import Line, post_lines
from kernel.tenancy import run_in_brand
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.factories.chat import make_person

LINES, LONG = 700, 400


async def test_a_resume_larger_than_the_bound_is_no_slow_reader(stage: Stage) -> None:
    people = [make_person(f"Guest{number}") for number in range(7)]

    def talk() -> None:
        for first in range(0, LINES, 50):
            lines = [
                Line(stage.shows["aurora"], people[number % 7], f"{number} {'x' * LONG}", uuid.uuid4())
                for number in range(first, first + 50)
            ]
            post_lines(lines=lines)

    async with joined(stage) as stays:
        cursors, epoch = dict(stays.cursors), stays.epoch
        await run_in_brand(stage.brands["aurora"], talk)
        while len(stays.events) < LINES:
            await stays.next("events")
        async with opened(stage) as returns:
            await returns.hello(cursors, epoch)
            while len(returns.events) < LINES:
                await returns.next("events", "gap")
            assert [event["seq"] for event in returns.events] == [event["seq"] for event in stays.events]
            assert {frame["t"] for frame in returns.frames} <= {"events", "tick"}
            assert LINES * LONG > MAX_BYTES
            await returns.send(t="ping")
            assert await returns.next("pong")
