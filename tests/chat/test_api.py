"""The rooms' API: roles and scopes, every act, the other brand, and the guest's way in."""

import csv
import io
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat.models import Ban, Message, Poll, Question
from chat.people import person_of
from kernel import traces
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import SHOP_TOPIC, read_log, read_topic, show_topic
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, read_viewer
from tenants.models import Brand
from tenants.services.api_keys import create_api_key
from tests.factories.chat import (
    fill_chat,
    make_message,
    make_person,
    make_poll,
    make_question,
    make_viewer,
    staff_cookie,
    viewer_cookie,
)
from tests.factories.streams import make_lobby


class Caller:
    """Somebody who calls the API of a brand; each call is in its own brand, whatever the test is in."""

    def __init__(self, brand: Brand, **headers: str) -> None:
        self.client = Client(headers={"host": f"{brand.slug}.localhost", "accept": "application/json", **headers})

    def __call__(self, verb: str, path: str, body: object = None, status: int = 200) -> Any:
        response = getattr(self.client, verb)(
            f"/api/v1/{path}",
            **({} if verb == "get" else {"data": json.dumps(body or {}), "content_type": "application/json"}),
            headers={"idempotency-key": str(uuid.uuid4())},
        )
        assert response.status_code == status, getattr(response, "content", b"")
        if response.streaming:
            return b"".join(response.streaming_content).decode()
        return response.json() if response.content else None


def team(brand: Brand, role: str = "moderator") -> Caller:
    return Caller(brand, cookie=staff_cookie(brand, role))


@pytest.fixture
def show(in_aurora: Brand) -> Any:
    return make_lobby()


def types(topic: str) -> list[str]:
    order_pending()
    return [record.type for record in read_topic(topic, after=0)]


def test_messages_are_listed_removed_pinned_and_exported(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    first, second = (make_message(show.pk, text) for text in ("hello", "=cmd()"))
    room = f"shows/{show.public_id}"
    assert [row["id"] for row in call("get", f"{room}/messages/")["data"]] == [second.public_id, first.public_id]
    assert (
        call("put", f"{room}/room/pinned-message/", {"message": first.public_id})["pinned_message"] == first.public_id
    )
    call("delete", f"{room}/messages/{first.public_id}/", status=204)
    call("delete", f"{room}/messages/{first.public_id}/", status=204)
    assert call("get", f"{room}/room/")["pinned_message"] is None
    assert types(show_topic(show.pk))[-3:] == ["message.pinned", "message.removed", "message.unpinned"]
    call("put", f"{room}/room/pinned-message/", {"message": first.public_id}, status=404)
    rows = list(csv.DictReader(io.StringIO(call("get", f"{room}/messages/export/").removeprefix("\ufeff"))))
    assert [(row["author"], row["text"], row["removed"]) for row in rows] == [
        ("Noor", "hello", "yes"),
        ("Noor", "'=cmd()", ""),
    ]


def test_a_list_costs_the_same_for_one_and_for_forty(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    paths = [f"shows/{show.public_id}/{noun}/" for noun in ("messages", "questions", "polls")]

    def cost() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                call("get", path)
            counts.append(len(queries))
        return counts

    make_message(show.pk)
    make_question(show.pk)
    make_poll(show.pk)
    call("get", paths[0])
    before = cost()
    first = Message.objects.get()
    for number in range(40):
        make_message(show.pk, f"line {number}")
        make_question(show.pk, f"question {number}?")
    Message.objects.exclude(pk=first.pk).update(reply_to=first)
    assert cost() == before


def test_room_settings(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    room = f"shows/{show.public_id}/room/"
    assert call("get", room)["slow_seconds"] == 0
    assert call("patch", room, {"slow_seconds": 10})["slow_seconds"] == 10
    call("patch", room, {"slow_seconds": 10})
    assert types(show_topic(show.pk)).count("room.mode_changed") == 1
    for wrong in ({"slow_seconds": 121}, {"slow_seconds": -1}, {"speed": 3}):
        call("patch", room, wrong, status=422)


def test_questions_are_answered_or_dismissed_once(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    first, second = make_question(show.pk), make_question(show.pk, "And gluten?")
    base = f"shows/{show.public_id}/questions"
    for _ in range(2):
        assert call("post", f"{base}/{first.public_id}/answer/")["status"] == "answered"
    call("post", f"{base}/{second.public_id}/dismiss/")
    assert call("post", f"{base}/{second.public_id}/answer/", status=409)["code"] == "question_over"
    assert [row["id"] for row in call("get", f"{base}/?status=answered")["data"]] == [first.public_id]
    call("get", f"{base}/?status=odd", status=422)
    assert types(show_topic(show.pk)).count("question.answered") == 1


def test_polls_are_opened_one_at_a_time_and_closed(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    base = f"shows/{show.public_id}/polls/"
    poll = call("post", base, {"question": "What next?", "answers": ["a", "b"], "seconds": 30}, status=201)
    assert call("post", base, {"question": "And?", "answers": ["a", "b"]}, status=409)["code"] == "poll_running"
    for _ in range(2):
        assert call("post", f"{base}{poll['id']}/close/")["status"] == "closed"
    assert types(show_topic(show.pk)).count("poll.closed") == 1
    for answers in (["a"], ["a", "a"], list("abcdefg")):
        call("post", base, {"question": "What next?", "answers": answers}, status=422)
    call("post", base, {"question": "x" * 201, "answers": ["a", "b"]}, status=422)


def test_bans_and_time_outs(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    person = make_person("Troll")
    make_message(show.pk, person=person)
    ban = call("post", "bans/", {"viewer": person.key, "show": show.public_id, "reason": "Spam"}, status=201)
    assert (ban["name"], ban["until"]) == ("Troll", None)
    assert call("post", "bans/", {"viewer": person.key}, status=201)["id"] == ban["id"]
    call("post", "bans/", {"viewer": person.key, "seconds": 60}, status=201)
    assert len(call("get", "bans/")["data"]) == 2
    call("delete", f"bans/{ban['id']}/", status=204)
    assert call("delete", f"bans/{ban['id']}/", status=409)["code"] == "already_lifted"
    call("post", "bans/", {"viewer": "somebody"}, status=422)
    assert call("post", "bans/", {"viewer": "mem_1"}, status=409)["code"] == "cannot_ban_team"
    order_pending()
    told = [record for record in read_log(after=0) if record.type.startswith("viewer.")]
    assert {record.to for record in told} == {person.key}
    assert {record.topic for record in told} == {SHOP_TOPIC}


def test_the_blocklist_is_replaced_whole(in_aurora: Brand) -> None:
    call = team(in_aurora)
    assert call("put", "blocklist/", {"words": ["snake oil", " scam ", "scam"]})["words"] == ["scam", "snake oil"]
    assert call("put", "blocklist/", {"words": ["scam"]})["words"] == ["scam"]
    assert call("get", "blocklist/")["words"] == ["scam"]
    call("put", "blocklist/", {"words": ["one two three four five"]}, status=422)
    call("put", "blocklist/", {"words": ["!!!"]}, status=422)


def test_who_may_call(in_aurora: Brand, fjord: Brand, show: Any) -> None:
    path = f"shows/{show.public_id}/room/"
    Caller(in_aurora)("get", path, status=401)
    Caller(in_aurora, cookie=viewer_cookie(in_aurora, make_viewer()))("get", path, status=401)
    Caller(in_aurora, cookie=staff_cookie(fjord))("get", path, status=401)
    _, reading = create_api_key(brand=in_aurora, name="r", scopes=["shows:read"], created_by=None)
    partner = Caller(in_aurora, authorization=f"Bearer {reading}")
    partner("get", path)
    assert partner("patch", path, {"slow_seconds": 3}, status=403)["code"] == "scope_missing"
    _, writing = create_api_key(brand=in_aurora, name="w", scopes=["shows:read", "shows:write"], created_by=None)
    Caller(in_aurora, authorization=f"Bearer {writing}")("patch", path, {"slow_seconds": 3})
    order_pending()
    assert read_topic(show_topic(show.pk), after=0)[-1].actor.startswith("key:")


def test_another_brands_rows_do_not_exist(aurora: Brand, fjord: Brand) -> None:
    """Both brands hold rows with the same ids; each sees and changes its own."""
    ids = {}
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            show = make_lobby()
            fill_chat(index, show.pk)
            ids[brand.slug] = show.public_id
    message = Message(pk=uuid.UUID(int=0xA1)).public_id
    for index, brand in enumerate((aurora, fjord)):
        call = team(brand)
        listed = json.dumps([call("get", f"shows/{ids[brand.slug]}/messages/"), call("get", "blocklist/")])
        assert f"canary {index}" in listed
        assert f"canary {1 - index}" not in listed
        assert f"canary{1 - index}word" not in listed
        other = ids["fjord" if brand is aurora else "aurora"]
        for verb, path in (("get", "messages/"), ("get", "room/"), ("get", "messages/export/"), ("get", "polls/")):
            call(verb, f"shows/{other}/{path}", status=404)
    team(aurora)("delete", f"shows/{ids['aurora']}/messages/{message}/", status=204)
    with brand_context(fjord):
        assert Message.objects.get(pk=uuid.UUID(int=0xA1)).removed_at is None


def test_rows_of_another_room_are_not_in_this_one(in_aurora: Brand, show: Any) -> None:
    call = team(in_aurora)
    other = make_lobby(title="Another evening")
    message, question, poll = make_message(other.pk), make_question(other.pk), make_poll(other.pk)
    base = f"shows/{show.public_id}"
    for verb, path in (
        ("delete", f"messages/{message.public_id}/"),
        ("post", f"questions/{question.public_id}/answer/"),
        ("post", f"polls/{poll.public_id}/close/"),
        ("delete", "messages/msg_nonsense/"),
    ):
        assert call(verb, f"{base}/{path}", status=404)["code"] == "not_in_room"
    assert Poll.objects.get().status == "open"
    assert Question.objects.get().status == "open"


class TestJoin:
    def join(self, brand: Brand, status: int = 200, cookie: str = "", **body: object) -> Any:
        client = Client(headers={"host": f"{brand.slug}.localhost", **({"cookie": cookie} if cookie else {})})
        response = client.post("/rooms/join/", data=json.dumps(body), content_type="application/json")
        assert response.status_code == status, response.content
        return response

    def test_a_guest_gets_a_key_and_keeps_it(self, in_aurora: Brand) -> None:
        first = self.join(in_aurora)
        assert first.json()["name"].startswith("Guest ")
        cookie = f"{COOKIE}={first.cookies[COOKIE].value}"
        second = self.join(in_aurora, cookie=cookie, name="Noor")
        assert second.json() == {"key": first.json()["key"], "name": "Noor"}
        viewer = read_viewer({COOKIE: second.cookies[COOKIE].value})
        assert viewer is not None
        assert (viewer.key, viewer.name) == (first.json()["key"], "Noor")
        assert second.cookies[COOKIE]["httponly"]

    def test_a_device_outlives_the_guest(self, in_aurora: Brand, fjord: Brand) -> None:
        """Whoever throws the viewer's cookie away, or joins under another name, writes from the same device."""
        first = self.join(in_aurora).cookies[traces.COOKIE]
        assert first["httponly"]
        device = traces.device_of({traces.COOKIE: first.value}, schema=in_aurora.schema_name)
        again = self.join(in_aurora, cookie=f"{traces.COOKIE}={first.value}", name="Somebody else")
        value = again.cookies[traces.COOKIE].value
        assert device is not None
        assert traces.device_of({traces.COOKIE: value}, schema=in_aurora.schema_name) == device
        there = self.join(fjord, cookie=f"{traces.COOKIE}={first.value}").cookies[traces.COOKIE].value
        assert traces.device_of({traces.COOKIE: there}, schema=fjord.schema_name) != device

    def test_names_are_checked(self, in_aurora: Brand) -> None:
        team(in_aurora)("put", "blocklist/", {"words": ["snake oil"]})
        for name, status in (("Sn4ke Oil", 422), ("x", 422), ("owner", 409), ("AURORA", 409), ("<b>", 422)):
            assert self.join(in_aurora, status=status, name=name).json()["code"].startswith(("name_", "word_"))

    def test_another_brands_cookie_is_nobody_here(self, in_aurora: Brand, fjord: Brand) -> None:
        viewer = make_viewer("Noor")
        cookie = viewer_cookie(fjord, viewer)
        assert self.join(in_aurora, cookie=cookie).json()["key"] != viewer.key

    def test_forms_of_other_sites_cannot_send_it(self, in_aurora: Brand) -> None:
        client = Client(headers={"host": "aurora.localhost"})
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            assert client.post("/rooms/join/", data="{}", content_type=kind).status_code == 415


def test_a_ban_remembers_the_customer_of_the_messages(in_aurora: Brand, show: Any) -> None:
    customer = uuid.uuid4()
    person = person_of(make_viewer("Troll", customer_id=customer), None)
    assert person is not None
    make_message(show.pk, person=person)
    team(in_aurora)("post", "bans/", {"viewer": person.key}, status=201)
    assert Ban.objects.get().customer_id == customer
