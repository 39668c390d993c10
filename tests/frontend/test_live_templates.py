"""The live pages as they leave the server: readable, buyable and safe before any script wakes.

Not here: how they look (tests/e2e, in a browser).
"""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string

from tests.frontend.live_context import NOW, context, drop, messages, poll, row

VOID = {"meta", "link", "img", "input", "br", "hr", "source", "path", "circle", "rect", "use"}

PAGES = [
    pytest.param("live/lobby.html", context(status="scheduled"), id="lobby"),
    pytest.param("live/show.html", context(poll=poll()), id="live"),
    pytest.param("live/show.html", context(orientation="landscape"), id="landscape"),
    pytest.param("live/show.html", context(status="paused"), id="paused"),
    pytest.param("live/show.html", context(status="ended"), id="ended"),
    pytest.param("live/show.html", context(status="cancelled", lineup=[], messages=[], pin=None), id="cancelled"),
    *(pytest.param("live/show.html", context(drop=drop(status)), id=f"drop {status}")
      for status in ("announced", "open", "sold_out", "closed")),
    pytest.param("live/replay.html", context(status="replay"), id="replay"),
]  # fmt: skip


class Page(HTMLParser):
    """Tags with their attributes and the words inside, and a check that every tag closes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1:] == [tag], f"</{tag}> closes {self._open[-1:]} at {self.getpos()}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **wanted: str | None) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


def render(template: str, values: dict[str, Any]) -> Page:
    return Page(render_to_string(template, values))


@pytest.mark.parametrize(("template", "values"), PAGES)
def test_page_has_one_heading_one_main_and_a_working_skip_link(template: str, values: dict[str, Any]) -> None:
    page = render(template, values)

    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    skip = page.all("a", **{"class": "vt-skip"})[0]["href"]
    assert skip is not None
    assert skip.removeprefix("#") in {attrs.get("id") for _, attrs in page.tags}


@pytest.mark.parametrize(("template", "values"), PAGES)
def test_page_passes_a_strict_content_policy(template: str, values: dict[str, Any]) -> None:
    page = render(template, values)

    for tag, attrs in page.tags:
        assert "style" not in attrs, tag
        assert not [name for name in attrs if name.startswith("on")], tag
    assert page.all("style") == []
    assert all("src" in script or script.get("type") == "application/json" for script in page.all("script"))


@pytest.mark.parametrize(("template", "values"), PAGES)
def test_ids_are_unique_and_every_reference_resolves(template: str, values: dict[str, Any]) -> None:
    page = render(template, values)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]

    assert len(ids) == len(set(ids))
    for tag, attrs in page.tags:
        for name in ("for", "form", "aria-labelledby", "aria-controls"):
            for reference in (attrs.get(name) or "").split():
                assert reference in ids, f"<{tag} {name}={reference}>"
        if tag == "use":
            assert (attrs["href"] or "").removeprefix("#") in ids


@pytest.mark.parametrize(("template", "values"), PAGES)
def test_every_control_and_picture_has_a_name(template: str, values: dict[str, Any]) -> None:
    html = render_to_string(template, values)
    page = Page(html)

    assert all("alt" in picture for picture in page.all("img"))
    for button in page.all("button", **{"class": "vt-tool"}):
        assert button.get("aria-label")


def test_goods_can_be_bought_without_script() -> None:
    page = render("live/show.html", context())

    assert page.all("form", action="/checkout", method="get")
    assert page.all("input", name="variant", value="var_aurora-serum")
    assert "€38" in page.text
    assert "30-day low €44" in page.text
    assert page.all("video")[0]["src"] == "/live/media/shw_1/index.m3u8"


def test_sold_out_pin_leads_to_the_waitlist_instead_of_checkout() -> None:
    gone = row("aurora-mist", "Linden Mist", 2200, state="out", available=0)
    page = render("live/show.html", context(pin=gone))

    assert page.all("form", action="/checkout") == []
    assert page.all("form", action="/waitlist")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("announced", "Buy €12 from"),
        ("open", "of 50 left"),
        ("sold_out", "Join the waitlist"),
        ("closed", "The drop is over."),
    ],
)
def test_drop_takes_the_place_of_the_pin_and_says_its_state(status: str, words: str) -> None:
    page = render("live/show.html", context(drop=drop(status)))

    assert words in page.text
    assert page.all("vt-pin") == []
    assert bool(page.all("form", **{"data-vt-buy": None})) == (status == "open")
    assert bool(page.all("input", name="drop")) == (status in ("open", "sold_out"))


@pytest.mark.parametrize(
    ("mode", "status", "list_state", "words", "enters"),
    [
        ("window", "announced", "none", "First 20 s count the same.", False),
        ("window", "open", "open", "All who tap now have the same chance", True),
        ("window", "open", "over", "of 50 left", False),
        ("draw", "announced", "open", "Enter the draw", True),
        ("draw", "open", "closed", "1204 entered. It is drawn in a moment.", False),
        ("draw", "open", "drawn", "50 for 1204 who entered.", False),
        ("draw", "sold_out", "drawn", "Join the waitlist", False),
    ],
)
def test_a_window_and_a_draw_say_what_can_be_done(
    mode: str, status: str, list_state: str, words: str, enters: bool
) -> None:
    card = drop(status) | {"mode": mode, "list_state": list_state, "goes_by_list": list_state != "over"}
    page = render("live/show.html", context(drop=card | {"is_committed": list_state != "none"}))

    assert words in page.text
    assert bool(page.all("form", **{"data-vt-enter": "drp_1"})) == enters
    assert bool(page.all("form", **{"data-vt-buy": None})) == (list_state == "over")
    assert bool(page.all("a", href="/drops/drp_1/draw/")) == (list_state != "none")


def test_announced_drop_keeps_its_closed_button_reachable() -> None:
    closed = render("live/show.html", context(drop=drop("announced"))).all("button", **{"aria-disabled": "true"})

    assert len(closed) == 1
    assert "disabled" not in closed[0]


def test_drop_without_a_time_waits_for_the_host() -> None:
    page = render("live/show.html", context(drop={**drop("announced"), "opens_at": None}))

    assert "The host opens it during the show." in page.text
    assert "Buy €12 when it opens" in page.text


def test_without_a_waitlist_sold_out_is_said_and_leads_nowhere() -> None:
    gone = row("aurora-mist", "Linden Mist", 2200, state="out", available=0)
    values = context(pin=gone, lineup=[gone])
    values["urls"] = {**values["urls"], "waitlist": ""}
    html = render_to_string("live/show.html", values)

    assert "Sold out" in html
    assert "waitlist" not in html.replace('data-waitlist=""', "").replace('"vt-words"', "").split("vt-room-data")[0]


def test_replay_shows_what_it_cost_then_and_costs_today() -> None:
    flask = row("aurora-serum", "Dawn Serum", 4600, state="now", show_price=row("x", "x", 3800)["price"])
    page = render("live/replay.html", context(status="replay", pin=flask))

    assert "€38 in the show, today €46" in page.text
    assert "Buy today" in page.text
    assert page.all("div", role="log") == []


def test_what_people_write_stays_text() -> None:
    hostile = {"id": "m", "author": "<img src=x>", "badge": "", "text": "<script>alert(1)</script>", "removed": False}
    html = render_to_string("live/show.html", context(messages=[hostile]))

    assert "<script>alert" not in html
    assert "<img src=x>" not in html


def test_a_removed_message_says_so_and_keeps_no_words() -> None:
    removed = {"id": "m", "author": "Troll", "badge": "", "text": "secret words", "removed": True}
    page = render("live/show.html", context(messages=[removed, *messages()]))

    assert "Message removed" in page.text
    assert "secret words" not in page.text
    assert "Troll" not in page.text


def test_a_hidden_product_gives_nothing_away() -> None:
    html = render_to_string("live/show.html", context())

    assert "Shown at 19:50" in html
    assert "var_hidden" not in html
    assert "/art/hidden.svg" not in html


def test_lobby_names_the_time_and_counts_to_it() -> None:
    page = render("live/lobby.html", context(status="scheduled"))

    assert page.all("vt-countdown", role="timer")
    assert "02 hours 14 minutes 36 seconds" in page.text
    assert page.all("time")[0]["datetime"] == "2026-11-20T20:40:05+00:00"


def test_lobby_whose_time_has_come_counts_no_further() -> None:
    values = context(status="scheduled")
    values["show"]["starts_at"] = NOW

    assert "00 hours 00 minutes 00 seconds" in render("live/lobby.html", values).text
