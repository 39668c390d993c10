"""The gate's questions over HTTP: who is let in, who is not, and by which code."""

import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from kernel.tenancy import brand_context
from streams.models import Broadcast, BroadcastStatus, Show, ShowStatus
from streams.services.on_air import end_show
from streams.services.schedule import cancel_show
from streams.services.stream_keys import rotate_stream_key
from tenants.models import Brand
from tests.factories.streams import ACTOR, make_key, make_live_show, make_scheduled_show


def ask(
    name: str,
    body: dict[str, Any],
    *,
    secret: str = settings.INGEST_HOOK_SECRET,
    at: float | None = None,
    signature: str | None = None,
    **extra: Any,
) -> HttpResponse:
    text = json.dumps(body)
    moment = int(time.time() if at is None else at)
    mac = hmac.new(secret.encode(), f"{moment}.{text}".encode(), hashlib.sha256).hexdigest()
    return Client().post(  # type: ignore[return-value]
        f"/internal/ingest/{name}",
        text,
        content_type="application/json",
        headers={"host": settings.PLATFORM_HOST, "X-Vitrine-Signature": signature or f"t={moment},v1={mac}"},
        **extra,
    )


def publish(key: str, session: str = "one", ip: str = "127.0.0.1", **how: Any) -> HttpResponse:
    return ask("publish", {"key": key, "ip": ip, "session": session}, **how)


def unpublish(broadcast: str, schema: str, session: str) -> HttpResponse:
    return ask("unpublish", {"broadcast": broadcast, "schema": schema, "session": session})


def code(response: HttpResponse) -> str:
    return str(json.loads(response.content)["code"])


@pytest.fixture
def show(aurora: Brand) -> Show:
    with brand_context(aurora):
        return make_scheduled_show()


@pytest.fixture
def key(aurora: Brand, show: Show) -> str:
    with brand_context(aurora):
        return make_key(show)


def test_a_good_key_opens_a_broadcast_of_its_brand(aurora: Brand, show: Show, key: str) -> None:
    response = publish(key)
    answer = json.loads(response.content)
    assert response.status_code == 200
    assert (answer["schema"], answer["publisher"]) == (aurora.schema_name, "newest_wins")
    with brand_context(aurora):
        broadcast = Broadcast.objects.get(pk=answer["broadcast"])
        assert (broadcast.show_id, broadcast.status, broadcast.session) == (show.pk, "opened", "one")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({"secret": "another secret"}, "hook_signature_invalid"),
        ({"at": time.time() - 3600}, "hook_signature_invalid"),
        ({"at": time.time() + 3600}, "hook_signature_invalid"),
        ({"signature": "t=abc,v1="}, "hook_signature_invalid"),
        ({"signature": "nonsense"}, "hook_signature_invalid"),
        ({"REMOTE_ADDR": "203.0.113.9"}, "hook_not_local"),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "hook_not_local"),
    ],
)
def test_who_is_not_our_gate_gets_nothing(aurora: Brand, key: str, how: dict[str, Any], expected: str) -> None:
    response = publish(key, **how)
    assert (response.status_code, code(response)) == (403, expected)
    with brand_context(aurora):
        assert not Broadcast.objects.exists()


def test_without_a_secret_nobody_gets_in(aurora: Brand, key: str, settings: Any) -> None:
    settings.INGEST_HOOK_SECRET = ""
    assert code(publish(key, secret="")) == "hook_signature_invalid"


def test_the_signature_covers_the_body(aurora: Brand, key: str) -> None:
    text = json.dumps({"key": "another", "ip": "127.0.0.1", "session": "s"})
    moment = int(time.time())
    mac = hmac.new(settings.INGEST_HOOK_SECRET.encode(), f"{moment}.{text}".encode(), hashlib.sha256).hexdigest()
    assert code(publish(key, signature=f"t={moment},v1={mac}")) == "hook_signature_invalid"


@pytest.mark.parametrize("body", ["", "[]", '{"key": 1, "ip": "x", "session": "s"}', '{"ip": "x"}'])
def test_a_body_that_says_nothing_is_malformed(aurora: Brand, body: str) -> None:
    moment = int(time.time())
    mac = hmac.new(settings.INGEST_HOOK_SECRET.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    response = Client().post(
        "/internal/ingest/publish",
        body,
        content_type="application/json",
        headers={"host": settings.PLATFORM_HOST, "X-Vitrine-Signature": f"t={moment},v1={mac}"},
    )
    assert (response.status_code, code(response)) == (400, "malformed")  # type: ignore[arg-type]


def test_wrong_keys_are_refused_alike(aurora: Brand, key: str) -> None:
    for wrong in (key[:-1], "aurora_" + "x" * 43, "nobody_" + "x" * 43, "aurora", "_"):
        response = publish(wrong)
        assert (response.status_code, code(response)) == (403, "stream_key_invalid")


def test_a_rotated_key_says_so(aurora: Brand, show: Show, key: str) -> None:
    with brand_context(aurora):
        fresh = rotate_stream_key(show_id=show.pk, actor=ACTOR)
    response = publish(key)
    assert (response.status_code, code(response)) == (403, "stream_key_rotated")
    assert publish(fresh).status_code == 200


def test_rotating_leaves_the_publisher_who_is_in(aurora: Brand, show: Show, key: str) -> None:
    publish(key)
    with brand_context(aurora):
        rotate_stream_key(show_id=show.pk, actor=ACTOR)
        assert Broadcast.objects.get(show=show).status == BroadcastStatus.OPENED


def test_a_key_of_one_brand_opens_nothing_in_another(aurora: Brand, fjord: Brand, show: Show, key: str) -> None:
    """Also not with the other brand's name in front, and not when both brands have a show of this id."""
    with brand_context(fjord):
        Show.objects.create(pk=show.pk, title="Theirs", slug="theirs")
    stolen = f"fjord_{key.partition('_')[2]}"
    assert code(publish(stolen)) == "stream_key_invalid"
    assert json.loads(publish(key).content)["schema"] == aurora.schema_name
    with brand_context(fjord):
        assert not Broadcast.objects.exists()


def test_a_suspended_brand_takes_no_picture(aurora: Brand, key: str) -> None:
    Brand.objects.filter(pk=aurora.pk).update(status=Brand.Status.SUSPENDED)
    assert code(publish(key)) == "stream_key_invalid"


def test_a_show_that_is_over_takes_no_picture(aurora: Brand) -> None:
    with brand_context(aurora):
        ended, _ = make_live_show()
        key = make_key(ended)
        end_show(show_id=ended.pk, actor=ACTOR)
        off = make_scheduled_show(title="Called off")
        off_key = make_key(off)
        cancel_show(show_id=off.pk, actor=ACTOR)
    over, cancelled = publish(key, "late"), publish(off_key)
    assert (over.status_code, code(over)) == (409, "show_over")
    assert (cancelled.status_code, code(cancelled)) == (409, "show_cancelled")


def test_somebody_who_tries_keys_is_slowed_down(aurora: Brand) -> None:
    answers = [publish("aurora_guess", ip="192.0.2.7") for _ in range(91)]
    assert {answer.status_code for answer in answers[:90]} == {403}
    assert (answers[90].status_code, code(answers[90])) == (429, "rate_limited")
    assert publish("aurora_guess", ip="192.0.2.8").status_code == 403


def test_leaving_is_told_of_the_right_brand(aurora: Brand, fjord: Brand, key: str) -> None:
    answer = json.loads(publish(key).content)
    with brand_context(fjord):
        other = Show.objects.create(title="Theirs", slug="theirs", status=ShowStatus.DRAFT)
        Broadcast.objects.create(pk=answer["broadcast"], show=other, session="one", sessions=["one"])
    assert unpublish(answer["broadcast"], aurora.schema_name, "one").status_code == 200
    with brand_context(aurora):
        assert Broadcast.objects.get(pk=answer["broadcast"]).status == BroadcastStatus.LOST
    with brand_context(fjord):
        assert Broadcast.objects.get(pk=answer["broadcast"]).status == BroadcastStatus.OPENED


@pytest.mark.parametrize("broadcast", [str(uuid.uuid4()), "not an id"])
def test_an_unknown_broadcast_is_named(aurora: Brand, broadcast: str) -> None:
    response = unpublish(broadcast, aurora.schema_name, "one")
    assert (response.status_code, code(response)) == (404, "broadcast_unknown")
    assert code(unpublish(broadcast, "b_nobody", "one")) == "broadcast_unknown"


def test_the_hook_is_not_on_a_brands_host(aurora: Brand, key: str) -> None:
    client = Client(headers={"host": "aurora.localhost"})
    assert client.post("/internal/ingest/publish", "{}", content_type="application/json").status_code == 404
