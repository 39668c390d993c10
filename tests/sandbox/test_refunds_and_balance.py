"""Refunds never exceed what was captured, and the account's balance agrees with the ledger."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.sandbox.running import RunningSandbox, wait_until


def pay(client: stripe.StripeClient, amount: int, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {"amount": amount, "currency": "eur", "payment_method": card, "confirm": True}
    )


def test_refunds_add_up_to_what_was_captured_and_no_further(client: stripe.StripeClient) -> None:
    intent = pay(client, 1000)
    part = client.v1.refunds.create({"payment_intent": intent.id, "amount": 400, "metadata": {"why": "late"}})
    assert (part.status, part.amount) == ("succeeded", 400)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 601})
    assert too_much.value.param == "amount"
    rest = client.v1.refunds.create({"charge": str(intent.latest_charge)})
    assert rest.amount == 600
    with pytest.raises(stripe.InvalidRequestError) as nothing_left:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert nothing_left.value.code == "charge_already_refunded"
    assert {refund.id for refund in client.v1.refunds.list({"payment_intent": intent.id}).data} == {part.id, rest.id}
    charge = client.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (True, 1000)


def test_refunds_at_the_same_moment_stay_within_the_captured_amount(client: stripe.StripeClient) -> None:
    intent = pay(client, 1000)

    def refund(_: int) -> int:
        try:
            return client.v1.refunds.create({"payment_intent": intent.id, "amount": 300}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refund, range(8))) == 900


def test_an_unpaid_intent_has_nothing_to_refund(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create({"amount": 1000, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})


def test_a_late_bank_finishes_or_fails_the_refund(client: stripe.StripeClient) -> None:
    slow = pay(client, 1000, "pm_card_visa_slow")
    wait_until(lambda: client.v1.payment_intents.retrieve(slow.id).status == "succeeded", "the slow card to pay")
    pending = client.v1.refunds.create({"payment_intent": slow.id})
    assert pending.status == "pending"
    wait_until(lambda: client.v1.refunds.retrieve(pending.id).status == "succeeded", "the refund to finish")

    failing = pay(client, 1000, "pm_card_refundFail")
    refund = client.v1.refunds.create({"payment_intent": failing.id})
    wait_until(lambda: client.v1.refunds.retrieve(refund.id).status == "failed", "the refund to fail")
    assert client.v1.charges.retrieve(str(failing.latest_charge)).amount_refunded == 0


def test_the_balance_is_captures_less_refunds_and_fees(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    inside: stripe.RequestOptions = {"stripe_account": sandbox.open_account(country="DE")}
    intent = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "eur",
            "application_fee_amount": 50,
            "payment_method": "pm_card_visa",
            "confirm": True,
        },
        inside,
    )
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 200}, inside)
    balance = client.v1.balance.retrieve(options=inside)
    assert [(held.amount, held.currency) for held in balance.available] == [(750, "eur")]
    lines = client.v1.balance_transactions.list(options=inside).data
    assert [(line.type, line.amount, line.fee, line.net) for line in lines] == [
        ("refund", -200, 0, -200),
        ("charge", 1000, 50, 950),
    ]
