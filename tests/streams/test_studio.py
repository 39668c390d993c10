"""The studio's pages of shows, as forms: works without script, refuses by role, says what is wrong."""

import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from PIL import Image

from kernel.tenancy import brand_context, public_context
from streams.errors import PosterUnreadable
from streams.models import Cue, LineUpItem, Show, ShowStatus, StreamKey
from streams.selectors import variant_ids_of
from streams.services.line_up import Place, add_to_line_up
from streams.services.posters import set_poster
from streams.services.stream_keys import hash_key
from streams.views.studio_desk import desk_context
from tenants.models import Brand, User
from tests.factories.catalog import make_variant
from tests.factories.streams import make_lobby, make_scheduled_show, make_show, make_show_in

DETAILS = {
    "title": "Winter skin", "day": "2099-11-26", "time": "19:30", "time_zone": "Europe/Paris",
    "duration_minutes": "45", "subtitle": "", "host_name": "Noor", "description": "", "slug": "",
    "visibility": "public", "orientation": "portrait", "lobby_minutes": "30", "reconnect_seconds": "60",
}  # fmt: skip


def sign_in(role: str, brand: str = "aurora") -> Client:
    client = Client(headers={"host": f"{brand}.localhost", "accept": "text/html"})
    with public_context():
        client.force_login(User.objects.get(email=f"{role}@{brand}.test"))
    session = client.session
    session["vt_host"] = f"{brand}.localhost"
    session.save()
    return client


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.fixture
def host(aurora: Brand) -> Client:
    return sign_in("host")


def test_a_show_is_made_by_its_form(aurora: Brand, host: Client) -> None:
    response = host.post("/studio/shows/new/", DETAILS)
    with brand_context(aurora):
        show = Show.objects.get()
    assert response["Location"] == f"/studio/shows/{show.public_id}/"
    assert show.local_start is not None
    assert (show.local_start.hour, str(show.local_start.tzinfo), show.lobby_minutes) == (19, "Europe/Paris", 30)
    page = text(host.get(response["Location"]))
    assert 'value="19:30"' in page
    assert 'value="2099-11-26"' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"time": ""}, "A date needs a day and a time"),
        ({"slug": "Not An Address"}, "single hyphens"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"duration_minutes": "1"}, "greater than or equal to 5"),
    ],
)
def test_a_wrong_form_keeps_what_was_typed(aurora: Brand, host: Client, wrong: dict[str, str], words: str) -> None:
    response = host.post("/studio/shows/new/", {**DETAILS, **wrong, "subtitle": "Kept"})
    assert response.status_code == 422
    assert words in text(response)
    assert "Kept" in text(response)
    with brand_context(aurora):
        assert not Show.objects.exists()


def test_details_are_saved_and_a_refusal_stands_at_its_field(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
        make_show(title="Other", slug="other")
    path = f"/studio/shows/{show.public_id}/"
    assert host.post(path, {**DETAILS, "slug": "winter"}).status_code == 302
    with brand_context(aurora):
        show.refresh_from_db()
        assert (show.title, show.slug, show.status) == ("Winter skin", "winter", ShowStatus.SCHEDULED)
    refused = host.post(path, {**DETAILS, "slug": "other"})
    assert refused.status_code == 422
    assert "other-2" in text(refused)


def test_steps_of_the_schedule(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_show()
    path = f"/studio/shows/{show.public_id}"
    for step, status in (
        ("schedule", "scheduled"),
        ("open-lobby", "lobby"),
        ("withdraw", "lobby"),
        ("cancel", "cancelled"),
    ):
        page = host.post(f"{path}/{step}/", follow=True)
        assert page.status_code == 200
        with brand_context(aurora):
            assert Show.objects.get(pk=show.pk).status == status
        if step == "withdraw":
            assert "A show that is lobby" in text(page)


def test_line_up_by_buttons(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
        one, two = make_variant(name="Balm"), make_variant(name="Cream")
    path = f"/studio/shows/{show.public_id}/line-up/"
    for act, variant in (("add", one), ("add", two), ("down", one), ("hide", two)):
        host.post(path, {"act": act, "variant": variant.public_id})
    with brand_context(aurora):
        assert variant_ids_of(show.pk) == [two.pk, one.pk]
    page = text(host.get(f"/studio/shows/{show.public_id}/"))
    assert page.index("Cream") < page.index("Balm")
    assert "Hidden until shown" in page
    host.post(path, {"act": "remove", "variant": two.pk.hex})
    host.post(path, {"act": "remove", "variant": two.public_id})
    with brand_context(aurora):
        assert variant_ids_of(show.pk) == [one.pk]


def test_cues_by_form(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    path = f"/studio/shows/{show.public_id}/cues/"
    poll = {
        "kind": "poll",
        "title": "Skin",
        "minute": "11",
        "question": "Dry or oily?",
        "answers": "Dry\nOily",
        "seconds": "60",
    }
    assert host.post(path, poll).status_code == 302
    refused = host.post(path, {"kind": "pin", "title": "Pin", "minute": "2"})
    assert (refused.status_code, "Choose the product to pin" in text(refused)) == (422, True)
    with brand_context(aurora):
        cue = Cue.objects.get()
        assert (cue.at_seconds, cue.payload["answers"]) == (660, ["Dry", "Oily"])
    host.post(f"{path}{cue.public_id}/", {"act": "remove"})
    with brand_context(aurora):
        assert not Cue.objects.exists()


def test_a_key_is_on_the_page_once(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    page = host.post(f"/studio/shows/{show.public_id}/key/")
    found = re.search(r"aurora_[A-Za-z0-9_-]{43}", text(page))
    assert found is not None
    assert "no-store" in page["Cache-Control"]
    with brand_context(aurora):
        assert StreamKey.objects.get().key_hash == hash_key(found[0])
    assert found[0] not in text(host.get(f"/studio/shows/{show.public_id}/"))


def test_the_list_has_each_show_in_its_place(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        for status in ShowStatus:
            make_show_in(status, title=f"Title {status.value}")
    page = text(host.get("/studio/shows/"))
    places = [page.index(f"Title {name}") for name in ("live", "lobby", "ended")]
    assert places == sorted(places)


@pytest.mark.parametrize(("role", "expected"), [("moderator", 403), ("host", 200), ("owner", 200)])
def test_editing_takes_a_host(aurora: Brand, role: str, expected: int) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    client = sign_in(role)
    assert client.get("/studio/shows/").status_code == 200
    assert client.get(f"/studio/shows/{show.public_id}/").status_code == expected
    assert client.get(f"/studio/shows/{show.public_id}/health/").status_code == 200


def test_another_brands_show_is_not_there(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    assert sign_in("owner", "fjord").get(f"/studio/shows/{show.public_id}/").status_code == 404
    anonymous = Client(headers={"host": "aurora.localhost"})
    assert anonymous.get(f"/studio/shows/{show.public_id}/").status_code == 302


def test_the_desk_brings_what_its_elements_start_from(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_lobby()
        context = desk_context(show, "host")
    desk = json.loads(json.dumps(context["desk"]))  # it goes into the page as JSON
    assert desk["socket"] == f"/rooms/{show.public_id}/"
    assert desk["snapshot"]["show"]["status"] == "lobby"
    as_script = {"accept": "application/json"}
    for name in ("show", "line_up", "cues", "health"):
        assert host.get(desk["urls"][name], headers=as_script).status_code == 200
    refused = host.post(desk["urls"]["go_live"], headers=as_script)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_picture")
    assert host.post(desk["urls"]["open_lobby"], headers=as_script).json()["status"] == "lobby"


def test_the_desk_is_a_page_for_every_member(aurora: Brand) -> None:
    with brand_context(aurora):
        show = make_lobby(title="From the desk")
    for role in ("moderator", "host"):
        page = sign_in(role).get(f"/studio/shows/{show.public_id}/desk/")
        assert page.status_code == 200
        assert "From the desk" in text(page)


def test_what_a_show_sells_is_not_told_to_moderators(aurora: Brand) -> None:
    with brand_context(aurora):
        show = make_lobby()
        told = {role: "sales" in desk_context(show, role)["desk"]["urls"] for role in ("moderator", "host")}
    assert told == {"moderator": False, "host": True}
    sales = f"/studio/shows/{show.public_id}/sales/"
    assert {role: sign_in(role).get(sales).status_code for role in told} == {"moderator": 403, "host": 200}


def test_a_drafts_poster_is_seen_in_the_studio_alone(
    aurora: Brand, host: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = io.BytesIO()
    Image.new("RGB", (90, 160), "teal").save(file, "PNG")
    with brand_context(aurora):
        show = make_show()
        set_poster(show_id=show.pk, data=file.getvalue(), actor="system")
    assert Client(headers={"host": "aurora.localhost"}).get(f"/live/{show.slug}/poster.jpg").status_code == 404
    seen = host.get(f"/live/{show.slug}/poster.jpg?v=1")
    assert (seen.status_code, seen["Cache-Control"]) == (200, "private, max-age=3600")


def png(size: tuple[int, int] = (64, 64)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "#843a47").save(target, "PNG")
    return target.getvalue()


def test_a_refused_poster_does_not_have_the_new_show_made_twice(aurora: Brand, host: Client) -> None:
    poster = SimpleUploadedFile("poster.png", b"no picture")
    page = host.post("/studio/shows/new/", {**DETAILS, "poster": poster}, follow=True)
    assert "The show is saved, but not its poster." in text(page)
    assert "Winter skin" in text(page)
    with brand_context(aurora):
        assert Show.objects.count() == 1


def test_a_poster_that_is_torn_in_the_middle_is_refused(aurora: Brand) -> None:
    whole = png((400, 400))
    at = whole.index(b"IDAT")
    torn = whole[: at + 20] + b"\0" * (len(whole) - at - 20)
    with brand_context(aurora), pytest.raises(PosterUnreadable):
        set_poster(show_id=make_show().pk, data=torn, actor="member:x")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_day_that_no_calendar_shows_is_refused_at_its_field(aurora: Brand, host: Client, day: str, zone: str) -> None:
    answer = host.post("/studio/shows/new/", {**DETAILS, "day": day, "time_zone": zone})
    assert answer.status_code == 422
    assert "Choose a day between 2000 and 2199." in text(answer)


def test_a_draft_may_give_up_its_date_and_keeps_its_length(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_show(starts_in=3 * 86_400)
    path = f"/studio/shows/{show.public_id}/"
    host.post(path, {**DETAILS, "day": "", "time": "", "duration_minutes": "90"})
    with brand_context(aurora):
        show.refresh_from_db()
    assert (show.starts_at, show.duration_minutes) == (None, 90)


def test_a_published_date_is_not_taken_back_in_silence(aurora: Brand, host: Client) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    answer = host.post(f"/studio/shows/{show.public_id}/", {**DETAILS, "day": "", "time": ""})
    assert answer.status_code == 422
    assert "make the show a draft again first" in text(answer)


def test_hiding_one_product_keeps_what_somebody_adds_at_that_moment(live_brands: dict[str, Brand]) -> None:
    aurora = live_brands["aurora"]
    with brand_context(aurora):
        show, one, two = make_scheduled_show(), make_variant(name="Balm"), make_variant(name="Cream")
        add_to_line_up(show_id=show.pk, place=Place(one.pk), actor="member:x")
    host = sign_in("host")

    def hide() -> None:
        try:
            host.post(f"/studio/shows/{show.public_id}/line-up/", {"act": "hide", "variant": one.public_id})
        finally:
            connections.close_all()

    with brand_context(aurora), ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            add_to_line_up(show_id=show.pk, place=Place(two.pk), actor="member:x")
            hidden = pool.submit(hide)
            _wait_for_a_waiting_lock()
        hidden.result()
        assert list(LineUpItem.objects.order_by("position").values_list("variant_id", "is_hidden")) == [
            (one.pk, True), (two.pk, False),
        ]  # fmt: skip


def _wait_for_a_waiting_lock() -> None:
    """Until the other one has read what it reads first, and waits for the show."""
    with connection.cursor() as cursor:
        for _ in range(250):
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the others as it first saw them
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone():
                return
            time.sleep(0.02)
    raise AssertionError("the other request never came to the lock")
