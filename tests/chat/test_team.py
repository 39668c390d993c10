"""What a team does with lines and with one another, over the API: edits with a trail, the queue, a
person's history, shifts and notes, files of the chat."""

import csv
import io
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Message
from chat.people import person_of
from chat.services.footprints import note_footprints
from chat.services.holding import hold_line
from chat.services.messages import remove_message
from chat.services.shadows import echo_line
from chat.writer import Line
from kernel.eventlog.schema import Audience, event_class
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from tenants.models import Brand, Member
from tenants.services.api_keys import create_api_key
from tests.chat.test_api import Caller, team
from tests.factories.chat import make_message, make_person, make_viewer
from tests.factories.streams import make_lobby

ANYBODY = make_person("Noor")


@pytest.fixture
def show(in_aurora: Brand) -> Any:
    return make_lobby()


def line(show: Any, text: str, name: str = "Noor") -> Line:
    return Line(show_id=show.pk, person=make_person(name), text=text, key=uuid.uuid4())


def told_to_all(show: Any) -> list[Any]:
    order_pending()
    records = read_topic(show_topic(show.pk), after=0)
    return [record for record in records if event_class(record.type, record.version).audience is Audience.ALL]


def last_event(show: Any) -> Any:
    order_pending()
    return read_topic(show_topic(show.pk), after=0)[-1]


class TestEdits:
    def test_a_trail_stays_for_the_team(self, in_aurora: Brand, show: Any) -> None:
        host = team(in_aurora, "host")
        message = make_message(show.pk, "my number is 0170 1234567")
        path = f"shows/{show.public_id}/messages/{message.public_id}/"
        for words in ("my number is …", "my number is …", "  (number removed)\n"):
            edited = host("patch", path, {"text": words})
        assert edited["text"] == "(number removed)"
        assert [edit["before"] for edit in edited["edits"]] == ["my number is 0170 1234567", "my number is …"]
        assert {edit["editor"][:11] for edit in edited["edits"]} == {"member:mem_"}
        event = last_event(show)
        assert (event.type, event.data["text"]) == ("message.edited", "(number removed)")
        assert "0170" not in str(event.data)

    def test_moderators_change_the_teams_own_lines(self, in_aurora: Brand, show: Any) -> None:
        member = Member.objects.select_related("user").get(brand=in_aurora, role="host")
        person = person_of(None, member)
        assert person is not None
        ours, theirs = make_message(show.pk, "Teh serum", person=person), make_message(show.pk, "teh serum")
        base = f"shows/{show.public_id}/messages"
        moderator = team(in_aurora)
        assert moderator("patch", f"{base}/{ours.public_id}/", {"text": "The serum"})["text"] == "The serum"
        refusal = moderator("patch", f"{base}/{theirs.public_id}/", {"text": "The serum"}, status=403)
        assert refusal["code"] == "not_your_line"
        assert team(in_aurora, "host")("patch", f"{base}/{theirs.public_id}/", {"text": "The serum"})

    def test_what_cannot_be_changed(self, in_aurora: Brand, show: Any) -> None:
        host = team(in_aurora, "host")
        message = make_message(show.pk)
        path = f"shows/{show.public_id}/messages/{message.public_id}/"
        for words, status in (("", 422), ("x" * 501, 422), ("a\u202eb", 422)):
            host("patch", path, {"text": words}, status=status)
        remove_message(show_id=show.pk, message_id=message.pk, actor="system")
        assert host("patch", path, {"text": "back"}, status=409)["code"] == "message_gone"
        hidden = Message(pk=echo_line(line=line(show, "in the shadow", name="Troll"))).public_id
        host("patch", f"shows/{show.public_id}/messages/{hidden}/", {"text": "seen by all"}, status=404)
        host("put", f"shows/{show.public_id}/room/pinned-message/", {"message": hidden}, status=404)
        assert "shadow" not in str([record.data for record in told_to_all(show)])
        other = make_message(make_lobby(title="Another evening").pk)
        host("patch", f"shows/{show.public_id}/messages/{other.public_id}/", {"text": "x"}, status=404)


class TestQueue:
    def test_lines_are_claimed_and_decided(self, in_aurora: Brand, show: Any) -> None:
        tom, mia = team(in_aurora), team(in_aurora, "host")
        held = hold_line(line=line(show, "hello"), rule="capitals")
        base = f"shows/{show.public_id}/held"
        assert [(row["id"], row["rule"]) for row in tom("get", f"{base}/")["data"]] == [(held.public_id, "capitals")]
        claim = tom("post", f"{base}/{held.public_id}/claim/")["claim"]
        assert claim["by"].startswith("member:")
        assert mia("post", f"{base}/{held.public_id}/approve/", status=409)["code"] == "claimed_by_other"
        tom("delete", f"{base}/{held.public_id}/claim/", status=204)
        shown = mia("post", f"{base}/{held.public_id}/approve/")
        assert (shown["status"], shown["message"][:4]) == ("approved", "msg_")
        assert tom("post", f"{base}/{held.public_id}/decline/", status=409)["code"] == "already_decided"
        assert tom("get", f"{base}/")["data"] == []
        assert tom("get", f"{base}/?status=approved")["data"][0]["decided_by"].startswith("member:")
        tom("get", f"{base}/?status=odd", status=422)

    def test_the_mode_is_set_and_ended_with_a_word(self, in_aurora: Brand, show: Any) -> None:
        call = team(in_aurora)
        room = f"shows/{show.public_id}/room/"
        assert call("patch", room, {"approval": True})["approval"]
        hold_line(line=line(show, "hello"))
        refusal = call("patch", room, {"approval": False}, status=409)
        assert refusal["code"] == "lines_waiting"
        assert call("get", room)["approval"]
        call("patch", room, {"approval": False, "waiting": "perhaps"}, status=422)
        assert not call("patch", room, {"approval": False, "waiting": "approve"})["approval"]
        assert Message.objects.get().text == "hello"

    def test_a_list_costs_the_same_for_one_and_for_many(self, in_aurora: Brand, show: Any) -> None:
        call = team(in_aurora)
        counts = []
        for number in (1, 20):
            for _ in range(number):
                hold_line(line=line(show, "hello"))
            call("get", f"shows/{show.public_id}/held/")
            with CaptureQueriesContext(connection) as queries:
                call("get", f"shows/{show.public_id}/held/")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestHistory:
    def test_a_person_is_told_whole(self, in_aurora: Brand, show: Any) -> None:
        viewer = make_viewer("Troll")
        person = person_of(viewer, None)
        assert person is not None
        first = make_message(show.pk, "one", person=person)
        make_message(show.pk, "two", person=person.named("Trolly"))
        remove_message(show_id=show.pk, message_id=first.pk, actor="system")
        others = [person_of(make_viewer(), None) for _ in range(3)]
        note_footprints(
            traces=[
                (person.key, "d1", "n1"),
                *((other.key, "d2", "n1") for other in others if other),
                ("vwr_x", "", "n2"),
            ]
        )
        call = team(in_aurora)
        ban = call("post", "bans/", {"viewer": person.key, "networks": True, "network_hours": 2}, status=201)
        assert (ban["kind"], ban["devices"], ban["networks"]) == ("ban", 1, 1)
        told = call("get", f"viewers/{person.key}/")
        assert told["names"] == ["Trolly", "Troll"]
        assert (told["lines"], told["removed"], told["devices"], told["networks"], told["others"]) == (2, 1, 1, 1, 3)
        assert [row["text"] for row in told["last_lines"]] == ["two", "one"]
        assert [action["id"] for action in told["actions"]] == [ban["id"]]

    def test_orders_are_told_to_whom_they_are_for(self, in_aurora: Brand, show: Any) -> None:
        make_message(show.pk, person=ANYBODY)
        path = f"viewers/{ANYBODY.key}/"
        assert team(in_aurora)("get", path)["orders"] is None
        assert team(in_aurora, "host")("get", path)["orders"] == 0
        for scopes, orders in ((["shows:read"], None), (["shows:read", "orders:read"], 0)):
            _, text = create_api_key(brand=in_aurora, name="k", scopes=scopes, created_by=None)
            assert Caller(in_aurora, authorization=f"Bearer {text}")("get", path)["orders"] == orders

    def test_who_never_wrote_is_nobody(self, in_aurora: Brand, fjord: Brand) -> None:
        for name in (make_viewer().key, "mem_1", "nonsense"):
            assert team(in_aurora)("get", f"viewers/{name}/", status=404)["code"] == "not_in_room"

    def test_a_shadow_ban_is_a_ban_of_another_kind(self, in_aurora: Brand, show: Any) -> None:
        call = team(in_aurora)
        make_message(show.pk, person=ANYBODY)
        ban = call("post", "bans/", {"viewer": ANYBODY.key, "kind": "shadow"}, status=201)
        assert ban["kind"] == "shadow"
        assert call("post", "bans/", {"viewer": ANYBODY.key, "kind": "shadow"}, status=201)["id"] == ban["id"]
        call("post", "bans/", {"viewer": ANYBODY.key}, status=201)
        assert {row["kind"] for row in call("get", "bans/")["data"]} == {"ban", "shadow"}
        call("delete", f"bans/{ban['id']}/", status=204)
        assert [row["kind"] for row in call("get", "bans/")["data"]] == ["ban"]
        call("post", "bans/", {"viewer": ANYBODY.key, "network_hours": 721}, status=422)


class TestHandOver:
    def test_who_is_on_and_what_they_say(self, in_aurora: Brand, show: Any) -> None:
        call = team(in_aurora)
        base = f"shows/{show.public_id}"
        shift = call("put", f"{base}/shift/")
        assert call("put", f"{base}/shift/") == shift
        assert last_event(show).type == "shift.began"
        note = call("put", f"{base}/hand-over/", {"text": "Noor asks about returns.\nWatch the links.  "})
        assert note["text"] == "Noor asks about returns.\nWatch the links."
        assert last_event(show).data["author"] == note["author"] != ""
        call("put", f"{base}/hand-over/", {"text": "x" * 1001}, status=422)
        call("put", f"{base}/hand-over/", {"text": ""})
        for _ in range(2):
            call("delete", f"{base}/shift/", status=204)
        assert last_event(show).type == "shift.ended"

    def test_a_key_looks_after_no_room(self, in_aurora: Brand, show: Any) -> None:
        _, text = create_api_key(brand=in_aurora, name="k", scopes=["shows:read", "shows:write"], created_by=None)
        key = Caller(in_aurora, authorization=f"Bearer {text}")
        assert key("put", f"shows/{show.public_id}/shift/", status=403)["code"] == "members_only"


class TestExport:
    def test_both_kinds_hold_everything(self, in_aurora: Brand, show: Any) -> None:
        call = team(in_aurora, "host")
        first = make_message(show.pk, "first words")
        second = make_message(show.pk, "second")
        echo_line(line=line(show, "in the shadow", name="Troll"))
        call("patch", f"shows/{show.public_id}/messages/{first.public_id}/", {"text": "better words"})
        remove_message(show_id=show.pk, message_id=second.pk, actor="system")
        path = f"shows/{show.public_id}/messages/export/"
        rows = json.loads(call("get", f"{path}?as=json"))
        facts = [(row["text"], row["first_text"], row["removed"], row["shadowed"]) for row in rows]
        assert facts == [
            ("better words", "first words", False, False),
            ("second", None, True, False),
            ("in the shadow", None, False, True),
        ]
        table = list(csv.DictReader(io.StringIO(call("get", path).removeprefix("\ufeff"))))
        assert [row["id"] for row in table] == [row["id"] for row in rows]
        assert [(row["removed"], row["shadowed"]) for row in table] == [("", ""), ("yes", ""), ("", "yes")]
        call("get", f"{path}?as=xml", status=422)

    def test_an_empty_chat_is_a_file_too(self, in_aurora: Brand, show: Any) -> None:
        path = f"shows/{show.public_id}/messages/export/"
        assert json.loads(team(in_aurora)("get", f"{path}?as=json")) == []
        assert len(team(in_aurora)("get", path).splitlines()) == 1

    @pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@SUM(A1)", "＝1+1", "＠x"])
    def test_no_cell_is_a_formula(self, in_aurora: Brand, show: Any, text: str) -> None:
        make_message(show.pk, text)
        content = team(in_aurora)("get", f"shows/{show.public_id}/messages/export/")
        (row,) = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
        assert row["text"] == f"'{text}"
