"""Two things at the same moment, and a database that is away at a bad one: what a room does then.

Not here: two requests for one thing of the shop (tests/race).
"""

import asyncio
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from chat.models import Ban, Message
from chat.room import Room
from chat.services.messages import remove_message
from chat.services.moderation import ban_viewer, lift_all, lift_ban
from chat.writer import Line, post_lines
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context, run_in_brand
from streams.access import cookie_name, link_token
from streams.models import Show
from streams.selectors import show_by_id
from streams.services.details import set_visibility
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.factories.chat import make_message, make_person, make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_lobby


def meanwhile(brand: Brand, first: Callable[[], object], second: Callable[[], Any]) -> Any:
    """What `second` returns when it begins after `first` is done and before that is committed."""
    begun, result = threading.Event(), []

    def late() -> None:
        try:
            with brand_context(brand):
                begun.set()
                result.append(second())
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    with transaction.atomic():
        first()
        thread.start()
        begun.wait(5)
        thread.join(0.3)  # it either is done too early, or waits
    thread.join(5)
    return result[0]


def test_an_answer_does_not_bring_back_what_was_removed_a_moment_before(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        show = make_lobby()
        with transaction.atomic():
            rude = make_message(show.pk, "my number is 0170 1234567")
        line = Line(show.pk, make_person("Maya"), "call them", uuid.uuid4(), reply_to=rude.pk)
        meanwhile(
            aurora,
            lambda: remove_message(show_id=show.pk, message_id=rude.pk, actor=ACTOR),
            lambda: post_lines(lines=[line]),
        )
        events = list(EventRecord.objects.order_by("id").values_list("type", "data"))
        assert [kind for kind, _ in events][-2:] == ["message.removed", "message.posted"]
        assert events[-1][1]["reply_to"] is None
        assert Message.objects.get(text="call them").reply_to_id is None


def test_a_ban_that_is_lifted_and_spoken_again_at_once_is_told(live_brands: dict[str, Brand]) -> None:
    """The table and what rooms have heard agree: nobody is banned in silence."""
    aurora, troll = live_brands["aurora"], make_person("Troll").key
    with brand_context(aurora):
        first = ban_viewer(viewer_key=troll, actor=ACTOR)
        again = meanwhile(
            aurora,
            lambda: lift_ban(ban_id=first.pk, actor=ACTOR),
            lambda: ban_viewer(viewer_key=troll, actor="member:mem_2"),
        )
        assert again.pk != first.pk
        assert [ban.pk for ban in Ban.objects.filter(lifted_at=None)] == [again.pk]
        told = EventRecord.objects.filter(type__in=["viewer.banned", "viewer.unbanned"]).order_by("id")
        assert [record.type for record in told] == ["viewer.banned", "viewer.unbanned", "viewer.banned"]


def test_many_lift_the_same_ban_and_none_is_refused(live_brands: dict[str, Brand]) -> None:
    aurora, troll = live_brands["aurora"], make_person("Troll").key
    with brand_context(aurora):
        ban_viewer(viewer_key=troll, actor=ACTOR)

    def lift(_: int) -> int:
        try:
            with brand_context(aurora):
                return lift_all(viewer_key=troll, actor=ACTOR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lift, range(6))) == 1


def close_doors(show_id: uuid.UUID) -> str:
    """Nobody may enter without the link any more. Returns the cookie of one who came by it."""
    set_visibility(show_id=show_id, visibility="private", actor=ACTOR)
    show = Show.objects.get(pk=show_id)
    return f"{cookie_name(show)}={link_token(show)}"


async def test_who_was_let_in_just_before_the_doors_closed_does_not_sit_down(stage: Stage) -> None:
    aurora, show = stage.brands["aurora"], stage.shows["aurora"]
    async with joined(stage) as inside, opened(stage) as coming:
        await asyncio.sleep(0.3)  # the door let it in; it has not said hello
        entry = await run_in_brand(aurora, close_doors, show)
        assert await inside.closed() == 1012
        await coming.hello()
        assert await coming.closed() == 1012
        assert coming.frames[-1]["t"] == "reconnect"
        async with opened(stage) as stranger:
            assert await stranger.closed() == 4404
        async with joined(stage, cookie=entry) as guest:
            assert guest.state["show"]["status"] == "lobby"


async def test_doors_close_though_the_database_was_away(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    aurora, show = stage.brands["aurora"], stage.shows["aurora"]
    read, failures = show_by_id, 3

    def sometimes(show_id: Any) -> Show:
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("the database has gone")
        return read(show_id)

    async with joined(stage) as page:
        monkeypatch.setattr("chat.room.show_by_id", sometimes)
        await run_in_brand(aurora, close_doors, show)
        assert await page.closed() == 1012
    assert not failures


async def test_a_beat_that_fails_is_not_the_last(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    aurora = stage.brands["aurora"]
    tick, broken = Room.tick, True

    def once(room: Room) -> None:
        nonlocal broken
        if broken:
            broken = False
            raise RuntimeError("a fault nobody thought of")
        tick(room)

    monkeypatch.setattr(Room, "tick", once)
    async with joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as page:
        async with asyncio.timeout(5):
            while broken:
                await asyncio.sleep(0.05)
        await page.send(t="react", n=2)
        assert (await page.until("reaction.counted"))["data"]["total"] == 2
