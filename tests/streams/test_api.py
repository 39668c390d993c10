"""Shows over the API: who may, what is answered, and that nothing else is taken."""

import json
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel import ids
from kernel.tenancy import brand_context, public_context
from streams.models import Broadcast, Show, ShowStatus
from tenants.models import Brand
from tenants.selectors import forget_hosts
from tenants.services.api_keys import create_api_key
from tests.factories.catalog import make_drop, make_variant
from tests.factories.streams import make_broadcast, make_lobby, make_scheduled_show, make_show, make_show_in


class Api:
    """A partner with a key."""

    def __init__(self, brand: Brand, scopes: list[str], host: str = "") -> None:
        with brand_context(brand):
            _, self.key = create_api_key(brand=brand, name="tests", scopes=scopes, created_by=None)
        self.host = host or f"{brand.slug}.localhost"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        every = {"host": self.host, "authorization": f"Bearer {self.key}", **headers}
        return Client().generic(  # type: ignore[return-value]
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json", headers=every
        )


@pytest.fixture
def api(aurora: Brand) -> Api:
    return Api(aurora, ["shows:read", "shows:write"])


def answer(response: HttpResponse) -> Any:
    return json.loads(response.content)


def test_a_show_from_draft_to_air_and_end(aurora: Brand, api: Api) -> None:
    made = api(
        "POST",
        "shows/",
        {"title": "By API", "starts_at": "2099-01-01T19:00:00Z", "time_zone": "Europe/Paris"},
        **{"Idempotency-Key": "one"},
    )
    again = api(
        "POST",
        "shows/",
        {"title": "By API", "starts_at": "2099-01-01T19:00:00Z", "time_zone": "Europe/Paris"},
        **{"Idempotency-Key": "one"},
    )
    assert (made.status_code, made.content) == (201, again.content)
    show = answer(made)["id"]
    assert answer(made)["url"].endswith("/live/by-api/")
    for step, status in (
        ("schedule", "scheduled"),
        ("withdraw", "draft"),
        ("schedule", "scheduled"),
        ("open-lobby", "lobby"),
    ):
        assert answer(api("POST", f"shows/{show}/{step}/"))["status"] == status
    refused = api("POST", f"shows/{show}/go-live/")
    assert (refused.status_code, answer(refused)["code"]) == (409, "no_picture")
    with brand_context(aurora):
        make_broadcast(Show.objects.get())
    assert answer(api("GET", f"shows/{show}/health/"))["status"] == "active"
    assert answer(api("POST", f"shows/{show}/go-live/"))["status"] == "live"
    assert answer(api("POST", f"shows/{show}/end/"))["status"] == "ended"
    late = api("POST", f"shows/{show}/cancel/")
    assert (late.status_code, answer(late)["code"]) == (409, "show_transition_refused")


def test_line_up_cues_and_pin(aurora: Brand, api: Api) -> None:
    with brand_context(aurora):
        show = make_lobby().public_id
        one, two = make_variant().public_id, make_variant().public_id
        drop = make_drop(units=3).public_id
    answer(api("PUT", f"shows/{show}/line-up/", {"items": [{"variant": one}, {"variant": two, "is_hidden": True}]}))
    moved = answer(api("PATCH", f"shows/{show}/line-up/{two}/", {"position": 0, "note": "Shown at ten"}))
    assert [(item["variant"], item["note"]) for item in moved] == [(two, "Shown at ten"), (one, "")]
    assert answer(api("PUT", f"shows/{show}/pin/", {"variant": one}))["pinned_variant"] == one
    assert answer(api("DELETE", f"shows/{show}/pin/"))["pinned_variant"] is None
    assert [item["variant"] for item in answer(api("DELETE", f"shows/{show}/line-up/{two}/"))] == [one]
    cue = api(
        "POST",
        f"shows/{show}/cues/",
        {"kind": "drop", "title": "Open", "payload": {"drop_id": drop}},
        **{"Idempotency-Key": "cue"},
    )
    assert cue.status_code == 201
    early = api("POST", f"shows/{show}/cues/{answer(cue)['id']}/fire/")
    assert (early.status_code, answer(early)["code"]) == (409, "show_not_live")
    assert api("DELETE", f"shows/{show}/cues/{answer(cue)['id']}/").status_code == 204
    assert answer(api("GET", f"shows/{show}/cues/")) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "param"),
    [
        ("PATCH", "shows/{show}/", {"status": "live"}, 422, "status"),
        ("PATCH", "shows/{show}/", {"lobby_minutes": 999}, 422, "lobby_minutes"),
        ("PATCH", "shows/{show}/", {"slug": "Not An Address"}, 422, "slug"),
        ("POST", "shows/{show}/reschedule/", {"starts_at": "tomorrow"}, 422, "starts_at"),
        ("POST", "shows/{show}/reschedule/", {"starts_at": "2001-01-01T00:00:00Z"}, 422, "starts_at"),
        ("PUT", "shows/{show}/line-up/", {"items": [{"variant": "prd_x"}]}, 422, "items.0.variant"),
        ("PUT", "shows/{show}/visibility/", {"visibility": "secret"}, 422, "visibility"),
        ("GET", "shows/shw_nonsense/", None, 404, None),
        ("GET", "shows/?status=on", None, 422, "status"),
        ("GET", "shows/{show}/moments/", None, 404, None),
    ],
)
def test_wrong_input_names_the_field(
    aurora: Brand, api: Api, method: str, path: str, body: Any, status: int, param: str | None
) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    response = api(method, path.format(show=show.public_id), body)
    assert (response.status_code, answer(response).get("param")) == (status, param)
    with brand_context(aurora):
        assert Show.objects.get(pk=show.pk).status == ShowStatus.SCHEDULED


def test_the_key_is_shown_once_and_kept_as_a_fingerprint(aurora: Brand, api: Api) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    first, second = (answer(api("POST", f"shows/{show.public_id}/stream-key/")) for _ in range(2))
    assert first["key"] != second["key"]
    assert first["key"].startswith("aurora_")
    assert len(first["key"].partition("_")[2]) == 43
    with brand_context(aurora), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM streams_streamkey k WHERE k::text LIKE %s", [f"%{first['key'][8:30]}%"])
        assert cursor.fetchone() == (0,)


def test_scopes_roles_and_brands(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        show = make_scheduled_show().public_id
    reader = Api(aurora, ["shows:read"])
    assert reader("GET", f"shows/{show}/").status_code == 200
    refused = reader("POST", f"shows/{show}/cancel/")
    assert (refused.status_code, answer(refused)["code"]) == (403, "scope_missing")
    other = Api(fjord, ["shows:read", "shows:write"])
    assert other("POST", f"shows/{show}/cancel/").status_code == 404
    trespasser = Api(fjord, ["shows:write"], host="aurora.localhost")
    assert trespasser("POST", f"shows/{show}/cancel/").status_code == 401
    assert Client().post(f"/api/v1/shows/{show}/end/", headers={"host": "aurora.localhost"}).status_code in (401, 403)
    with brand_context(aurora):
        assert Show.objects.get().status == ShowStatus.SCHEDULED


def test_a_moderator_reads_and_a_host_runs(aurora: Brand) -> None:
    from tenants.models import User

    with brand_context(aurora):
        show = make_scheduled_show().public_id
    answers = {}
    for role in ("moderator", "host"):
        client = Client(headers={"host": "aurora.localhost"})
        with public_context():
            client.force_login(User.objects.get(email=f"{role}@aurora.test"))
        session = client.session
        session["vt_host"] = "aurora.localhost"
        session.save()
        read = client.get(f"/api/v1/shows/{show}/").status_code
        answers[role] = (read, client.post(f"/api/v1/shows/{show}/open-lobby/").status_code)
    assert answers == {"moderator": (200, 403), "host": (200, 200)}


@pytest.mark.parametrize("path", ["shows/", "shows/{show}/line-up/", "shows/{show}/cues/"])
def test_lists_cost_the_same_queries_for_three_rows_and_thirty(aurora: Brand, api: Api, path: str) -> None:
    from streams.services.cues import add_cue
    from streams.services.line_up import Place, add_to_line_up

    with brand_context(aurora):
        show = make_scheduled_show()
    spent = []
    for rows in (3, 27):
        with brand_context(aurora):
            for number in range(rows):
                make_show(title=f"Show {number}")
                add_cue(show_id=show.pk, kind="talk", title="Talk", actor="system")
                add_to_line_up(show_id=show.pk, place=Place(make_variant().pk), actor="system")
        api("GET", path.format(show=show.public_id))
        forget_hosts()  # remembered for some seconds, which may end between two requests or not
        with CaptureQueriesContext(connection) as queries:
            assert api("GET", path.format(show=show.public_id)).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_moments_of_a_replay_are_open_and_of_a_private_one_closed(aurora: Brand) -> None:
    from streams.services.details import set_visibility

    with brand_context(aurora):
        show = make_show_in(ShowStatus.REPLAY)
    path = f"/api/v1/shows/{show.public_id}/moments/"
    client = Client(headers={"host": "aurora.localhost"})
    assert client.get(path).status_code == 200
    assert client.get(f"{path}?after=x").status_code == 422
    with brand_context(aurora):
        set_visibility(show_id=show.pk, visibility="private", actor="system")
    assert client.get(path).status_code == 404


def test_health_says_when_the_window_ends(aurora: Brand, api: Api) -> None:
    from streams.services.ingest import lose_broadcast

    with brand_context(aurora):
        show = make_lobby()
        assert answer(api("GET", f"shows/{show.public_id}/health/"))["status"] == "none"
        broadcast = make_broadcast(show)
        assert answer(api("GET", f"shows/{show.public_id}/health/"))["preview_url"].startswith(
            f"/hls/{broadcast.pk}/t/"
        )
        lose_broadcast(broadcast_id=broadcast.pk, session="session-1")
    health = answer(api("GET", f"shows/{show.public_id}/health/"))
    assert health["status"] == "lost"
    assert health["window_ends_at"] > health["lost_at"]
    assert health["broadcast"] == ids.public_id("brc", Broadcast(pk=broadcast.pk).pk)
