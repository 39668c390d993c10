"""Payment intents through the real client: every status a shop meets, and every refusal."""

import urllib.error

import pytest
import stripe

from tests.sandbox.running import RunningSandbox, wait_until


def test_an_intent_without_a_card_waits_for_one(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 3800,
            "currency": "EUR",
            "metadata": {"order": "ord_1", "brand": "aurora"},
            "automatic_payment_methods": {"enabled": True},
            "transfer_data": {"destination": "acct_elsewhere"},
        }
    )
    assert intent.status == "requires_payment_method"
    assert intent.currency == "eur"
    assert intent.metadata.to_dict() == {"order": "ord_1", "brand": "aurora"}
    assert intent.client_secret is not None
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert intent.livemode is False
    assert intent.transfer_data is not None
    assert intent.transfer_data.destination == "acct_elsewhere"
    assert not [name for name in intent.to_dict() if name.startswith("_")]


def test_a_good_card_pays_at_once(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 3800, "currency": "eur", "payment_method": "pm_card_visa"})
    assert intent.status == "requires_confirmation"
    paid = client.v1.payment_intents.confirm(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    assert (paid.status, paid.amount_received) == ("succeeded", 3800)
    charge = paid.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert (charge.payment_method_details.card.brand, charge.payment_method_details.card.last4) == ("visa", "4242")
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.net == 3800


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ],
)
def test_a_declined_card_leaves_the_intent_open_for_another(
    client: stripe.StripeClient, token: str, code: str, decline_code: str | None
) -> None:
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_intents.create({"amount": 3800, "currency": "eur", "payment_method": token, "confirm": True})
    assert (refusal.value.http_status, refusal.value.code) == (402, code)
    error = refusal.value.error
    assert error is not None
    assert error.payment_intent is not None
    assert error.decline_code == decline_code
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == code
    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded"
    assert paid.last_payment_error is None


def test_a_slow_card_is_processing_first(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa_slow", "confirm": True}
    )
    assert intent.status == "processing"
    with pytest.raises(stripe.InvalidRequestError, match="status of processing"):
        client.v1.payment_intents.cancel(intent.id)
    wait_until(lambda: client.v1.payment_intents.retrieve(intent.id).status == "succeeded", "the slow card to pay")


@pytest.mark.parametrize(("answer", "status"), [("approve", "succeeded"), ("refuse", "requires_payment_method")])
def test_a_card_that_asks_is_answered_on_the_banks_page(
    sandbox: RunningSandbox, client: stripe.StripeClient, answer: str, status: str
) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 3800,
            "currency": "eur",
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": "http://localhost:1/back?order=7",
        }
    )
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    page = str(intent.next_action.redirect_to_url.url).removeprefix(sandbox.url)
    assert "EUR\u00a038.00" in sandbox.call("GET", page, key=None).body.decode()
    assert sandbox.call("POST", page.split("?")[0] + "?nonce=guessed", f"answer={answer}", key=None).status == 410
    # Nothing listens at the return URL: only that the browser is sent there matters.
    with pytest.raises(urllib.error.URLError, match="refused"):
        sandbox.call("POST", page, f"answer={answer}", key=None)
    assert client.v1.payment_intents.retrieve(intent.id).status == status
    assert sandbox.call("POST", page, "answer=approve", key=None).status == 410


def test_manual_capture_takes_up_to_the_amount(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 3800,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "capture_method": "manual",
        }
    )
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 3800)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3801})
    assert refusal.value.param == "amount_to_capture"
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 3000})
    assert (captured.status, captured.amount_received) == ("succeeded", 3000)
    with pytest.raises(stripe.InvalidRequestError) as again:
        client.v1.payment_intents.capture(intent.id)
    assert again.value.code == "payment_intent_unexpected_state"


def test_cancel_is_final(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 3800, "currency": "eur"})
    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})


def test_update_merges_metadata_and_changes_the_amount(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 3800, "currency": "eur", "metadata": {"a": "1", "b": "2"}})
    updated = client.v1.payment_intents.update(intent.id, {"amount": 4100, "metadata": {"a": "", "c": "3"}})
    assert (updated.amount, updated.metadata.to_dict()) == (4100, {"b": "2", "c": "3"})


def test_lists_page_by_page_and_by_time(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ana@example.org"})
    made = [
        client.v1.payment_intents.create({"amount": 100 + n, "currency": "eur", "customer": customer.id}).id
        for n in range(5)
    ]
    page = client.v1.payment_intents.list({"customer": customer.id, "limit": 2})
    assert page.has_more
    assert [intent.id for intent in page.data] == [made[4], made[3]]
    everything = [intent.id for intent in page.auto_paging_iter()]
    assert everything == made[::-1]
    before = client.v1.payment_intents.list({"customer": customer.id, "ending_before": made[1], "limit": 2})
    assert [intent.id for intent in before.data] == [made[3], made[2]]
    first = client.v1.payment_intents.retrieve(made[0]).created
    assert not client.v1.payment_intents.list({"customer": customer.id, "created": {"lt": first}}).data
    assert len(client.v1.payment_intents.list({"customer": customer.id, "created": {"gte": first}}).data) == 5


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ("currency=eur", "amount"),
        ("amount=38.5&currency=eur", "amount"),
        ("amount=49&currency=eur", "amount"),
        ("amount=500&currency=euro", "currency"),
        ("amount=500&currency=eur&confirm=true", "payment_method"),
        ("amount=500&currency=eur&capture_method=later", "capture_method"),
        ("amount=500&currency=eur&ammount=3", "ammount"),
        ("amount=500&currency=eur&metadata[a][b]=1", "metadata[a]"),
        ("amount=500&currency=eur&application_fee_amount=501", "application_fee_amount"),
        ("amount=500&currency=eur&payment_method_data[card][number]=4242424242424242", None),
        ("amount=500&currency=eur&card[number]=4242424242424242", None),
    ],
)
def test_bad_parameters_are_named(sandbox: RunningSandbox, body: str, param: str | None) -> None:
    reply = sandbox.call("POST", "/v1/payment_intents", body)
    error = reply.json()["error"]
    assert (reply.status, error["type"]) == (400, "invalid_request_error")
    assert error["param"] == param or param is None
    assert b"4242424242424242" not in reply.body
    if param is None:
        assert error["code"] == "card_number_refused"


def test_a_card_number_in_place_of_a_token_is_not_echoed(sandbox: RunningSandbox) -> None:
    body = "amount=500&currency=eur&payment_method=4242424242424242"
    reply = sandbox.call("POST", "/v1/payment_intents", body)
    assert reply.status == 404
    assert b"4242424242424242" not in reply.body


def test_keys_headers_and_unknown_routes(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    assert sandbox.call("GET", "/v1/balance", key=None).status == 401
    assert sandbox.call("GET", "/v1/balance", key="sk_live_real").status == 401
    assert sandbox.call("GET", "/v1/balance", key="pk_test_x").json()["error"]["code"] == "secret_key_required"
    assert sandbox.call("GET", "/v1/nothing").status == 404
    reply = sandbox.call("GET", "/v1/balance", Stripe_Version="2026-10-28.endive")
    assert reply.headers["Stripe-Version"] == "2026-10-28.endive"
    assert reply.headers["Request-Id"].startswith("req_")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.retrieve("pi_unknown")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_a_browser_sees_and_confirms_only_the_intent_whose_secret_it_holds(
    sandbox: RunningSandbox, client: stripe.StripeClient
) -> None:
    mine = client.v1.payment_intents.create({"amount": 500, "currency": "eur", "metadata": {"note": "internal"}})
    other = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    path = f"/v1/payment_intents/{mine.id}"
    seen = sandbox.call("GET", f"{path}?key=pk_test_x&client_secret={mine.client_secret}", key=None)
    assert seen.status == 200
    assert seen.headers["Access-Control-Allow-Origin"] == "*"
    assert "metadata" not in seen.json()
    assert "latest_charge" not in seen.json()
    wrong = f"{path}?key=pk_test_x&client_secret={other.client_secret}"
    assert sandbox.call("GET", wrong, key=None).status == 404
    assert sandbox.call("GET", f"{path}?key=pk_test_x", key=None).status == 400
    form = f"key=pk_test_x&client_secret={mine.client_secret}&payment_method=pm_card_visa"
    assert sandbox.call("POST", f"{path}/confirm", form, key=None).json()["status"] == "succeeded"
    assert sandbox.call("POST", f"{path}/cancel", form, key=None).status == 403
