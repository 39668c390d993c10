"""One purchase under a provider at its worst, made by a seed: what a buyer, the provider and the clock do to it.

Not here: what must be true in the end (test_permutations).
"""

import datetime as dt
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable
from typing import Any

from checkout.gateway.stripe import GatewayRefused
from checkout.models import Hold, Order, ProviderEvent
from checkout.services.ending import expire_holds
from checkout.services.hooks import PAYMENT_TYPES, REFUND_TYPES, handle_open
from checkout.services.payments import confirm_payment
from checkout.services.reconciling import reconcile
from checkout.services.refunds import refund_order
from checkout.services.sandbox_purchases import pay
from kernel.errors import Problem
from kernel.viewers import new_viewer
from tests.checkout.provider import Post, Provider
from tests.factories.checkout import make_hold, make_payment
from tests.sandbox.running import WEBHOOK_SECRET

THREE_DAYS = 3 * 86_400
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
AT_ONCE = dt.timedelta(seconds=-1)
Deliver = Callable[[Post], int]


class Provided:
    """The provider's events as it lists them: read once, posted as often and as late as a test likes."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        listed = provider.call("GET", "/v1/events?limit=1").json()["data"]
        self._newest = listed[0]["id"] if listed else ""
        self.intents: dict[str, list[str]] = {}  # by the order that they name

    def fresh(self) -> list[dict[str, Any]]:
        """What happened since the last call, oldest first."""
        after = f"&ending_before={self._newest}" if self._newest else ""
        listed = self._provider.call("GET", f"/v1/events?limit=100{after}").json()["data"]
        if listed:
            self._newest = listed[0]["id"]
        for event in listed:
            if event["type"] == "payment_intent.created":
                intent = event["data"]["object"]
                self.intents.setdefault(intent["metadata"].get("order", ""), []).append(intent["id"])
        return [event for event in reversed(listed) if event["type"] in PAYMENT_TYPES | REFUND_TYPES]


def posted(event: dict[str, Any], *, secret: str = WEBHOOK_SECRET, age: int = 0) -> Post:
    """Signed as the provider signs at each try to deliver; `age`: seconds since."""
    body = json.dumps(event).encode()
    moment = int(time.time()) - age
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return Post(body, f"t={moment},v1={mac}", event["type"])


class Purchase:
    """One order from its hold to the end, driven by `random.Random(seed)`."""

    def __init__(self, seed: int, *, provider: Provider, provided: Provided, deliver: Deliver, variant: Any) -> None:
        self.rng = random.Random(seed)
        self.viewer = new_viewer()
        self._provider, self._provided, self._deliver = provider, provided, deliver
        self.hold = make_hold(viewer=self.viewer, variant_id=variant.pk)
        if self.rng.random() < 0.03:  # the intent is made, its answer is lost: the library asks again
            provider.fault("drop_after", "/v1/payment_intents")
        self.payment = make_payment(viewer=self.viewer, holds=[self.hold])
        self.order_id = self.payment.order_id
        self._waiting: list[dict[str, Any]] = []
        self._acts = self.rng.choice(
            [[self._pay], [self._decline, self._pay], [self._decline, self._decline], [], [self._pay, self._pay]]
        )
        self.done: list[str] = []

    def run(self) -> None:
        for _ in range(self.rng.randint(4, 12)):
            step = self.rng.choices(
                [self._act, self._deliver_one, self._come_back, self._let_expire, self._sweep, self._forge,
                 self._deliver_for_strangers, self._give_back],
                weights=[6, 8, 3, 1, 2, 1, 1, 3],
            )[0]  # fmt: skip
            self.done.append(step.__name__)
            step()

    def settle(self) -> None:
        """Days later: all that the buyer was going to do is done, and nothing comes any more."""
        while self._acts:
            self._act()
        if self.rng.random() < 0.5:
            for event in self._heard():
                self._deliver(posted(event))
        for _ in range(2):
            self._let_expire()
            self._sweep()

    def _act(self) -> None:
        if self._acts:
            self._acts.pop(0)()

    def _pay(self) -> None:
        self._try("pm_card_visa")

    def _decline(self) -> None:
        self._try("pm_card_chargeDeclined")

    def _try(self, card: str) -> None:
        self.payment.refresh_from_db()
        try:
            pay(payment=self.payment, card=card)
        except GatewayRefused:
            pass  # declined, paid already, or closed by us meanwhile

    def _heard(self) -> list[dict[str, Any]]:
        self._waiting += self._provided.fresh()
        return self._waiting

    def _deliver_one(self) -> None:
        """Any of those that wait, in any order; it may be dropped, or stay to be delivered again."""
        if not self._heard():
            return
        event = self.rng.choice(self._waiting)
        fate = self.rng.random()
        if fate < 0.6:
            self._waiting.remove(event)
        if fate > 0.15:
            assert self._deliver(posted(event)) == 200

    def _come_back(self) -> None:
        """The return URL, which races with the notice."""
        confirm_payment(payment_id=self.payment.pk)

    def _let_expire(self) -> None:
        Hold.objects.filter(pk=self.hold.pk).update(expires_at=LONG_AGO)
        expire_holds()

    def _sweep(self) -> None:
        """What beat does, as if a minute had passed; tasks that were lost are found again."""
        ProviderEvent.objects.filter(handled_at=None).update(received_at=LONG_AGO)
        reconcile(older_than=AT_ONCE, limit=10_000)
        handle_open()

    def _forge(self) -> None:
        if self._heard():
            event = self.rng.choice(self._waiting)
            forged = self.rng.choice([posted(event, secret="whsec_of_a_thief"), posted(event, age=THREE_DAYS)])
            assert self._deliver(forged) == 400

    def _deliver_for_strangers(self) -> None:
        """The same event as another account's: never this brand's."""
        if self._heard():
            event = self.rng.choice(self._waiting)
            self._deliver(posted({**event, "id": f"{event['id']}_strange", "account": "acct_of_nobody"}))

    def _give_back(self) -> None:
        order = Order.objects.get(pk=self.order_id)
        if order.status == Order.Status.PAID:
            left = order.total_minor - order.refunded_minor
            try:
                refund_order(order_id=order.pk, amount=self.rng.randint(1, left), reason="x", actor="member:x")
            except Problem:
                pass  # another refund was quicker
