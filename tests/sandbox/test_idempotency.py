"""Idempotency keys: the same answer byte for byte, one effect, whatever goes wrong in between."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import stripe

from tests.sandbox.conftest import StartSandbox
from tests.sandbox.running import RunningSandbox

CREATE = "amount=500&currency=eur&payment_method=pm_card_visa&confirm=true"


def test_the_same_key_gives_the_same_bytes(sandbox: RunningSandbox) -> None:
    key = str(uuid4())
    first = sandbox.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key)
    again = sandbox.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key)
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]


def test_a_decline_and_a_missing_object_are_replayed_too(sandbox: RunningSandbox) -> None:
    declined = CREATE.replace("pm_card_visa", "pm_card_chargeDeclined")
    for path, body, status in (
        ("/v1/payment_intents", declined, 402),
        ("/v1/refunds", "charge=ch_unknown", 404),
    ):
        key = str(uuid4())
        first = sandbox.call("POST", path, body, Idempotency_Key=key)
        again = sandbox.call("POST", path, body, Idempotency_Key=key)
        assert (first.status, again.status, again.body) == (status, status, first.body)
        assert again.headers["Idempotent-Replayed"] == "true"


def test_unreadable_parameters_do_not_use_up_the_key(sandbox: RunningSandbox) -> None:
    key = str(uuid4())
    assert sandbox.call("POST", "/v1/payment_intents", "amount=x&currency=eur", Idempotency_Key=key).status == 400
    assert sandbox.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key).status == 200


def test_other_parameters_under_the_key_are_an_error(client: stripe.StripeClient) -> None:
    options: stripe.RequestOptions = {"idempotency_key": str(uuid4())}
    client.v1.payment_intents.create({"amount": 500, "currency": "eur"}, options)
    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.payment_intents.create({"amount": 501, "currency": "eur"}, options)
    assert refusal.value.http_status == 400


def test_keys_of_two_accounts_do_not_meet(sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
    key = str(uuid4())
    made = {
        client.v1.payment_intents.create(
            {"amount": 500, "currency": "eur"},
            {"idempotency_key": key, "stripe_account": sandbox.open_account()},
        ).id
        for _ in range(2)
    }
    assert len(made) == 2


def test_the_second_at_the_same_moment_is_told_to_wait(sandbox: RunningSandbox) -> None:
    key = str(uuid4())
    sandbox.control("faults", kind="delay_before", seconds=1.0, path="/v1/payment_intents")

    def send(_: int) -> int:
        return sandbox.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 409, 409, 409]
    assert send(0) == 200


def test_an_answer_lost_after_success_is_found_again_by_the_client(start_sandbox: StartSandbox) -> None:
    server = start_sandbox()
    server.control("faults", kind="drop_after", path="/v1/payment_intents")
    client = server.client(retries=2)
    intent = client.v1.payment_intents.create(
        {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert intent.status == "succeeded"
    assert intent.last_response is not None
    assert intent.last_response.headers["Idempotent-Replayed"] == "true"
    assert [one.id for one in client.v1.payment_intents.list().data] == [intent.id]
    assert [held.amount for held in client.v1.balance.retrieve().available] == [500]


def test_an_error_before_anything_ran_may_be_tried_again(start_sandbox: StartSandbox) -> None:
    server = start_sandbox()
    server.control("faults", kind="error_before", times=2)
    with pytest.raises(stripe.APIError):
        server.client().v1.payment_intents.create({"amount": 500, "currency": "eur"})
    intent = server.client(retries=2).v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert [one.id for one in server.client().v1.payment_intents.list().data] == [intent.id]
