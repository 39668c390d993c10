"""Paying in a real browser: a shop's page on another origin, under a strict policy, mounts the sandbox's form."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.sandbox.running import PUBLISHABLE_KEY, RunningSandbox

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed; apt install chromium"),
]

SHOP_PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<dialog id="sheet"><div id="form"></div><button id="pay">Pay</button><p id="result" role="status"></p></dialog>
<script src="SANDBOX/sandbox/elements.js"></script><script src="/shop.js"></script>"""

# Written against Stripe.js's documented calls alone, so that it would run with the real script too.
SHOP_SCRIPT = """
const { key, account, clientSecret } = JSON.parse(decodeURIComponent(location.hash.slice(1)));
const stripe = Stripe(key, { stripeAccount: account });
const appearance = { variables: { colorPrimary: "#843a47", colorText: "#261f1d", borderRadius: "2px" } };
const elements = stripe.elements({ clientSecret, appearance });
const form = elements.create("payment");
form.on("change", (event) => { document.body.dataset.complete = event.complete; });
document.querySelector("#sheet").showModal();
form.mount("#form");
document.querySelector("#pay").addEventListener("click", async () => {
  const submitted = await elements.submit();
  const result = submitted.error ? submitted : await stripe.confirmPayment({
    elements, clientSecret, confirmParams: { return_url: location.href }, redirect: "if_required",
  });
  const { error, paymentIntent } = result;
  document.querySelector("#result").textContent = error ? error.code + ": " + error.message : paymentIntent.status;
});
"""


@pytest.fixture(scope="module")
def shop(sandbox: RunningSandbox) -> Iterator[str]:
    """A page whose policy lists the sandbox's origin and nothing else, with no inline style or script."""
    policy = (
        f"default-src 'none'; script-src 'self' {sandbox.url}; frame-src {sandbox.url};"
        f" connect-src {sandbox.url}; style-src 'self'; img-src 'self'"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = self.path == "/shop.js"
            body = SHOP_SCRIPT if is_script else SHOP_PAGE.replace("SANDBOX", sandbox.url)
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if is_script else "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://aurora.localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 480, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: complaints.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    page.close()
    assert complaints == []


@pytest.fixture
def intent(sandbox: RunningSandbox, client: stripe.StripeClient) -> stripe.PaymentIntent:
    account = sandbox.open_account()
    return client.v1.payment_intents.create(
        {"amount": 3800, "currency": "eur", "metadata": {"account": account}}, {"stripe_account": account}
    )


def open_shop(page: Page, shop: str, intent: stripe.PaymentIntent) -> None:
    given: dict[str, Any] = {
        "key": PUBLISHABLE_KEY,
        "account": intent.metadata["account"],
        "clientSecret": intent.client_secret,
    }
    page.goto(f"{shop}#{json.dumps(given)}")
    page.locator("body[data-complete=true]").wait_for(state="attached", timeout=10_000)


def status_of(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> str:
    options: stripe.RequestOptions = {"stripe_account": intent.metadata["account"]}
    return client.v1.payment_intents.retrieve(intent.id, options=options).status


def result_of(page: Page) -> str:
    page.locator("#result:not(:empty)").wait_for(timeout=10_000)
    return page.locator("#result").inner_text()


def test_a_buyer_pays_with_the_keyboard(
    page: Page, shop: str, client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    open_shop(page, shop, intent)
    form = page.frame_locator("#form iframe")
    # The sheet opened with its button focused: the form is one step back.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    assert form.get_by_role("radio", name="Card that asks for confirmation").is_checked()
    page.keyboard.press("ArrowUp")
    assert form.get_by_role("radio", name="Test card that works ending in 4242").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert result_of(page) == "succeeded"
    assert status_of(client, intent) == "succeeded"


def test_the_form_takes_the_brands_colours_and_fits_its_frame(
    page: Page, shop: str, intent: stripe.PaymentIntent
) -> None:
    open_shop(page, shop, intent)
    form = page.frame_locator("#form iframe")
    assert form.locator("input").first.evaluate("node => getComputedStyle(node).accentColor") == "rgb(132, 58, 71)"
    frame = page.locator("#form iframe").bounding_box()
    inside = form.locator("html").evaluate("node => node.offsetHeight")
    assert frame is not None
    assert abs(frame["height"] - inside) <= 1


def test_a_declined_buyer_chooses_another_card(
    page: Page, shop: str, client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    open_shop(page, shop, intent)
    form = page.frame_locator("#form iframe")
    form.get_by_text("Card that is declined").click()
    page.click("#pay")
    assert result_of(page) == "card_declined: Your card was declined."
    form.get_by_text("Test card that works").click()
    page.click("#pay")
    page.locator("#result", has_text="succeeded").wait_for(timeout=10_000)
    assert status_of(client, intent) == "succeeded"


@pytest.mark.parametrize(
    ("button", "shown", "status"),
    [
        ("Approve", "succeeded", "succeeded"),
        ("Refuse", "payment_intent_authentication_failure", "requires_payment_method"),
    ],
)
def test_the_banks_question_appears_above_the_shops_own_dialog(
    page: Page,
    shop: str,
    client: stripe.StripeClient,
    intent: stripe.PaymentIntent,
    button: str,
    shown: str,
    status: str,
) -> None:
    open_shop(page, shop, intent)
    page.frame_locator("#form iframe").get_by_text("Card that asks for confirmation").click()
    page.click("#pay")
    page.frame_locator("iframe[title='Confirm this payment']").get_by_role("button", name=button).click()
    assert result_of(page).startswith(shown)
    assert status_of(client, intent) == status
    assert page.locator("dialog").count() == 1


def test_leaving_the_banks_question_leaves_the_payment_open(
    page: Page, shop: str, client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    open_shop(page, shop, intent)
    page.frame_locator("#form iframe").get_by_text("Card that asks for confirmation").click()
    page.click("#pay")
    page.frame_locator("iframe[title='Confirm this payment']").get_by_role("button", name="Approve").wait_for()
    page.keyboard.press("Escape")
    assert result_of(page) == "incomplete: The payment was not confirmed. Your card was not charged."
    assert status_of(client, intent) == "requires_action"
