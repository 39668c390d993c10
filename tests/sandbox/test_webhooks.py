"""Webhooks as they reach a shop: signed, doubled, out of order, retried, and told by account.

The receiver checks every signature with the real library before it notes the event.
"""

from collections import Counter

import stripe

from tests.sandbox.conftest import StartSandbox
from tests.sandbox.running import Receiver, wait_until

PAYMENT: "stripe.params.PaymentIntentCreateParams" = {
    "amount": 500,
    "currency": "eur",
    "payment_method": "pm_card_visa",
    "confirm": True,
}
PAYMENT_EVENTS = ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]


def test_events_arrive_signed_with_their_account(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox("--webhook-url", receiver.url)
    client, account = server.client(), server.open_account()
    intent = client.v1.payment_intents.create(PAYMENT, {"stripe_account": account})
    client.v1.refunds.create({"payment_intent": intent.id}, {"stripe_account": account})
    expected = sorted([*PAYMENT_EVENTS, "refund.created", "charge.refunded", "account.updated"])
    wait_until(lambda: sorted(receiver.types()) == expected, "all events to arrive")
    assert {event["account"] for event in receiver.events} == {account}
    assert all(event["livemode"] is False for event in receiver.events)
    succeeded = next(event for event in receiver.events if event["type"] == "payment_intent.succeeded")
    assert succeeded["data"]["object"]["id"] == intent.id


def test_every_turn_of_an_intent_is_told(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    client = start_sandbox("--webhook-url", receiver.url, "--slow-seconds", "0.2").client()
    for card in ("pm_card_visa_slow", "pm_card_authenticationRequired"):
        intent = client.v1.payment_intents.create({**PAYMENT, "payment_method": card})
    client.v1.payment_intents.cancel(intent.id)
    try:
        client.v1.payment_intents.create({**PAYMENT, "payment_method": "pm_card_chargeDeclined"})
    except stripe.CardError:
        pass
    wanted = {"processing", "succeeded", "requires_action", "canceled", "payment_failed"}
    wait_until(lambda: {f"payment_intent.{turn}" for turn in wanted} <= set(receiver.types()), "every turn")


def test_a_failing_receiver_is_tried_again_until_it_takes_the_event(
    start_sandbox: StartSandbox, receiver: Receiver
) -> None:
    server = start_sandbox("--webhook-url", receiver.url, "--retry-seconds", "0.05")
    receiver.refuse_next = 3
    server.control("webhooks", fail_next=2)
    server.client().v1.payment_intents.create(PAYMENT)
    wait_until(lambda: sorted(receiver.types()) == PAYMENT_EVENTS, "all events to arrive")
    assert receiver.refused == 3
    deliveries = server.call("GET", "/_sandbox/deliveries").json()["data"]
    wait_until(
        lambda: all(
            delivery["state"] == "delivered" for delivery in server.call("GET", "/_sandbox/deliveries").json()["data"]
        ),
        "all deliveries to be noted",
    )
    deliveries = server.call("GET", "/_sandbox/deliveries").json()["data"]
    assert sum(delivery["attempts"] for delivery in deliveries) == 3 + 3 + 2


def test_doubles_and_order_are_made_on_purpose(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox(
        *("--webhook-url", receiver.url, "--duplicate-rate", "1", "--reorder", "0.7"),
        *("--reorder-seconds", "0.5", "--seed", "7"),
    )
    made = [server.client().v1.payment_intents.create(PAYMENT).id for _ in range(4)]
    wait_until(lambda: len(receiver.events) == 2 * 3 * len(made), "each event twice")
    assert set(Counter(event["id"] for event in receiver.events).values()) == {2}
    listed = [event.id for event in server.client().v1.events.list({"limit": 100}).data][::-1]
    arrived = list(dict.fromkeys(event["id"] for event in receiver.events))
    assert sorted(arrived) == sorted(listed)
    assert arrived != listed


def test_a_paused_courier_lets_the_shop_act_first(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox("--webhook-url", receiver.url)
    server.control("webhooks", paused=True)
    intent = server.client().v1.payment_intents.create(PAYMENT)
    assert server.client().v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert receiver.events == []
    server.control("webhooks", paused=False)
    wait_until(lambda: sorted(receiver.types()) == PAYMENT_EVENTS, "all events to arrive")
    server.control("deliveries", event=receiver.events[0]["id"])
    wait_until(lambda: len(receiver.events) == 4, "the event to come again")
    assert receiver.events[3]["id"] == receiver.events[0]["id"]


def test_onboarding_is_told_to_the_platform(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox("--webhook-url", receiver.url)
    account = server.client().v1.accounts.create().id
    server.control("onboard", account=account)
    wait_until(lambda: receiver.types() == ["account.updated"], "the account's event")
    assert receiver.events[0]["account"] == account
    assert receiver.events[0]["data"]["object"]["charges_enabled"] is True
