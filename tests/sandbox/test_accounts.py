"""Connected accounts: each has a namespace of its own, and onboarding is a page."""

import pytest
import stripe

from tests.sandbox.running import RunningSandbox


def test_objects_live_in_their_account(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    aurora = sandbox.open_account(email="aurora@example.org")
    fjord = sandbox.open_account(email="fjord@example.org")
    inside: stripe.RequestOptions = {"stripe_account": aurora}
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"}, inside)
    assert client.v1.payment_intents.retrieve(intent.id, options=inside).id == intent.id
    elsewhere: tuple[stripe.RequestOptions, ...] = ({}, {"stripe_account": fjord})
    for options in elsewhere:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.retrieve(intent.id, options=options)
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert not client.v1.payment_intents.list(options={"stripe_account": fjord}).data
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.list({"starting_after": intent.id}, {"stripe_account": fjord})


def test_events_are_listed_in_their_account(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    account = sandbox.open_account()
    inside: stripe.RequestOptions = {"stripe_account": account}
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}, inside
    )
    events = client.v1.events.list({"types": ["payment_intent.created", "payment_intent.succeeded"]}, inside).data
    assert [event.type for event in events] == ["payment_intent.succeeded", "payment_intent.created"]
    assert all(event.account == account for event in events)
    assert [event.type for event in client.v1.events.list({"type": "charge.*"}, inside).data] == ["charge.succeeded"]
    one = client.v1.events.retrieve(events[0].id, options=inside)
    assert one.data.object["id"] == intent.id
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.events.retrieve(events[0].id)


def test_an_account_nobody_made_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.PermissionError, match="does not have access to account"):
        client.v1.balance.retrieve(options={"stripe_account": "acct_unknown"})


def test_onboarding_by_its_page_opens_the_account_once(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"business_profile": {"name": "Aurora <Skincare>"}})
    assert account.charges_enabled is False
    link = client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "return_url": f"{sandbox.url}/_sandbox/health",
            "refresh_url": f"{sandbox.url}/sandbox/none",
        }
    )
    page = link.url.removeprefix(sandbox.url)
    assert b"Aurora &lt;Skincare&gt;" in sandbox.call("GET", page, key=None).body
    assert sandbox.call("POST", page, key=None).json() == {"status": "ok"}
    opened = client.v1.accounts.retrieve(account.id)
    assert (opened.charges_enabled, opened.details_submitted, opened.payouts_enabled) == (True, True, True)
    assert sandbox.call("POST", page, key=None).status == 410


def test_customers_are_kept_and_changed(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ana@example.org", "address": {"country": "DE"}})
    changed = client.v1.customers.update(customer.id, {"name": "Ana", "metadata": {"shopper": "cus_7"}})
    assert (changed.email, changed.name) == ("ana@example.org", "Ana")
    assert changed.address is not None
    assert changed.address.country == "DE"
    assert client.v1.customers.retrieve(customer.id).metadata.to_dict() == {"shopper": "cus_7"}  # type: ignore[union-attr]
