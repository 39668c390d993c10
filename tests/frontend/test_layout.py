"""The pages stand still while they load, and fit: the narrowest screen, a page read from right to left.

Not here: names, colours and roles (test_accessibility.py).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright

from kernel.money import CURRENCIES, Money
from tests.frontend.pages_in_browser import PAGES, served_pages
from tests.frontend.test_accessibility import CHROMIUM, SIZES, row, snapshot

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_SHIFT = 0.02
# A desk's window, the same at 200 %, a turned phone, a phone, the narrowest.
WINDOWS = [(1440, 900), (720, 450), (844, 390), (390, 844), (320, 568)]
LANGUAGES = ("en", "de", "fr", "ar")
_WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# Boxes that scroll by themselves may be wider inside; the page may not.
_TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


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


def open_page(browser: Browser, url: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.add_init_script(_WATCH)
    page.goto(url)
    page.wait_for_function("customElements.get('vt-room') !== undefined")
    page.evaluate("document.fonts.ready.then(() => null)")
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["live", "lobby", "replay"])
def test_nothing_moves_while_a_page_loads(browser: Browser, address: str, name: str, size: str) -> None:
    page = open_page(browser, f"{address}/page/{name}", *SIZES[size])
    page.wait_for_timeout(500)

    assert page.evaluate("window.shift") < MOST_SHIFT
    page.close()


def test_a_snapshot_moves_nothing_either(browser: Browser, address: str) -> None:
    page = open_page(browser, f"{address}/page/live", *SIZES["desk"])
    page.wait_for_timeout(300)
    page.evaluate("window.shift = 0")
    page.evaluate("(frame) => document.querySelector('vt-room').store.takeSnapshot(frame)", snapshot())
    page.wait_for_timeout(300)

    assert page.evaluate("window.shift") < MOST_SHIFT
    page.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(browser: Browser, address: str, name: str, language: str) -> None:
    page = open_page(browser, f"{address}/page/{name}?lang={language}", 1440, 900)
    direction = "rtl" if language == "ar" else "ltr"
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == direction
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})

        assert page.evaluate(_TOO_WIDE) == 0, (width, height)
    page.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["replay-portrait", "replay-chapters"])
def test_the_replays_bar_keeps_inside_its_stage(browser: Browser, address: str, name: str, size: str) -> None:
    page = open_page(browser, f"{address}/page/{name}", *SIZES[size])
    stage, bar = (page.locator(part).bounding_box() for part in (".vt-stage", ".vt-timebar"))
    assert stage
    assert bar
    assert bar["x"] >= stage["x"]
    assert bar["x"] + bar["width"] <= stage["x"] + stage["width"]
    ends = "(parts) => parts.map((part) => part.getBoundingClientRect().right)"
    assert max(page.locator(".vt-timebar :is(a, button)").evaluate_all(ends)) <= stage["x"] + stage["width"]
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_room_writes_prices_as_the_server_does(browser: Browser, address: str, language: str) -> None:
    page = open_page(browser, f"{address}/page/live?lang={language}", *SIZES["desk"])
    sums = [Money(minor, currency) for currency in CURRENCIES for minor in (0, 1200, 1250, 149000)]
    rows: list[dict[str, Any]] = [
        row(place, "Dawn Serum", 40, price={"minor": each.minor, "currency": each.currency})
        for place, each in enumerate(sums)
    ]
    frame = snapshot(lineup=rows, pin=None, poll=None)
    page.evaluate("(frame) => document.querySelector('vt-room').store.takeSnapshot(frame)", frame)

    with translation.override(language):
        assert page.locator(".vt-lineup .vt-price").all_text_contents() == [each.formatted for each in sums]
    page.close()
