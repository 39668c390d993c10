"""A draw in a real browser: entered on the live page, checked on its own page by the page's own code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from catalog.models import Drop, Place
from catalog.services.drops import announce_drop, open_drop
from catalog.services.lists import Asker, draw_list, enter_list
from kernel.tenancy import brand_context
from kernel.viewers import new_viewer
from streams.services.line_up import Place as InLineUp
from streams.services.line_up import set_line_up
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_variant
from tests.factories.streams import make_live_show

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed; apt install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright's plain calls keep a loop of their own on this thread, which Django would refuse to share."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def address(live_brands: dict[str, Brand], live_server: LiveServer) -> str:
    return live_server.url.replace("localhost", "aurora.localhost")


@pytest.fixture
def drop(live_brands: dict[str, Brand]) -> Drop:
    """Of a show on air, announced."""
    with brand_context(live_brands["aurora"]):
        show, _ = make_live_show(title="First light", slug="first-light")
        variant = make_variant(name="Rosehip Bar", stock=20)
        set_line_up(show_id=show.pk, places=[InLineUp(variant_id=variant.pk)], actor=ACTOR)
        drop = make_drop(variant_id=variant.pk, show_id=show.pk, units=3, mode="draw", title="Rosehip Bar, first batch")
        return announce_drop(drop_id=drop.pk, actor=ACTOR)


def draw(drop: Drop) -> None:
    for _ in range(12):
        enter_list(drop_id=drop.pk, asker=Asker(viewer_key=new_viewer().key, network="n"))
    open_drop(drop_id=drop.pk, actor=ACTOR)
    draw_list(drop_id=drop.pk, actor=ACTOR)


def test_one_tap_enters(page: Page, address: str, drop: Drop, live_brands: dict[str, Brand]) -> None:
    page.goto(f"{address}/live/first-light/")
    button = page.get_by_role("button", name="Enter the draw")
    button.focus()
    button.press("Enter")  # without a mouse
    expect(page.locator("[data-vt-said]")).to_have_text("You are in")
    with brand_context(live_brands["aurora"]):
        place = Place.objects.get(drop=drop)
    assert place.device  # the browser was given one, and there is one place to it
    assert place.group


def test_the_browser_computes_a_draw_again(page: Page, address: str, drop: Drop, live_brands: dict[str, Brand]) -> None:
    with brand_context(live_brands["aurora"]):
        draw(drop)
    page.goto(f"{address}/drops/{drop.public_id}/draw/")
    page.get_by_role("button", name="Compute it again").press("Enter")
    expect(page.locator("[data-vt-verdict]")).to_have_text(
        "It holds: seed, list and order belong together, for 12 entries."
    )
    with brand_context(live_brands["aurora"]):
        first = Place.objects.get(drop=drop, drawn=1)
        Place.objects.filter(pk=first.pk).update(drawn=99)
    page.get_by_role("button", name="Compute it again").click()
    expect(page.locator("[data-vt-verdict]")).to_have_text(
        "It does not hold: another order follows from the seed and the list."
    )
