"""Lines that wait for the team: who sees them, what is said to them, and how the mode ends."""

import asyncio
import uuid
from typing import Any

import pytest

from chat.errors import AlreadyDecided, ClaimedByOther, LinesWaiting
from chat.models import HeldMessage, Message
from chat.services.claiming import claim_line, release_line
from chat.services.deciding import approve_line, decline_line
from chat.services.holding import hold_line
from chat.services.rooms import set_room_mode
from chat.writer import Line
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from kernel.tenancy import run_in_brand
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import Page, joined
from tests.factories.chat import make_person, make_viewer, viewer_cookie
from tests.factories.streams import make_lobby

TOM, MIA = "member:mem_tom", "member:mem_mia"


def hold(show_id: uuid.UUID, text: str = "hello", *, rule: str = "", key: uuid.UUID | None = None) -> HeldMessage:
    line = Line(show_id=show_id, person=make_person("Noor"), text=text, key=key or uuid.uuid4())
    return hold_line(line=line, rule=rule)


def types(show_id: uuid.UUID) -> list[str]:
    order_pending()
    about = ("message.", "room.mode")
    told = [record.type for record in read_topic(show_topic(show_id), after=0)]
    return [type_ for type_ in told if type_.startswith(about)]


async def mode(stage: Stage, **change: Any) -> None:
    await run_in_brand(stage.brands["aurora"], set_room_mode, show_id=stage.shows["aurora"], actor="system", **change)


async def test_only_the_author_and_the_team_see_a_line_that_waits(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    noor = viewer_cookie(aurora, make_viewer("Noor"))
    async with (
        joined(stage, cookie=noor) as author,
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Ida"))) as other,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await mode(stage, approval=True)
        await author.until("room.mode_changed")
        key = uuid.uuid4()
        answer = await author.say("is this shown?", key=key)
        assert answer["id"].startswith("hmg_")
        assert (await author.say("is this shown?", key=key))["id"] == answer["id"], "sent again it is the same line"
        assert (await author.until("message.waiting"))["data"]["key"] == str(key)
        held = await team.until("message.held")
        assert (held["data"]["held_id"], held["data"]["rule"]) == (answer["id"], "")
        assert (await team.say("the team speaks at once"))["id"].startswith("msg_")
        await other.until("message.posted")
        await other.settled(author.cursors)
        assert "is this shown?" not in str(other.frames)

        async with joined(stage, cookie=noor) as again, joined(stage, cookie=stage.team["aurora"]) as desk:
            assert [line["text"] for line in again.state["me"]["waiting"]] == ["is this shown?"]
            assert [line["id"] for line in desk.state["me"]["team"]["held"]] == [answer["id"]]
            assert "team" not in again.state["me"]

        await run_in_brand(
            aurora, approve_line, show_id=stage.shows["aurora"], held_id=HeldMessage.parse_id(answer["id"]), actor=TOM
        )
        shown = await other.until("message.posted")
        assert (shown["data"]["text"], shown["data"]["key"]) == ("is this shown?", str(key))
        await team.until("message.approved")
        await author.settled(other.cursors)
        assert author.state["me"]["waiting"] == team.state["me"]["team"]["held"] == []


async def test_a_declined_line_goes_back_to_its_author_alone(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    async with (
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as author,
        joined(stage) as other,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await mode(stage, approval=True)
        await author.until("room.mode_changed")
        answer = await author.say("buy elsewhere")
        held_id = HeldMessage.parse_id(answer["id"])
        await run_in_brand(aurora, decline_line, show_id=stage.shows["aurora"], held_id=held_id, actor=TOM)
        assert (await author.until("message.returned"))["data"]["held_id"] == answer["id"]
        await team.until("message.declined")
        await mode(stage, slow_seconds=5)
        await other.until("room.mode_changed")
        assert "buy elsewhere" not in str(other.frames)
        assert author.state["me"]["waiting"] == []


async def test_a_question_waits_too(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    async with (
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as author,
        joined(stage) as other,
    ):
        await mode(stage, approval=True)
        await author.until("room.mode_changed")
        key = uuid.uuid4()
        await author.send(t="ask", key=str(key), text="Is it vegan?")
        held = (await author.answer(key))["id"]
        second = uuid.uuid4()
        await author.send(t="ask", key=str(second), text="And this?")
        assert (await author.answer(second))["code"] == "one_question_a_minute"
        held_id = HeldMessage.parse_id(held)
        await run_in_brand(aurora, approve_line, show_id=stage.shows["aurora"], held_id=held_id, actor=TOM)
        asked = await other.until("question.asked")
        assert asked["data"]["text"] == "Is it vegan?"
        await author.settled(other.cursors)
        assert author.state["me"]["waiting"] == []


async def test_what_the_team_follows_equals_what_it_finds(stage: Stage) -> None:
    """Snapshot and events equal the next snapshot, for author and team, over all that happens to lines."""
    aurora, show_id = stage.brands["aurora"], stage.shows["aurora"]
    noor, tom = viewer_cookie(aurora, make_viewer("Noor")), stage.team["aurora"]
    async with joined(stage, cookie=noor) as author, joined(stage, cookie=tom) as team:
        await mode(stage, approval=True)
        await author.until("room.mode_changed")
        held = [HeldMessage.parse_id((await author.say(f"line {number}"))["id"]) for number in range(4)]
        about: dict[str, Any] = {"show_id": show_id, "actor": TOM}
        await run_in_brand(aurora, claim_line, held_id=held[0], name="Tom", **about)
        await run_in_brand(aurora, release_line, held_id=held[0], **about)
        await run_in_brand(aurora, claim_line, held_id=held[1], name="Tom", **about)
        await run_in_brand(aurora, approve_line, held_id=held[2], **about)
        await run_in_brand(aurora, decline_line, held_id=held[3], **about)
        await author.until("message.returned")
        await asyncio.sleep(1.1)  # no snapshot of before is handed out
        for page, cookie in ((author, noor), (team, tom)):
            async with joined(stage, cookie=cookie) as fresh:
                await page.settled(fresh.cursors)
                assert told(page) == told(fresh)
        assert [line["claim"]["name"] if line["claim"] else "" for line in team.state["me"]["team"]["held"]] == [
            "",
            "Tom",
        ]


def told(page: Page) -> dict[str, Any]:
    """The state without what only a moment's clock decides."""
    state = {**page.state, "viewers": 0}
    for name in ("messages", "questions"):
        state[name] = [{**row, "at": ""} for row in state[name]]
    me = dict(state["me"])
    if "team" in me:
        me["team"] = {**me["team"], "held": [{**line, "at": ""} for line in me["team"]["held"]]}
    return {**state, "me": me}


class TestDeciding:
    @pytest.fixture
    def show_id(self, in_aurora: Brand) -> uuid.UUID:
        return make_lobby().pk

    def test_twice_is_once_and_the_other_way_is_refused(self, show_id: uuid.UUID) -> None:
        held = hold(show_id)
        for _ in range(2):
            assert approve_line(show_id=show_id, held_id=held.pk, actor=TOM).status == "approved"
        with pytest.raises(AlreadyDecided):
            decline_line(show_id=show_id, held_id=held.pk, actor=MIA)
        assert types(show_id) == ["message.held", "message.waiting", "message.posted", "message.approved"]
        assert Message.objects.get().author == "Noor"

    def test_a_line_is_shown_where_the_chat_ends(self, show_id: uuid.UUID) -> None:
        first, second = hold(show_id, "first"), hold(show_id, "second")
        approve_line(show_id=show_id, held_id=second.pk, actor=TOM)
        approve_line(show_id=show_id, held_id=first.pk, actor=TOM)
        assert [message.text for message in Message.objects.order_by("id")] == ["second", "first"]

    def test_the_same_key_is_the_same_line(self, show_id: uuid.UUID) -> None:
        key, person = uuid.uuid4(), make_person("Noor")
        lines = [Line(show_id=show_id, person=person, text="once", key=key) for _ in range(2)]
        assert len({hold_line(line=line).pk for line in lines}) == 1
        assert types(show_id) == ["message.held", "message.waiting"]

    def test_a_claim_keeps_the_others_off(self, show_id: uuid.UUID) -> None:
        held = hold(show_id)
        claim_line(show_id=show_id, held_id=held.pk, actor=TOM, name="Tom")
        with pytest.raises(ClaimedByOther, match="Tom"):
            claim_line(show_id=show_id, held_id=held.pk, actor=MIA, name="Mia")
        with pytest.raises(ClaimedByOther, match="Tom"):
            approve_line(show_id=show_id, held_id=held.pk, actor=MIA)
        release_line(show_id=show_id, held_id=held.pk, actor=MIA)
        with pytest.raises(ClaimedByOther):
            decline_line(show_id=show_id, held_id=held.pk, actor=MIA)
        release_line(show_id=show_id, held_id=held.pk, actor=TOM)
        assert decline_line(show_id=show_id, held_id=held.pk, actor=MIA).status == "declined"
        with pytest.raises(AlreadyDecided):
            claim_line(show_id=show_id, held_id=held.pk, actor=TOM, name="Tom")

    def test_a_claim_lapses(self, show_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("chat.services.claiming.CLAIM_SECONDS", -1)
        held = hold(show_id)
        claim_line(show_id=show_id, held_id=held.pk, actor=TOM, name="Tom")
        claim_line(show_id=show_id, held_id=held.pk, actor=MIA, name="Mia")
        assert approve_line(show_id=show_id, held_id=held.pk, actor=TOM).status == "approved"

    @pytest.mark.parametrize(("waiting", "status"), [("approve", "approved"), ("decline", "declined")])
    def test_ending_the_mode_says_what_becomes_of_those_who_wait(
        self, show_id: uuid.UUID, waiting: str, status: str
    ) -> None:
        set_room_mode(show_id=show_id, approval=True, actor=TOM)
        lines = [hold(show_id, f"line {number}") for number in range(3)]
        flagged = hold(show_id, "call +49 170 1234567", rule="contact data")
        with pytest.raises(LinesWaiting, match="3 lines wait"):
            set_room_mode(show_id=show_id, approval=False, actor=TOM)
        assert set_room_mode(show_id=show_id, approval=False, waiting=waiting, actor=TOM).approval is False
        assert [HeldMessage.objects.get(pk=line.pk).status for line in lines] == [status] * 3
        assert HeldMessage.objects.get(pk=flagged.pk).status == "waiting"
        assert types(show_id)[-1] == "room.mode_changed"

    def test_with_nobody_waiting_the_mode_just_ends(self, show_id: uuid.UUID) -> None:
        set_room_mode(show_id=show_id, approval=True, actor=TOM)
        assert not set_room_mode(show_id=show_id, approval=False, actor=TOM).approval
