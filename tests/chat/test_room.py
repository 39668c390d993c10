"""The room over real sockets: snapshot, events, resume, gap, and two brands side by side."""

import asyncio
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.db import OperationalError

from kernel.eventlog import frames
from kernel.eventlog.models import TopicHead
from kernel.eventlog.store import show_topic
from kernel.redis import client
from kernel.tenancy import run_in_brand, run_in_public
from streams.services.schedule import cancel_show
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined, opened
from tests.chat.twins import give_same_show, say_that_they_joined
from tests.factories.chat import make_viewer, viewer_cookie
from tests.outage import cut_subscriptions


async def test_a_message_reaches_everybody_and_its_author_gets_the_id(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as author, joined(stage) as watcher:
        answer = await author.say("Is it <b>vegan</b>?")
        assert answer["t"] == "ack"
        event = await watcher.until("message.posted")
        assert event["data"]["message_id"] == answer["id"]
        assert event["data"]["text"] == "Is it <b>vegan</b>?"
        assert event["data"]["author"] == "Noor"
        assert "actor" not in event


async def fresh_state(stage: Stage) -> Page:
    await asyncio.sleep(1.05)  # a shared snapshot is a second old at most
    async with joined(stage) as page:
        return page


def comparable(page: Page) -> dict[str, object]:
    return {key: value for key, value in page.state.items() if key not in ("viewers", "me")}


async def test_snapshot_and_events_make_a_fresh_snapshot(stage: Stage) -> None:
    """Every event of the room, applied to an old snapshot, gives the new one."""
    aurora = stage.brands["aurora"]
    noor, maya = (viewer_cookie(aurora, make_viewer(name)) for name in ("Noor", "Maya"))
    async with (
        joined(stage) as watcher,
        joined(stage, cookie=noor) as first,
        joined(stage, cookie=maya) as second,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        said = [(await first.say(f"line {number}"))["id"] for number in range(4)]
        reply = await second.say("yes", reply_to=said[0])
        await team.say("See https://example.org for more")
        await team.moderate("pin", message=said[1])
        await team.moderate("pin", message=said[2])
        await team.moderate("remove", message=said[2])
        await team.moderate("remove", message=said[0])
        await team.moderate("pin", message=reply["id"])
        await team.moderate("slow", seconds=5)
        questions = []
        for page in (first, second, team):
            key = uuid.uuid4()
            await page.send(t="ask", key=str(key), text=f"How long does it last, {key}?")
            questions.append((await page.answer(key))["id"])
        for page, question in ((first, 1), (team, 1), (second, 2)):
            key = uuid.uuid4()
            await page.send(t="upvote", key=str(key), question=questions[question])
            assert (await page.answer(key))["t"] == "ack"
        await team.moderate("answer", question=questions[1])
        await team.moderate("dismiss", question=questions[0])
        poll = await team.moderate("open_poll", question="What next?", answers=["Balm", "Cream"], seconds=60)
        for page, choice in ((first, 0), (second, 0), (second, 1)):
            key = uuid.uuid4()
            await page.send(t="vote", key=str(key), poll=poll["id"], choice=choice)
            assert (await page.answer(key))["t"] == "ack"
        await watcher.until("poll.counted")
        await first.send(t="react", n=7)
        await first.send(t="react", n=3)
        counted = await watcher.until("reaction.counted")
        assert counted["data"]["total"] == 10
        await team.moderate("close_poll", poll=poll["id"])
        await watcher.until("poll.closed")
        await team.moderate("unpin")
        fresh = await fresh_state(stage)
        await watcher.settled(fresh.cursors)
        assert watcher.cursors == fresh.cursors
        assert comparable(watcher) == comparable(fresh)
        assert [answer["votes"] for answer in fresh.state["poll"]["answers"]] == [1, 1]
        assert [question["id"] for question in fresh.state["questions"]] == [questions[2], questions[1]]
        assert fresh.state["settings"]["slow_seconds"] == 5
        lines = {line["id"]: line for line in fresh.state["messages"]}
        assert lines[said[0]]["removed"]
        assert lines[said[0]]["text"] == ""
        assert lines[reply["id"]]["reply_to"] == {"id": said[0], "author": "", "text": ""}
        seen = {event["type"] for event in watcher.events}
        assert seen >= {
            "message.posted", "message.removed", "message.pinned", "message.unpinned", "room.mode_changed",
            "question.asked", "question.ranked", "question.answered", "question.dismissed", "poll.opened",
            "poll.counted", "poll.closed", "reaction.counted",
        }  # fmt: skip


async def test_a_cut_socket_goes_on_where_it_was(stage: Stage) -> None:
    """What happened meanwhile comes once and in order, from the ring and from the log alike."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage) as watcher:
        cursors, epoch, before = dict(watcher.cursors), watcher.epoch, watcher.state
    async with joined(stage, cookie=noor) as author:
        said = [(await author.say(f"line {number}"))["id"] for number in range(5)]
        async with opened(stage) as by_ring:
            await by_ring.hello(cursors, epoch)
            by_ring.state = json.loads(json.dumps(before))
            await by_ring.settled({topic: author.cursors.get(topic, seq) for topic, seq in cursors.items()})
            await author.settled(by_ring.cursors)
            while len(by_ring.events) < 5:
                await by_ring.next("events")
            assert [event["data"]["message_id"] for event in by_ring.events] == said
            assert {frame["t"] for frame in by_ring.frames} == {"events"}
    # Nobody is left, so that the process has forgotten the room: now the log must tell.
    await asyncio.sleep(0.2)
    async with opened(stage) as by_log:
        await by_log.hello(cursors, epoch)
        while len(by_log.events) < 5:
            await by_log.next("events")
        assert [event["data"]["message_id"] for event in by_log.events] == said
        assert {frame["t"] for frame in by_log.frames} == {"events"}


async def test_what_cannot_be_told_whole_is_a_gap_and_a_snapshot(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.feed.RESUME_EVENTS", 3)
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as author:
        cursors, epoch = dict(author.cursors), author.epoch
        for number in range(5):
            await author.say(f"line {number}")
    await asyncio.sleep(0.2)
    ahead = {topic: seq + 1000 for topic, seq in cursors.items()}
    for stale in ((cursors, epoch), (cursors, epoch + 1), (ahead, epoch), ({}, epoch)):
        async with opened(stage) as page:
            await page.hello(*stale)
            frames = [await page.next() for _ in range(1 + len(stale[0]))]
            assert [frame["t"] for frame in frames] == ["gap"] * len(stale[0]) + ["snapshot"]
            assert [line["text"] for line in page.state["messages"]] == [f"line {number}" for number in range(5)]


async def test_a_lost_publication_is_found_by_the_log(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sequencer's message never arrives; the head that follows tells that something is missing."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as author, joined(stage) as watcher:
        await author.say("heard")
        await watcher.until("message.posted")
        with monkeypatch.context() as deaf:
            deaf.setattr("kernel.eventlog.sequencer.messages_by_topic", lambda epoch, records: [])
            lost = await author.say("lost")
            await asyncio.sleep(0.1)
        event = await watcher.until("message.posted")
        assert event["data"]["message_id"] == lost["id"]


async def test_a_lost_redis_connection_is_made_good(stage: Stage) -> None:
    """All subscriptions are cut, and an event falls into the silence: no head is sent for it."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as author, joined(stage) as watcher:
        assert cut_subscriptions() >= 2
        answers = [await author.say(f"line {number}") for number in range(3)]
        assert [answer["t"] for answer in answers] == ["ack"] * 3
        while len(watcher.events) < 3:
            await watcher.next("events")
        assert [event["data"]["message_id"] for event in watcher.events] == [answer["id"] for answer in answers]


async def test_a_new_epoch_starts_every_open_page_over(stage: Stage) -> None:
    """As after a failover to a copy that lacks the last commits: numbers may name other events now."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))

    def fail_over() -> None:
        TopicHead.objects.filter(topic="").update(epoch=7)

    async with joined(stage, cookie=noor) as author, joined(stage) as watcher:
        await author.say("before")
        await watcher.until("message.posted")
        await run_in_brand(stage.brands["aurora"], fail_over)
        await asyncio.sleep(1.05)  # a shared snapshot is a second old at most
        async with joined(stage) as newcomer:  # nothing has been published since
            assert newcomer.epoch == 7
        answer = await author.say("after")
        for page in (watcher, author):
            while page.epoch != 7:
                await page.next("gap", "snapshot", "events")
            while all(line["id"] != answer["id"] for line in page.state["messages"]):
                await page.next("events")
            assert [line["text"] for line in page.state["messages"]] == ["before", "after"]
        again = await author.say("and on")
        assert (await watcher.until("message.posted"))["data"]["message_id"] == again["id"]


async def test_the_same_key_is_the_same_message(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    key = uuid.uuid4()
    async with joined(stage, cookie=noor) as author, joined(stage, cookie=noor) as other_window:
        await author.send(t="say", key=str(key), text="once")
        await other_window.send(t="say", key=str(key), text="once")
        answers = [await author.answer(key), await other_window.answer(key), await author.say("once", key=key)]
        assert len({(answer["t"], answer["id"]) for answer in answers}) == 1
    async with joined(stage) as fresh:
        while not fresh.state["messages"]:  # its snapshot may be a second old; then the event follows
            await fresh.next("events")
        assert [line["text"] for line in fresh.state["messages"]] == ["once"]


async def test_a_line_that_could_not_be_written_is_no_repetition(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page sends it again, under its key or as a new one, and is not told that it has said this."""

    def away(**_: Any) -> Any:
        raise OperationalError("the database has gone")

    async with joined(stage, cookie=viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))) as author:
        key = uuid.uuid4()
        with monkeypatch.context() as without:
            without.setattr("chat.batches.post_lines", away)
            assert (await author.say("is it vegan", key=key))["code"] == "room_busy"
        assert (await author.say("is it vegan", key=key))["t"] == "ack"
        assert (await author.say("is it vegan"))["code"] == "duplicate_message"


async def test_late_news_that_somebody_joined_the_team_cuts_nobody_off(stage: Stage) -> None:
    """The log may tell of it after they have opened a socket: that one knows them already."""
    aurora = stage.brands["aurora"]
    async with joined(stage, cookie=stage.team["aurora"]) as team:
        await run_in_brand(aurora, say_that_they_joined, aurora, "moderator")
        assert (await team.until("member.joined"))["type"] == "member.joined"
        assert (await team.say("still here"))["t"] == "ack"
        assert "reconnect" not in {frame["t"] for frame in team.frames}


async def test_brands_keep_apart_where_ids_coincide(stage: Stage) -> None:
    """Fjord has a show with aurora's id, and a guest with aurora's guest's: nothing crosses."""
    await run_in_public(give_same_show, stage.shows["aurora"], stage.brands["fjord"])
    viewer = make_viewer("Noor", number=0xC0FFEE)
    aurora, fjord = (viewer_cookie(brand, viewer) for brand in stage.brands.values())
    show = stage.public_ids["aurora"]
    async with (
        joined(stage, cookie=aurora, show=show) as here,
        joined(stage, brand="fjord", cookie=fjord, show=show) as there,
        joined(stage, brand="fjord", cookie=aurora, show=show) as stranger,
    ):
        assert stranger.state["me"]["key"] == ""
        key = uuid.uuid4()
        mine = await here.say("canary of aurora", key=key)
        theirs = await there.say("canary of fjord", key=key)
        assert mine["id"] != theirs["id"]
        await here.until("message.posted")
        await there.until("message.posted")
        async with joined(stage, cookie=stage.team["aurora"], show=show) as team:
            await team.moderate("ban", viewer=viewer.key)
        assert await here.closed() == 4403
        await there.say("still here")
        assert "canary of aurora" not in json.dumps([there.frames, stranger.frames])
        assert "canary of fjord" not in json.dumps(here.frames)


async def test_the_number_of_viewers_is_shown_and_neither_team_nor_bots_count(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.attendance.COUNTS_AFTER", dt.timedelta(seconds=0.3))
    aurora = stage.brands["aurora"]
    noor = viewer_cookie(aurora, make_viewer("Noor"))
    async with (
        joined(stage, cookie=noor) as page,
        joined(stage, cookie=noor),
        joined(stage),
        joined(stage),  # the same browser again, without a cookie: it cannot be told apart
        joined(stage, headers={"User-Agent": "Examplebot/2.1 (+https://example.org/bot)"}),
        joined(stage, cookie=stage.team["aurora"]),
    ):
        while (tick := await page.next("tick"))["viewers"] != 2:
            pass
        assert tick["about"] is False


async def test_a_suspended_brand_closes_its_sockets(stage: Stage) -> None:
    def suspend() -> None:
        Brand.objects.filter(slug="aurora").update(status=Brand.Status.SUSPENDED)

    async with joined(stage) as here, joined(stage, brand="fjord") as there:
        await run_in_public(suspend)
        assert await here.closed() == 4423
        await there.send(t="ping")
        assert await there.next("pong")


async def test_the_last_one_out_ends_the_subscription(stage: Stage) -> None:
    channel = frames.channel("b_aurora", show_topic(stage.shows["aurora"]))
    async with joined(stage), joined(stage):
        assert client().pubsub_numsub(channel)[0][1] == 1
    for _ in range(50):
        if client().pubsub_numsub(channel)[0][1] == 0:
            break
        await asyncio.sleep(0.05)
    assert client().pubsub_numsub(channel)[0][1] == 0


async def test_nobody_writes_into_a_show_that_was_called_off(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as page, joined(stage, cookie=stage.team["aurora"]) as team:
        assert (await page.say("hello"))["t"] == "ack"
        await run_in_brand(stage.brands["aurora"], cancel_show, show_id=stage.shows["aurora"], actor="system")
        await page.until("show.cancelled")
        refusal: dict[str, Any] = {}
        for _ in range(20):  # the room reads the show anew right after the event
            refusal = await page.say("anybody there?")
            if refusal["t"] == "refused" and refusal["code"] == "room_closed":
                break
            await asyncio.sleep(0.1)
        assert refusal["code"] == "room_closed"
        assert (await team.say("Sorry, we are ill."))["t"] == "ack"
