"""Viewers report lines: once each, not too many, to the team alone, who leaves or removes them."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from zlib import crc32

import pytest
from django.db import connections, transaction

from chat.errors import NotInRoom, OwnLine, TooManyReports
from chat.models import Message, Report
from chat.people import Person
from chat.selectors import load_team
from chat.services.edits import edit_message
from chat.services.messages import remove_message
from chat.services.reports import MOST, report_line, settle_reports
from chat.services.shadows import echo_line
from chat.writer import Line
from kernel.eventlog.models import EventRecord
from kernel.eventlog.schema import Audience, event_class
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import joined
from tests.chat.test_api import team
from tests.factories.chat import make_message, make_person, make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_lobby


@pytest.fixture
def show(in_aurora: Brand) -> Any:
    return make_lobby()


def person(name: str) -> Person:
    """The same viewer for the same name."""
    return make_person(name, number=crc32(name.encode()))


def report(show: Any, message: Message, name: str, reason: str = "spam") -> None:
    report_line(show_id=show.pk, message_id=message.pk, person=person(name), reason=reason)


def told(type_: str = "message.reported") -> list[dict[str, Any]]:
    return list(EventRecord.objects.filter(type=type_).order_by("id").values_list("data", flat=True))


def test_the_team_hears_how_many_and_why_and_nobody_else_does(show: Any) -> None:
    message = make_message(show.pk, "buy followers", person=person("Spammer"))
    for name, reason in (("Noor", "spam"), ("Maya", "insult"), ("Ines", "spam")):
        report(show, message, name, reason)
    assert [data["reports"] for data in told()] == [1, 2, 3]
    assert told()[-1]["reasons"] == {"insult": 1, "spam": 2}
    assert event_class("message.reported", 1).audience is Audience.STAFF
    assert "vwr_" not in str({**told()[-1], "author_key": ""})  # who reported is not told


def test_a_viewer_counts_once_for_a_line_whatever_became_of_it(show: Any) -> None:
    message = make_message(show.pk, "hm", person=person("Spammer"))
    report(show, message, "Noor")
    report(show, message, "Noor", "other")
    assert len(told()) == Report.objects.count() == 1
    settle_reports(show_id=show.pk, message_id=message.pk, actor=ACTOR)
    settle_reports(show_id=show.pk, message_id=message.pk, actor=ACTOR)
    assert len(told("reports.settled")) == 1
    report(show, message, "Noor")
    assert len(told()) == 1
    report(show, message, "Maya")  # heard anew, without what was settled
    assert told()[-1]["reports"] == 1


def test_what_cannot_be_reported(show: Any) -> None:
    spammer = person("Spammer")
    message = make_message(show.pk, "hm", person=spammer)
    hidden = echo_line(line=Line(show.pk, spammer, "in the shadow", uuid.uuid4()))
    with pytest.raises(OwnLine):
        report_line(show_id=show.pk, message_id=message.pk, person=spammer, reason="spam")
    elsewhere = make_lobby(title="Another")
    for show_id, message_id in ((show.pk, hidden), (show.pk, uuid.uuid4()), (elsewhere.pk, message.pk)):
        with pytest.raises(NotInRoom):
            report_line(show_id=show_id, message_id=message_id, person=person("Noor"), reason="spam")
    remove_message(show_id=show.pk, message_id=message.pk, actor=ACTOR)
    report(show, message, "Noor")
    assert not Report.objects.exists()


def test_nobody_reports_without_end(show: Any) -> None:
    lines = [make_message(show.pk, f"line {number}", person=person("Talker")) for number in range(MOST + 1)]
    for message in lines[:MOST]:
        report(show, message, "Noor")
    with pytest.raises(TooManyReports) as refusal:
        report(show, lines[MOST], "Noor")
    assert 590 < (refusal.value.retry_after or 0) <= 600
    report(show, lines[MOST], "Maya")


def test_removing_a_line_settles_what_was_said_against_it(show: Any) -> None:
    message = make_message(show.pk, "hm", person=person("Spammer"))
    report(show, message, "Noor")
    edit_message(show_id=show.pk, message_id=message.pk, text="hmm", actor=ACTOR, may_correct=True)
    assert [line["text"] for line in load_team(show.pk).reported.values()] == ["hmm"]
    remove_message(show_id=show.pk, message_id=message.pk, actor=ACTOR)
    assert not load_team(show.pk).reported


def test_the_team_reads_and_settles_them_over_the_api(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    message = make_message(show.pk, "buy followers", person=person("Spammer"))
    base = f"shows/{show.public_id}/reports/"
    assert call("get", base)["data"] == []
    for name in ("Noor", "Maya"):
        report(show, message, name)
    [row] = call("get", base)["data"]
    assert (row["message"], row["reports"], row["reasons"]) == (message.public_id, 2, {"spam": 2})
    for _ in range(2):
        call("delete", f"{base}{message.public_id}/", status=204)
    assert call("get", base)["data"] == []
    call("delete", f"{base}{Message(pk=uuid.uuid4()).public_id}/", status=404)


def test_many_at_the_same_moment_are_all_counted(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        show = make_lobby()
        with transaction.atomic():
            message = make_message(show.pk, "hm", person=person("Spammer"))

    def speak(number: int) -> None:
        try:
            with brand_context(aurora):
                report(show, message, f"Guest{number % 6}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(speak, range(24)))
    with brand_context(aurora):
        assert Report.objects.count() == 6
        assert [data["reports"] for data in told()] == [1, 2, 3, 4, 5, 6]


async def test_a_report_over_the_socket_reaches_the_desk_and_no_other_page(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    noor, maya = (viewer_cookie(aurora, make_viewer(name)) for name in ("Noor", "Maya"))
    async with (
        joined(stage, cookie=noor) as author,
        joined(stage, cookie=maya) as reporter,
        joined(stage, cookie=stage.team["aurora"]) as desk,
    ):
        line = (await author.say("buy followers"))["id"]
        key = str(uuid.uuid4())
        await reporter.send(t="report", key=key, message=line, reason="spam")
        assert (await reporter.answer(key))["t"] == "ack"
        await desk.until("message.reported")
        reported = desk.state["me"]["team"]["reported"]
        assert [(one["id"], one["reports"], one["reasons"]) for one in reported] == [(line, 1, {"spam": 1})]
        async with joined(stage, cookie=stage.team["aurora"]) as fresh:
            assert fresh.state["me"]["team"]["reported"] == reported
        await desk.moderate("remove", message=line)
        await author.until("message.removed")
        await desk.until("message.removed")
        assert desk.state["me"]["team"]["reported"] == []
        assert "message.reported" not in {event["type"] for event in [*author.events, *reporter.events]}
        await reporter.send(t="report", key=key, message="msg_nonsense", reason="spam")
        assert (await reporter.answer(key))["code"] == "not_in_room"
