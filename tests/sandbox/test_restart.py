"""A killed sandbox comes back with everything it had answered, and finishes what was still to do."""

import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.sandbox.conftest import StartSandbox
from tests.sandbox.running import CHECKOUT, Receiver, free_port, wait_until

CREATE = "amount=500&currency=eur&payment_method=pm_card_visa&confirm=true"


def test_what_was_answered_survives_a_kill(start_sandbox: StartSandbox) -> None:
    server = start_sandbox()
    key = str(uuid4())
    first = server.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key)
    slow = server.client().v1.payment_intents.create(
        {"amount": 700, "currency": "eur", "payment_method": "pm_card_visa_slow", "confirm": True}
    )
    server.kill()
    server.start()
    again = server.call("POST", "/v1/payment_intents", CREATE, Idempotency_Key=key)
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    client = server.client()
    assert client.v1.payment_intents.retrieve(first.json()["id"]).status == "succeeded"
    wait_until(lambda: client.v1.payment_intents.retrieve(slow.id).status == "succeeded", "the slow card to pay")
    assert [held.amount for held in client.v1.balance.retrieve().available] == [1200]


def test_undelivered_webhooks_are_sent_after_a_kill(start_sandbox: StartSandbox, receiver: Receiver) -> None:
    server = start_sandbox("--webhook-url", receiver.url)
    server.control("webhooks", paused=True)
    server.call("POST", "/v1/payment_intents", CREATE)
    server.kill()
    assert receiver.events == []
    server.start()
    wait_until(lambda: len(receiver.events) == 3, "the events to arrive after the restart")


def test_what_cannot_be_used_is_said_at_the_start(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    server = start_sandbox()

    def run(port: int, state: Path) -> str:
        command = [sys.executable, "-m", "sandbox.stripe", "--port", str(port), "--state", str(state)]
        done = subprocess.run(command, check=False, cwd=CHECKOUT, capture_output=True, text=True, timeout=20)
        assert done.returncode == 1
        return done.stderr

    assert "in use" in run(free_port(), tmp_path / "state-0.sqlite")
    (tmp_path / "notes.txt").write_text("no state at all, and longer than one header of a database file is" * 9)
    assert "no sandbox state" in run(free_port(), tmp_path / "notes.txt")
    assert f"Port {server.port} cannot be used" in run(server.port, tmp_path / "other.sqlite")
