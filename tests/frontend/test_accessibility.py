"""axe-core finds nothing on the live pages: as the server wrote them, and as the room draws them.

Light and dark, phone and desk. Not here: what a listener hears when (tests/e2e).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.settings.env import BASE_DIR
from tests.frontend.pages_in_browser import PAGES, served_pages

CHROMIUM = "/usr/bin/chromium"
AXE = BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "desk": (1440, 900)}

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async (runOnly) => {
  const { violations } = await axe.run(document, { runOnly });
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""


def row(place: int, name: str, available: int, **more: Any) -> dict[str, Any]:
    art = "/art/aurora-serum.svg"
    return {
        "position": place, "is_hidden": False, "note": "", "variant_id": f"var_{place}", "product_id": f"prd_{place}",
        "slug": "x", "name": name, "variant_name": "", "detail": "30 ml", "url": "/products/x/", "image_url": art,
        "image_small_url": art, "price": {"minor": 3800, "currency": "EUR"}, "was": None, "low_30d": None,
        "specials": [], "available": available, "total": 50, **more,
    }  # fmt: skip


def line(place: int, author: str, badge: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"msg_{place}", "author_key": author, "author": author, "badge": badge, "title": "", "text": text,
        "reply_to": None, "key": str(place), "at": "", "removed": False, **more,
    }  # fmt: skip


def snapshot(**more: Any) -> dict[str, Any]:
    """What a room tells who joins, with a bit of everything in it."""
    reduced = {"was": {"minor": 4600, "currency": "EUR"}, "low_30d": {"minor": 4400, "currency": "EUR"}}
    rows = [row(0, "Dawn Serum", 12, **reduced), row(1, "Night Balm", 3), row(2, "Linden Mist", 0)]
    state = {
        "show": {"id": "shw_1", "slug": "s", "title": "S", "status": "live", "starts_at": None},
        "picture": {"state": "none", "live": None, "replay": None},
        "lineup": rows,
        "pin": rows[0],
        "drops": [],
        "pinned_message": {"id": "msg_9", "author": "Aurora", "badge": "staff", "text": "Delivery is free over €60."},
        "messages": [
            line(1, "Noor", "", "does it smell?"),
            line(2, "Lab", "staff", "Barely.", reply_to={"id": "msg_1", "author": "Noor", "text": "does it smell?"}),
            line(3, "", "", "", removed=True),
        ],
        "poll": {"id": "pol_1", "question": "Which next?", "answers": [{"text": "Balm", "votes": 3},
                 {"text": "Cream", "votes": 1}], "votes": 4, "status": "open", "closes_at": None},
        "questions": [{"id": "qst_1", "author": "Noor", "text": "How long does it last?", "votes": 4,
                       "answered_at": None},
                      {"id": "qst_2", "author": "Jo", "text": "Under sunscreen?", "votes": 9, "answered_at": "2026"}],
        "settings": {"slow_seconds": 0, "guests_allowed": True, "approval": False},
        "viewers": 1284,
        "reactions": 3,
        "me": {"key": "vwr_1", "name": "Noor", "staff": False, "votes": {"pol_1": 0}, "upvotes": [],
               "waiting": [], "echoes": []},
        **more,
    }  # fmt: skip
    return {"t": "snapshot", "epoch": 1, "cursors": {}, "state": state, "now": "2026-11-20T18:25:29Z"}


DROP = {
    "drop_id": "drp_1", "show_id": "shw_1", "variant_id": "var_1", "title": "Rosehip Bar", "units": 50,
    "units_left": 31, "price_minor": 1200, "currency": "EUR", "per_buyer": 1, "opens_at": "2036-11-20T18:25:29Z",
    "opened_at": None, "closes_at": "2036-11-20T19:25:29Z", "mode": "first_come", "window_seconds": None,
    "list_state": "none", "list_closes_at": None, "entered": 0, "commitment": "", "root": "", "seed": "",
}  # fmt: skip
DRAWN = {
    "all of it": snapshot(),
    "a draw to enter": snapshot(drops=[{**DROP, "status": "announced", "mode": "draw", "list_state": "open"}]),
    "a window": snapshot(
        drops=[{**DROP, "status": "open", "mode": "window", "window_seconds": 20, "list_state": "open"}]
    ),
    "a pin that is sold out": snapshot(pin=row(2, "Linden Mist", 0), poll=None),
    **{
        f"a drop {status}": snapshot(drops=[{**DROP, "status": status}]) for status in ("announced", "open", "sold_out")
    },
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served_pages() as where:
        yield where


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def open_page(browser: Browser, url: str, *, size: str) -> Page:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(url)
    page.wait_for_function("customElements.get('vt-room') !== undefined")
    page.add_script_tag(path=AXE)
    return page


def faults(page: Page) -> list[str]:
    """Everything in light; in dark only the colours are others."""
    page.emulate_media(color_scheme="light")
    light = page.evaluate(_RUN, _RULES)
    page.emulate_media(color_scheme="dark")
    return [*light, *(f"dark, {fault}" for fault in page.evaluate(_RUN, ["color-contrast"]))]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_what_the_server_wrote(browser: Browser, address: str, name: str, size: str) -> None:
    page = open_page(browser, f"{address}/page/{name}", size=size)

    assert faults(page) == []
    page.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("drawn", DRAWN)
def test_axe_finds_nothing_on_what_the_room_draws(browser: Browser, address: str, drawn: str, size: str) -> None:
    page = open_page(browser, f"{address}/page/live", size=size)
    page.evaluate("(frame) => document.querySelector('vt-room').store.takeSnapshot(frame)", DRAWN[drawn])

    assert page.locator(".vt-line[data-kind=gone]").count() == 1
    assert faults(page) == []
    page.close()
