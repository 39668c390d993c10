"""Posts chat lines as a socket process does: by the batch writer, durable in the log. A process of its own.

    python -m benchmarks.poster SCHEMA SHOW [COMMITS]

Answers each line `COUNT RATE FIRST` on standard input by one line of JSON when all are durable; a rate of
0 means as fast as they are taken. To COMMITS it writes when each line was committed. Nothing is left out
but the reading of the author's frame: queue, one statement for all that wait, commit, bell.
"""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import django

django.setup()

from chat.batches import BATCH, BUSY  # noqa: E402
from chat.people import Person, person_of  # noqa: E402
from chat.writer import Line, post_lines  # noqa: E402
from kernel import ids  # noqa: E402
from kernel.combiner import Combiner  # noqa: E402
from kernel.tenancy import run_in_brand  # noqa: E402
from kernel.viewers import Viewer  # noqa: E402

AUTHORS, OUTSTANDING = 50, 1000
# About as long as one another, so that the one which the peers carry stands for all.
SAYINGS = (
    "does the large one come in the darker green as well?",
    "I have had mine for two years now and still love it",
    "good evening from Rotterdam, the picture is perfect",
    "how long does it last if you use it every other day?",
    "please show the back of it once more, with the seam",
    "ordered two, one is for my sister, thank you so much",
    "is it true that this one will not be made again now?",
    "can you wash it warm or would that ruin the colours?",
    "that blue is unreal, my phone cannot be showing it right",
    "which size would you take if you are between the two?",
    "we are watching with the whole office, hello to you",
    "mine came yesterday, the box alone is worth keeping",
)

Numbered = tuple[int, Line]


def authors() -> list[Person]:
    people = [person_of(Viewer(id=ids.uuid7(), name=f"Viewer {number}"), None) for number in range(AUTHORS)]
    return [person for person in people if person is not None]


def _line_key() -> uuid.UUID:
    """As pages make it: `lineKey` in frontend/src/room/frames.ts."""
    return uuid.UUID(f"00000000-0000-8000-8000-{os.urandom(6).hex()}")


class Poster:
    def __init__(self, schema: str, show_id: uuid.UUID) -> None:
        self._schema, self._show_id = schema, show_id
        self._people = authors()
        self._queue: Combiner[Numbered, None] = Combiner(self._run, full=BUSY, limit=BATCH)
        self.commits: list[tuple[int, int]] = []  # number, nanoseconds

    async def _run(self, lines: Sequence[Numbered]) -> list[Exception | None]:
        return await run_in_brand(self._schema, self._post, lines)

    def _post(self, lines: Sequence[Numbered]) -> list[Exception | None]:
        post_lines(lines=[line for _, line in lines])
        moment = time.monotonic_ns()
        self.commits += [(number, moment) for number, _ in lines]
        return [None] * len(lines)

    async def say(self, number: int) -> None:
        text = f"@T{time.monotonic_ns():019d}#{number:08d} {SAYINGS[number % len(SAYINGS)]}"
        person = self._people[number % AUTHORS]
        await self._queue.submit((number, Line(self._show_id, person, text, _line_key())))

    async def say_all(self, count: int, rate: float, first: int) -> None:
        began, room = time.monotonic(), asyncio.Semaphore(OUTSTANDING)

        async def one(number: int) -> None:
            try:
                await self.say(number)
            finally:
                room.release()

        async with asyncio.TaskGroup() as group:
            for number in range(count):
                if rate:
                    await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
                await room.acquire()
                group.create_task(one(first + number))


async def main() -> None:
    schema, show, *rest = sys.argv[1:]
    poster = Poster(schema, ids.parse_public_id("shw", show))
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"ready": True}), flush=True)
    while line := await lines.readline():
        count, rate, first = (float(word) for word in line.split())
        poster.commits.clear()
        began = time.monotonic()
        await poster.say_all(int(count), rate, int(first))
        if rest:
            await asyncio.to_thread(Path(rest[0]).write_text, json.dumps(poster.commits))
        print(json.dumps({"seconds": time.monotonic() - began}), flush=True)


asyncio.run(main())
