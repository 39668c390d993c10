"""A topic in one process: what the ring holds, what it lets go, and what is read once for all."""

import json
from typing import Any

import pytest
from django.db import transaction

from chat.events import MessageRemoved
from chat.feed import RING_SECONDS, Feed, Slice
from kernel.eventlog.frames import events_message, head_message
from kernel.eventlog.models import TopicHead
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import Recorded, append, read_topic
from kernel.tenancy import run_in_brand
from tenants.models import Brand

TOPIC = "show:a"


class Room:
    """A reader that notes what it was given."""

    def __init__(self) -> None:
        self.seqs: list[int] = []
        self.restarts = 0

    def take(self, part: Slice) -> None:
        assert [entry.seq for entry in part.entries] == list(range(part.first, part.last + 1))
        self.seqs += [entry.seq for entry in part.entries]

    def start_over(self) -> None:
        self.restarts += 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def happen(count: int) -> list[Recorded]:
    """Events in aurora's log, ordered; nothing is published."""
    with transaction.atomic():
        for number in range(count):
            append(MessageRemoved(message_id=f"msg_{number}"), topic=TOPIC)
    return [record for record in order_pending() if record.topic == TOPIC]


def held(feed: Feed, seq: int) -> list[int] | None:
    """The numbers above `seq` that the ring can tell."""
    part = feed.since(seq)
    return [entry.seq for entry in part.entries] if part else None


async def opened(clock: Clock | None = None) -> tuple[Feed, Room]:
    feed, room = Feed("b_aurora", TOPIC, clock or Clock()), Room()
    feed.readers.add(room)
    await feed.open()
    return feed, room


def published(records: list[Recorded]) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(events_message(1, records))
    return message


async def test_messages_in_order_need_no_look_into_the_log(
    live_brands: dict[str, Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, room = await opened()
    records = await run_in_brand("b_aurora", happen, 4)
    monkeypatch.setattr("chat.feed.read_topic", None)
    feed.heard(published(records[:2]))
    feed.heard(published(records[2:]))
    feed.heard(published(records[1:3]))  # published twice after a crash
    assert room.seqs == [1, 2, 3, 4]


async def test_a_jump_is_filled_before_what_follows_by_one_reading(
    live_brands: dict[str, Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, room = await opened()
    readings: list[int] = []

    def counted(topic: str, *, after: int, limit: int = 500) -> list[Recorded]:
        readings.append(after)
        return read_topic(topic, after=after, limit=limit)

    monkeypatch.setattr("chat.feed.read_topic", counted)
    records = await run_in_brand("b_aurora", happen, 6)
    for late in (records[3:4], records[4:5], records[5:]):
        feed.heard(published(late))
    assert room.seqs == []
    await feed.checked()
    assert room.seqs == [1, 2, 3, 4, 5, 6]
    assert readings[0] == 0
    assert len(readings) <= 2


async def test_a_head_tells_of_a_lost_last_message(live_brands: dict[str, Brand]) -> None:
    feed, room = await opened()
    records = await run_in_brand("b_aurora", happen, 2)
    feed.heard(json.loads(head_message(1, TOPIC, records[-1].seq)))
    await feed.checked()
    assert room.seqs == [1, 2]


async def test_a_new_epoch_starts_everybody_over(live_brands: dict[str, Brand]) -> None:
    feed, room = await opened()
    records = await run_in_brand("b_aurora", happen, 2)
    feed.heard(published(records))

    def failover() -> None:
        TopicHead.objects.filter(topic="").update(epoch=2)

    await run_in_brand("b_aurora", failover)
    await feed.checked()
    assert (room.restarts, feed.epoch, feed.floor, feed.head) == (1, 2, 2, 2)
    assert held(feed, 1) is None


async def test_the_ring_is_bounded_in_time_and_bytes(
    live_brands: dict[str, Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    feed, _ = await opened(clock)
    records = await run_in_brand("b_aurora", happen, 30)
    feed.heard(published(records[:5]))
    assert held(feed, 2) == [3, 4, 5]
    clock.now = RING_SECONDS + 1
    feed.heard(published(records[5:7]))
    assert feed.floor == 5
    assert held(feed, 4) is None
    assert held(feed, 5) == [6, 7]
    monkeypatch.setattr("chat.feed.RING_BYTES", 1000)
    feed.heard(published(records[7:]))
    assert feed.floor > 20
    assert held(feed, feed.head) == []
    assert held(feed, feed.head + 1) is None
