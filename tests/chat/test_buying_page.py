"""A tap in a real browser: held by the socket that the page has open, by the short route when it is gone.

Not here: the doors themselves (test_hold_doors) and the order in which a page tries them (frontend/tests).
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect, sync_playwright

from checkout.models import Hold
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from streams.models import Show
from streams.services.line_up import Place, set_line_up
from tests.chat.conftest import Stage
from tests.factories.catalog import make_variant
from tests.factories.streams import ACTOR, make_live_show

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
def show(stage: Stage) -> Show:
    with brand_context(stage.brands["aurora"]):
        show, _ = make_live_show()
        variant = make_variant(name="Dawn Serum", stock=5)
        set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
        return show


@pytest.fixture
def viewer() -> Viewer:
    return new_viewer()


@pytest.fixture
def page(browser: Browser, stage: Stage, show: Show, viewer: Viewer) -> Iterator[Page]:
    address = f"http://aurora.localhost:{stage.port}"
    context = browser.new_context(viewport={"width": 390, "height": 844})
    with brand_context(stage.brands["aurora"]):
        context.add_cookies([{"name": COOKIE, "value": ticket_of(viewer), "url": address}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{address}/live/{show.slug}/")
    yield page
    context.close()


def wait_for_the_room(page: Page) -> None:
    deadline = time.monotonic() + 10
    while page.evaluate("document.querySelector('vt-room').socket?.connection") != "open":
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def tap(page: Page) -> None:
    page.get_by_role("link", name="1 product in this show").click()
    page.get_by_role("button", name="Add Dawn Serum to the bag").click()
    expect(page.get_by_text("Dawn Serum is held for you.").first).to_be_visible()


def test_a_tap_goes_over_the_open_socket(page: Page, stage: Stage, viewer: Viewer) -> None:
    sent: list[str] = []
    asked: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)))

    page.on("websocket", listen)
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.reload()
    wait_for_the_room(page)
    tap(page)
    expect(page.locator("vt-hold .vt-hold-chip")).to_be_visible()
    assert [frame for frame in sent if '"t":"hold"' in frame]
    assert [url for url in asked if "hold" in url] == []
    with brand_context(stage.brands["aurora"]):
        assert Hold.objects.get().viewer_key == viewer.key


def test_without_a_socket_a_tap_goes_by_the_short_route(page: Page, stage: Stage, viewer: Viewer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    wait_for_the_room(page)
    page.evaluate("document.querySelector('vt-room').socket.close()")
    tap(page)
    expect(page.locator("vt-hold .vt-hold-chip")).to_be_visible()
    assert [url.partition("localhost")[2].partition("/")[2] for url in asked] == ["hold/"]
    with brand_context(stage.brands["aurora"]):
        assert Hold.objects.get().viewer_key == viewer.key
