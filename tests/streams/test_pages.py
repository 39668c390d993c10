"""The public pages over HTTP: each state of a show, and who may see what.

Not here: what the room sends over its socket (tests/chat).
"""

import datetime as dt
import json
import re
from typing import Any

import icalendar
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import brand_context
from streams.access import admission, link_token, may_enter, picture_token, preview_token, show_path
from streams.media.origin import Admission
from streams.models import Broadcast, Show, ShowStatus
from streams.services.details import replace_link, set_visibility
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import go_live
from streams.services.run_of_show import pin_product
from tenants.models import Brand
from tests.factories.catalog import fill_catalog, make_drop, make_variant
from tests.factories.streams import (
    ACTOR,
    COINCIDING,
    fill_streams,
    make_broadcast,
    make_live_show,
    make_lobby,
    make_scheduled_show,
    make_show,
    make_show_in,
)

MOST_QUERIES = 12


def get(path: str, host: str = "aurora.localhost", **extra: object) -> HttpResponse:
    return Client().get(path, headers={"host": host, "accept": "text/html"}, **extra)  # type: ignore[arg-type,return-value]


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("status", "expected", "words"),
    [
        (ShowStatus.DRAFT, 404, ""),
        (ShowStatus.SCHEDULED, 200, "Remind me"),
        (ShowStatus.LOBBY, 200, "Add to calendar"),
        (ShowStatus.LIVE, 200, "Say something"),
        (ShowStatus.ENDED, 200, "The show has ended"),
        (ShowStatus.REPLAY, 200, "vod.m3u8"),
        (ShowStatus.CANCELLED, 200, "This show is cancelled"),
    ],
)
def test_each_state_has_its_page(aurora: Brand, status: ShowStatus, expected: int, words: str) -> None:
    with brand_context(aurora):
        show = make_show_in(status)
    response = get(f"/live/{show.slug}/")
    assert response.status_code == expected
    assert words in text(response)


@pytest.mark.parametrize("products", [2, 40])
def test_the_live_page_takes_at_most_twelve_queries(aurora: Brand, products: int) -> None:
    """However long the line-up, with a pin, an open drop and other shows."""
    with brand_context(aurora):
        show, _ = make_live_show()
        variants = [make_variant() for _ in range(products)]
        places = [Place(variant.pk, is_hidden=index == 1) for index, variant in enumerate(variants)]
        set_line_up(show_id=show.pk, places=places, actor=ACTOR)
        pin_product(show_id=show.pk, variant_id=variants[0].pk, actor=ACTOR)
        make_drop(variant_id=variants[0].pk, units=3, opened=True, show_id=show.pk)
        for number in range(6):
            make_scheduled_show(title=f"Another {number}")
    get(f"/live/{show.slug}/")  # the host is known from here on
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = get(f"/live/{show.slug}/")
    assert response.status_code == 200
    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:160] for query in queries)


def test_a_hidden_product_is_nowhere_on_the_page(aurora: Brand) -> None:
    with brand_context(aurora):
        show = make_lobby()
        hidden, shown = make_variant(name="The secret serum"), make_variant(name="The open cream")
        set_line_up(show_id=show.pk, places=[Place(hidden.pk, is_hidden=True), Place(shown.pk)], actor=ACTOR)
    page = text(get(f"/live/{show.slug}/"))
    assert "The open cream" in page
    assert "secret" not in page
    assert hidden.public_id not in page


def test_a_title_cannot_break_out_of_the_page(aurora: Brand) -> None:
    nasty = "</script><script>alert(1)</script>"
    with brand_context(aurora):
        show = make_lobby(title=nasty, slug="nasty", description=nasty)
    page = text(get("/live/nasty/"))
    assert "<script>alert" not in page
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert json.loads(data[1])["name"] == show.title


def test_search_engines_read_the_event_and_then_the_video(aurora: Brand) -> None:
    def facts(show: Show) -> dict[str, object]:
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(get(f"/live/{show.slug}/")))
        assert found is not None
        return json.loads(found[1])  # type: ignore[no-any-return]

    with brand_context(aurora):
        live, _ = make_live_show(title="On now")
        replay = make_show_in(ShowStatus.REPLAY, title="Seen before")
    assert (facts(live)["@type"], facts(live)["isLiveBroadcast"]) == ("BroadcastEvent", True)
    assert facts(replay)["@type"] == "VideoObject"
    assert str(facts(replay)["contentUrl"]).endswith("/vod.m3u8")


def test_the_calendar_file_is_valid_and_names_the_start(aurora: Brand) -> None:
    with brand_context(aurora):
        show = make_scheduled_show(title="Évening; a, ritual", time_zone="America/New_York")
    response = get(f"/live/{show.slug}/calendar.ics")
    assert response["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(response.content)
    entry: Any = calendar.walk("VEVENT")[0]
    assert show.starts_at is not None
    assert entry["DTSTART"].dt == show.starts_at.replace(microsecond=0)
    assert entry["DTEND"].dt - entry["DTSTART"].dt == dt.timedelta(minutes=45)
    assert entry["DTSTART"].dt.utcoffset() == dt.timedelta(0)
    assert "Évening; a, ritual" in str(entry["SUMMARY"])
    assert show.public_id in str(entry["UID"])


def test_a_private_show_does_not_exist_without_its_link(aurora: Brand) -> None:
    with brand_context(aurora):
        show, broadcast = make_live_show(title="Among us")
        set_visibility(show_id=show.pk, visibility="private", actor=ACTOR)
        show.refresh_from_db()
        link, token = show_path(show), picture_token(show)
    for path in ("", "calendar.ics", "poster.jpg"):
        assert get(f"/live/{show.slug}/{path}").status_code == 404
    assert get(f"/live/{show.slug}/?key=guess").status_code == 404
    assert "Among us" not in text(get("/live/"))
    assert get("/").headers.get("Location") == "/live/"
    client = Client()
    first = client.get(link, headers={"host": "aurora.localhost"})
    assert (first.status_code, first["X-Robots-Tag"]) == (200, "noindex")
    assert "ld+json" not in first.content.decode()
    again = client.get(f"/live/{show.slug}/", headers={"host": "aurora.localhost"})  # by its cookie
    assert again.status_code == 200
    with brand_context(aurora):
        assert admission(broadcast.pk, None) is None
        assert admission(broadcast.pk, link_token(show)) is None
        assert admission(broadcast.pk, token) == admission(broadcast.pk, preview_token(show)) is not None
        replace_link(show_id=show.pk, actor=ACTOR)
        show.refresh_from_db()
        assert admission(broadcast.pk, token) is None
        assert not may_enter(show, token=link.rpartition("=")[2])
    assert get(link).status_code == 404
    assert client.get(f"/live/{show.slug}/", headers={"host": "aurora.localhost"}).status_code == 404


def test_a_link_of_one_brand_opens_nothing_in_another(aurora: Brand, fjord: Brand) -> None:
    """Also not when both have a private show of this very id."""
    paths = {}
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            show = fill_streams(index)
            set_visibility(show_id=show.pk, visibility="private", actor=ACTOR)
            show.refresh_from_db()
            paths[brand.slug] = show_path(show)
    assert get(paths["aurora"], "aurora.localhost").status_code == 200
    assert get(paths["aurora"], "fjord.localhost").status_code == 404
    assert get(paths["fjord"], "fjord.localhost").status_code == 200


def test_coinciding_ids_show_each_brand_its_own(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
            fill_streams(index)
    for index, slug in enumerate(("aurora", "fjord")):
        page = text(get("/live/coinciding/", f"{slug}.localhost"))
        assert f"Show of brand {index}" in page
        assert f"Show of brand {1 - index}" not in page
    with brand_context(fjord):
        assert Show.objects.get(pk=COINCIDING).title == "Show of brand 1"


def test_before_air_the_picture_is_the_staffs(in_aurora: Brand) -> None:
    show = make_lobby()
    broadcast = make_broadcast(show)
    assert admission(broadcast.pk, None) is None
    assert admission(broadcast.pk, picture_token(show)) is None  # a private show's lobby page carries one
    assert admission(broadcast.pk, preview_token(show)) == Admission(since=None)
    go_live(show_id=show.pk, actor=ACTOR)
    aired_at = Broadcast.objects.values_list("aired_at", flat=True).get(pk=broadcast.pk)
    assert aired_at is not None
    for token in (None, preview_token(show)):
        assert admission(broadcast.pk, token) == Admission(since=aired_at.timestamp())


def test_a_reminder_is_asked_for_once(aurora: Brand) -> None:
    with brand_context(aurora):
        show = make_scheduled_show()
    client = Client()
    answers = [
        client.post(f"/live/{show.slug}/remind/", {"email": email}, headers={"host": "aurora.localhost"})
        for email in ("Ines@Example.org", "ines@example.org", "no address")
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    with brand_context(aurora):
        assert [row.email for row in show.interests.all()] == ["ines@example.org"]


def test_the_front_page_is_the_show_that_matters_now(aurora: Brand) -> None:
    assert get("/")["Location"] == "/live/"
    with brand_context(aurora):
        make_show(title="Only a draft")
        replay = make_show_in(ShowStatus.REPLAY, title="Old")
    assert get("/")["Location"] == f"/live/{replay.slug}/"
    with brand_context(aurora):
        coming = make_scheduled_show(title="Soon")
    assert get("/")["Location"] == f"/live/{coming.slug}/"
    with brand_context(aurora):
        live, _ = make_live_show(title="Now")
    assert get("/")["Location"] == f"/live/{live.slug}/"
    page = text(get("/live/"))
    assert all(title in page for title in ("Old", "Soon", "Now"))
    assert "Only a draft" not in page
