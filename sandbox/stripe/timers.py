"""What settles by itself some seconds later: slow payments and refunds that the bank answers late.

Timers are rows, so a restart only makes them late.
"""

import time

from sandbox.stripe.payments import approve
from sandbox.stripe.resources import refunds
from sandbox.stripe.session import Session, Settings
from sandbox.stripe.store import Store


def run_due_timers(store: Store, settings: Settings) -> None:
    for row in store.rows("SELECT id, object FROM timers WHERE due <= ? ORDER BY due, id", time.time()):
        with store.transaction() as connection:
            connection.execute("DELETE FROM timers WHERE id = ?", (row["id"],))
            _settle(store, settings, row["object"])


def _settle(store: Store, settings: Settings, object_id: str) -> None:
    if found := store.find(object_id, "payment_intent"):
        approve(Session(store, settings, account=found.account), found.body)
    elif found := store.find(object_id, "refund"):
        refunds.finish(Session(store, settings, account=found.account), found.body)
