"""The sandbox's own endpoints: closed to browsers, strict about what they are told."""

import pytest
import stripe

from tests.sandbox.conftest import StartSandbox
from tests.sandbox.running import PUBLISHABLE_KEY, RunningSandbox


@pytest.mark.parametrize(("key", "status"), [(None, 401), (PUBLISHABLE_KEY, 403)])
def test_only_the_secret_key_makes_trouble(sandbox: RunningSandbox, key: str | None, status: int) -> None:
    assert sandbox.call("POST", "/_sandbox/faults", '{"kind": "drop_after"}', key=key).status == status
    assert sandbox.call("GET", "/_sandbox/deliveries", key=key).status == status


@pytest.mark.parametrize(
    ("action", "body", "param"),
    [
        ("faults", '{"kind": "earthquake"}', "kind"),
        ("faults", '{"kind": "drop_after", "times": -1}', "times"),
        ("faults", '{"kind": "drop_after", "tmes": 1}', "tmes"),
        ("webhooks", '{"fail_next": "many"}', "fail_next"),
        ("webhooks", "not json", None),
    ],
)
def test_what_it_cannot_do_is_refused_by_name(
    sandbox: RunningSandbox, action: str, body: str, param: str | None
) -> None:
    reply = sandbox.call("POST", f"/_sandbox/{action}", body)
    assert reply.status == 400
    assert reply.json()["error"].get("param") == param


def test_an_answer_later_than_the_client_waits_is_no_second_charge(start_sandbox: StartSandbox) -> None:
    server = start_sandbox()
    server.control("faults", kind="delay_after", seconds=1.5, path="/v1/payment_intents")
    client = stripe.StripeClient(
        "sk_test_sandbox",
        base_addresses={"api": server.url},
        max_network_retries=2,
        http_client=stripe.RequestsClient(timeout=0.5),
    )
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert intent.status == "succeeded"
    assert [held.amount for held in client.v1.balance.retrieve().available] == [500]


def test_cleared_troubles_do_not_happen(start_sandbox: StartSandbox) -> None:
    server = start_sandbox()
    server.control("faults", kind="error_before", times=5)
    server.control("faults/clear")
    assert server.call("POST", "/v1/customers").status == 200
