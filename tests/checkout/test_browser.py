"""The checkout in a real browser: the page's element, the provider's frame, cards that work and that don't."""

import copy
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.models.functions import Now
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from checkout.models import Hold, Order
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold

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
def address(open_shops: dict[str, Brand], live_server: LiveServer, provider: Provider, settings: LazySettings) -> str:
    """Aurora's address on the live server, under the policy that names the provider's script."""
    settings.STRIPE_JS_URL = f"{provider.url}/sandbox/elements.js"
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    for directive in ("script-src", "connect-src", "frame-src"):
        policy["DIRECTIVES"][directive].append(provider.url)
    settings.CONTENT_SECURITY_POLICY = policy
    return live_server.url.replace("localhost", "aurora.localhost")


@pytest.fixture
def buyer(open_shops: dict[str, Brand]) -> Viewer:
    viewer = new_viewer()
    with brand_context(open_shops["aurora"]):
        make_hold(viewer=viewer, variant_id=make_variant(price=3800, name="Dawn Serum").pk)
    return viewer


@pytest.fixture
def page(browser: Browser, address: str, open_shops: dict[str, Brand], buyer: Viewer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    with brand_context(open_shops["aurora"]):
        context.add_cookies([{"name": COOKIE, "value": ticket_of(buyer), "url": address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/checkout/")
    yield page
    context.close()
    broken = [text for text in complaints if "Content Security Policy" in text or "TypeError" in text]
    assert broken == []


def fill_in(page: Page) -> Any:
    """The address; gives the provider's frame."""
    for name, value in {
        "E-mail": "noor@example.test",
        "Name": "Noor Haddad",
        "Street and number": "14 rue des Lilas",
        "Postal code": "69003",
        "City": "Lyon",
    }.items():
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Country").select_option("FR")
    return page.frame_locator("iframe[title='Secure payment form']")


def test_a_buyer_pays_and_sees_the_order(page: Page, open_shops: dict[str, Brand]) -> None:
    frame = fill_in(page)
    frame.get_by_label("Test card that works").check()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading", name="Order A-")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Paid", exact=True)).to_be_visible()
    with brand_context(open_shops["aurora"]):
        assert Order.objects.get().status == "paid"


def test_a_declined_card_says_so_keeps_the_hold_and_another_pays(page: Page, open_shops: dict[str, Brand]) -> None:
    frame = fill_in(page)
    frame.get_by_label("Card that is declined").check()
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined. Your card was not charged.")
    with brand_context(open_shops["aurora"]):
        assert Hold.objects.get().status == "active"
    another = frame.get_by_label("Test card that works")
    another.press("Space")  # this time without a mouse, which may miss a form that the alert moved
    expect(another).to_be_checked()
    page.get_by_role("button", name="Pay").press("Enter")
    expect(page.get_by_role("heading", name="Order A-")).to_be_visible(timeout=15_000)
    with brand_context(open_shops["aurora"]):
        assert Order.objects.count() == 1


def test_need_longer_moves_the_deadline_in_place(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Noor Haddad")
    page.get_by_role("button", name="Need longer?").click()
    expect(page.get_by_role("button", name="Need longer?")).to_have_count(0)
    expect(page.locator("vt-countdown time")).to_contain_text("14:")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")


@pytest.mark.parametrize(("left", "role", "said"), [(62, "status", "60"), (32, "status", "30"), (12, "alert", "10")])
def test_what_is_left_is_spoken_by_the_server_s_clock(
    page: Page, open_shops: dict[str, Brand], left: int, role: Any, said: str
) -> None:
    """At ten seconds before everything else that is said. The buyer's own clock is an hour ahead."""
    with brand_context(open_shops["aurora"]):
        Hold.objects.update(expires_at=Now() + dt.timedelta(seconds=left))
    page.add_init_script("{ const now = Date.now; Date.now = () => now() + 3600e3; }")
    page.reload()
    region = page.get_by_role(role).filter(has_text=f"{said} seconds left on what you hold.")
    expect(region).to_have_count(1, timeout=8000)
    page.get_by_role("button", name="Need longer?").click()
    expect(page.get_by_role("status").filter(has_text="Held five minutes longer.")).to_have_count(1)
    expect(page.locator("vt-hold time")).to_contain_text(re.compile(r"0[56]:\d\d"))
    expect(page.get_by_role("button", name="Need longer?")).to_have_count(0)
