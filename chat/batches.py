"""The queues of one brand in this process: messages, votes and upvotes that wait are written together.

Not here: what is written (writer, services) and what may be (memory).
"""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog

from chat.errors import RoomBusy
from chat.services.footprints import Trace, note_footprints
from chat.services.polls import cast_votes, tell_count
from chat.services.questions import count_upvotes
from chat.writer import Line, post_lines
from kernel.combiner import Combiner
from kernel.tenancy import run_in_brand

log = structlog.get_logger(__name__)

T = TypeVar("T")

BATCH, UPVOTES_EVERY, TELL_AGAIN = 64, 0.5, 0.25
BUSY = partial(RoomBusy, retry_after=2)

CastVote = tuple[uuid.UUID, uuid.UUID, str, int]  # show, poll, viewer, choice
CastUpvote = tuple[uuid.UUID, uuid.UUID, str]  # show, question, viewer


class Batches:
    def __init__(self, schema: str) -> None:
        self._schema = schema
        self.lines: Combiner[Line, uuid.UUID] = Combiner(self._post, full=BUSY, limit=BATCH)
        self.votes: Combiner[CastVote, None] = Combiner(self._cast, full=BUSY, limit=500)
        self.upvotes: Combiner[CastUpvote, None] = Combiner(self._upvote, full=BUSY, limit=500, pause=UPVOTES_EVERY)
        self.traces: Combiner[Trace, None] = Combiner(self._note, full=BUSY, limit=500)
        self._noting: set[asyncio.Task[None]] = set()
        self._uncounted: set[uuid.UUID] = set()
        self._telling: dict[uuid.UUID, asyncio.Task[None]] = {}

    async def _post(self, lines: Sequence[Line]) -> Sequence[uuid.UUID | Exception]:
        return await run_in_brand(self._schema, post_lines, lines=lines)

    def note(self, trace: Trace) -> None:
        """Note from where somebody writes. No line waits for it, and no answer comes later by it."""
        task = asyncio.get_running_loop().create_task(self.traces.submit(trace))
        self._noting.add(task)
        task.add_done_callback(self._noted)

    def _noted(self, task: "asyncio.Task[None]") -> None:
        self._noting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("footprint.not_noted", error=str(error))

    async def _note(self, traces: Sequence[Trace]) -> Sequence[Exception | None]:
        return await run_in_brand(self._schema, note_footprints, traces=traces)

    async def _upvote(self, votes: Sequence[CastUpvote]) -> Sequence[Exception | None]:
        return await run_in_brand(self._schema, count_upvotes, votes=votes)

    async def _cast(self, votes: Sequence[CastVote]) -> Sequence[Exception | None]:
        results = await run_in_brand(self._schema, cast_votes, votes=votes)
        for (_, poll_id, _, _), refusal in zip(votes, results, strict=True):
            if refusal is None:
                self._uncounted.add(poll_id)
        for poll_id in self._uncounted - self._telling.keys():
            self._telling[poll_id] = asyncio.get_running_loop().create_task(self._tell(poll_id))
        return results

    async def _tell(self, poll_id: uuid.UUID) -> None:
        """Tell the room's new sums, as often as that may be done, until no vote is left out."""
        try:
            while poll_id in self._uncounted:
                self._uncounted.discard(poll_id)
                if not await run_in_brand(self._schema, tell_count, poll_id=poll_id):
                    self._uncounted.add(poll_id)
                    await asyncio.sleep(TELL_AGAIN)
        finally:
            del self._telling[poll_id]


def batcher() -> Callable[[str], Batches]:
    """One Batches per brand, made when first asked for."""
    known: dict[str, Batches] = {}

    def batches_of(schema: str) -> Batches:
        if schema not in known:
            known[schema] = Batches(schema)
        return known[schema]

    return batches_of
