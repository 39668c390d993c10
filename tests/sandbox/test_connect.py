"""Money between the platform and a connected account: fees, what of them goes back, payouts, and who may charge."""

import pytest
import stripe

from tests.sandbox.conftest import StartSandbox
from tests.sandbox.running import Receiver, RunningSandbox, wait_until


def pay(client: stripe.StripeClient, account: str, amount: int, fee: int) -> stripe.PaymentIntent:
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "eur",
            "application_fee_amount": fee,
            "payment_method": "pm_card_visa",
            "confirm": True,
        },
        {"stripe_account": account},
    )


def test_an_account_that_is_not_set_up_takes_no_money(client: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    account = client.v1.accounts.create({"type": "standard"}).id
    with pytest.raises(stripe.InvalidRequestError, match="set-up is not complete"):
        pay(client, account, 1000, 50)
    sandbox.control("onboard", account=account)
    pay(client, account, 1000, 50)
    sandbox.control("restrict", account=account, due=["company.tax_id"])
    restricted = client.v1.accounts.retrieve(account)
    assert restricted.requirements is not None
    assert (restricted.charges_enabled, restricted.requirements.currently_due) == (False, ["company.tax_id"])
    with pytest.raises(stripe.InvalidRequestError):
        pay(client, account, 1000, 50)


def test_a_fee_is_the_platforms_and_needs_an_account(client: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    account = sandbox.open_account()
    intent = pay(client, account, 1000, 50)
    (fee,) = client.v1.application_fees.list({"charge": str(intent.latest_charge)}).data
    assert (fee.account, fee.amount, fee.currency, fee.refunded) == (account, 50, "eur", False)
    assert client.v1.application_fees.retrieve(fee.id).id == fee.id
    with pytest.raises(stripe.InvalidRequestError, match="application_fee_amount"):
        client.v1.payment_intents.create({"amount": 1000, "currency": "eur", "application_fee_amount": 50})


@pytest.mark.parametrize("parts", [[1000], [1, 999], [333, 333, 334], [10] * 100])
def test_a_charge_that_went_back_whole_keeps_nothing_of_its_fee(
    client: stripe.StripeClient, sandbox: RunningSandbox, parts: list[int]
) -> None:
    inside: stripe.RequestOptions = {"stripe_account": sandbox.open_account()}
    intent = pay(client, str(inside["stripe_account"]), 1000, 37)
    for part in parts:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": part, "refund_application_fee": True}, inside)
    (fee,) = client.v1.application_fees.list({"charge": str(intent.latest_charge)}).data
    assert (fee.amount_refunded, fee.refunded) == (37, True)
    assert [held.amount for held in client.v1.balance.retrieve(options=inside).available] == [0]


def test_a_refund_without_asking_leaves_the_fee(client: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    inside: stripe.RequestOptions = {"stripe_account": sandbox.open_account()}
    intent = pay(client, str(inside["stripe_account"]), 1000, 50)
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 500}, inside)
    line = client.v1.balance_transactions.retrieve(str(refund.balance_transaction), options=inside)
    assert (line.amount, line.fee, line.source) == (-500, 0, refund.id)


def test_a_line_says_where_it_came_from(client: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    inside: stripe.RequestOptions = {"stripe_account": sandbox.open_account()}
    intent = pay(client, str(inside["stripe_account"]), 1000, 50)
    client.v1.refunds.create({"payment_intent": intent.id, "refund_application_fee": True, "amount": 500}, inside)
    refund, charge = client.v1.balance_transactions.list({"expand": ["data.source"]}, inside).data
    assert [(line.type, line.amount, line.fee, line.net) for line in (charge, refund)] == [
        ("charge", 1000, 50, 950),
        ("refund", -500, -25, -475),
    ]
    sources = [line.source for line in (charge, refund)]
    assert [source["payment_intent"] for source in sources] == [intent.id, intent.id]  # type: ignore[index]


def test_what_is_paid_out_leaves_the_balance_and_no_more(client: stripe.StripeClient, sandbox: RunningSandbox) -> None:
    inside: stripe.RequestOptions = {"stripe_account": sandbox.open_account()}
    pay(client, str(inside["stripe_account"]), 1000, 50)
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        client.v1.payouts.create({"amount": 951, "currency": "eur"}, inside)
    assert too_much.value.code == "balance_insufficient"
    payout = client.v1.payouts.create({"amount": 950, "currency": "eur"}, inside)
    assert payout.status == "paid"
    assert [found.id for found in client.v1.payouts.list(options=inside).data] == [payout.id]
    assert client.v1.payouts.retrieve(payout.id, options=inside).amount == 950
    assert [held.amount for held in client.v1.balance.retrieve(options=inside).available] == [0]


def test_the_providers_own_fee_stands_beside_the_platforms(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox("--processing-basis-points", "150", "--webhook-url", receiver.url)
    client, account = server.client(), server.open_account()
    pay(client, account, 1000, 50)
    (line,) = client.v1.balance_transactions.list(options={"stripe_account": account}).data
    assert {part.type: part.amount for part in line.fee_details} == {"application_fee": 50, "stripe_fee": 15}
    assert (line.fee, line.net) == (65, 935)
    wait_until(lambda: "application_fee.created" in receiver.types(), "the fee's event")
