"""After the order in a real browser: payments set up by the provider's form, a parcel followed, a piece sent back.

Not here: paying (test_browser).
"""

import copy
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from checkout.models import Order, PaymentAccount, Return
from checkout.services.fulfilment import ship_order
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.checkout.test_browser import CHROMIUM, browser
from tests.conftest import PASSWORD
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_paid_order

__all__ = ["browser"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed; apt install chromium"),
]


@pytest.fixture
def address(open_shops: dict[str, Brand], live_server: LiveServer, provider: Provider, settings: LazySettings) -> str:
    """Aurora's address on the live server, under the policy as production has it, but for the sandbox's address."""
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    named = policy["DIRECTIVES"]["form-action"]
    policy["DIRECTIVES"]["form-action"] = [named[0], provider.url, *named[2:]]  # where the set-up leads
    settings.CONTENT_SECURITY_POLICY = policy
    return live_server.url.replace("localhost", "aurora.localhost")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "Content Security Policy" in text or "TypeError" in text] == []


def sign_in(page: Page, address: str, email: str, path: str) -> None:
    page.goto(f"{address}/accounts/login/?next={path}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


def test_an_owner_sets_payments_up_and_comes_back(page: Page, address: str, open_shops: dict[str, Brand]) -> None:
    sign_in(page, address, "owner@aurora.test", "/studio/settings/payments/")
    page.get_by_role("button", name="Set up payments").click()
    page.get_by_role("button", name="Complete set-up").click()  # the provider's own page
    expect(page.get_by_text("Buyers can pay.")).to_be_visible()
    with brand_context(open_shops["aurora"]):
        assert PaymentAccount.objects.get().charges_enabled


@pytest.fixture
def order(open_shops: dict[str, Brand], provider: Provider) -> Order:
    """Three of one thing, paid."""
    with brand_context(open_shops["aurora"]):
        return make_paid_order(variant_id=make_variant(name="Dawn Serum", price=1000, stock=9).pk, quantity=3)


def test_a_parcel_from_the_studio_to_the_buyer_and_a_piece_back(
    page: Page, address: str, open_shops: dict[str, Brand], order: Order
) -> None:
    sign_in(page, address, "host@aurora.test", f"/studio/orders/{order.public_id}/")
    page.get_by_label("Dawn Serum").first.fill("2")
    page.get_by_label("Carrier").fill("DHL")
    page.get_by_label("Tracking number").fill("0034")
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.get_by_role("heading", name="Send the rest")).to_be_visible()
    page.goto(f"{address}{order.page_url}")
    expect(page.get_by_role("link", name="0034")).to_have_attribute(
        "href", "https://www.dhl.com/en/express/tracking.html?AWB=0034"
    )
    page.get_by_text("Send something back").click()
    page.get_by_label("Dawn Serum").fill("1")
    page.get_by_label("Why").fill("Too small")
    page.get_by_role("button", name="Ask for a return").click()
    expect(page.get_by_text("please wait with the parcel")).to_be_visible()
    with brand_context(open_shops["aurora"]):
        assert Return.objects.get().lines.get().quantity == 1


def test_nothing_of_these_pages_is_wider_than_a_phone(
    page: Page, address: str, open_shops: dict[str, Brand], order: Order
) -> None:
    with brand_context(open_shops["aurora"]):
        one = {order.lines.get().pk: 1}
        ship_order(order_id=order.pk, pieces=one, carrier="DHL", tracking="0" * 40, actor="system")
    sign_in(page, address, "owner@aurora.test", "/studio/orders/packing/")
    paths = ("packing/", f"{order.public_id}/")
    for path in (*(f"/studio/orders/{path}" for path in paths), "/studio/settings/payments/", order.page_url):
        page.goto(f"{address}{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path}: {width}"
