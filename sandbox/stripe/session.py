"""One request's view of the store: the caller's account, the moment, and the events it gives rise to.

Rows live in `store`; sending the events is `courier`'s work.
"""

import time
from dataclasses import dataclass, field
from random import Random

from sandbox.stripe.errors import JsonObject, ResourceMissingError
from sandbox.stripe.ids import new_id
from sandbox.stripe.store import Store

API_VERSION = "2026-10-28.endive"


@dataclass
class Settings:
    """What the command line sets; the control endpoints may change the webhook figures while running."""

    public_url: str
    webhook_url: str | None = None
    webhook_secret: str = "whsec_sandbox"
    duplicate_rate: float = 0.0
    reorder: float = 0.0
    reorder_seconds: float = 2.0
    seed: int = 0
    slow_seconds: float = 3.0
    processing_basis_points: int = 0
    retry_seconds: float = 1.0
    delivery_timeout: float = 10.0


def public(body: JsonObject) -> JsonObject:
    """The object as callers see it: members that start with an underscore are the sandbox's own."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


@dataclass
class Session:
    store: Store
    settings: Settings
    account: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None
    now: int = field(default_factory=lambda: int(time.time()))

    def make(self, prefix: str, kind: str, **members: object) -> JsonObject:
        body: JsonObject = {
            "id": new_id(prefix),
            "object": kind,
            "created": self.now,
            "livemode": False,
            **members,
        }
        self.store.add(self.account, body)
        return body

    def save(self, body: JsonObject) -> None:
        self.store.replace(body)

    def get(self, kind: str, object_id: str, *, param: str = "id") -> JsonObject:
        found = self.store.find(object_id, kind)
        if found is None or found.account != self.account:
            # A value that could be a card number is not echoed.
            shown = "the given value" if object_id.isdigit() else f"'{object_id}'"
            raise ResourceMissingError(f"No such {kind}: {shown}", param=param)
        return found.body

    def emit(self, event_type: str, body: JsonObject) -> None:
        """Record the event and queue its deliveries, in the same transaction as the change it tells of."""
        event = self.make(
            "evt",
            "event",
            api_version=API_VERSION,
            data={"object": public(body)},
            pending_webhooks=1 if self.settings.webhook_url else 0,
            request={"id": self.request_id, "idempotency_key": self.idempotency_key},
            type=event_type,
            **({"account": self.account} if self.account else {}),
        )
        if self.settings.webhook_url:
            self._queue(event["id"])

    def _queue(self, event_id: str) -> None:
        # Seeded by the event's place, so a run is repeatable and a restart changes nothing.
        place = self.store.sequence_of(self.account, "event", event_id)
        dice = Random(f"{self.settings.seed}:{place}")
        window = self.settings.reorder_seconds
        held_back = dice.random() < self.settings.reorder
        dues = [time.time() + (dice.uniform(0, window) if held_back else 0)]
        if dice.random() < self.settings.duplicate_rate:
            dues.append(time.time() + dice.uniform(0, window))
        for due in dues:
            self.store.rows("INSERT INTO deliveries (event, due) VALUES (?, ?)", event_id, due)

    def set_timer(self, object_id: str, seconds: float) -> None:
        """Settle this object later; `timers` says what that means for its kind."""
        self.store.rows("INSERT INTO timers (object, due) VALUES (?, ?)", object_id, time.time() + seconds)
