"""The states of holds, orders, parcels, returns, payments and refunds as tables: which step may follow which.

Not here: the steps themselves (services), which change `status` by a guarded statement and no other way.
"""

from collections.abc import Mapping

Table = Mapping[str, frozenset[str]]

HOLD: Table = {
    "active": frozenset({"converted", "released", "expired"}),
    "converted": frozenset(),
    "released": frozenset(),
    "expired": frozenset(),
}

ORDER: Table = {
    "pending": frozenset({"paid", "cancelled"}),
    "paid": frozenset({"fulfilled", "cancelled", "refunded"}),
    "fulfilled": frozenset({"refunded"}),
    # Money that came late for a cancelled order goes back; the order stays as it was.
    "cancelled": frozenset(),
    "refunded": frozenset(),
}

# How far the goods of an order are. One that is never sent stays where it began.
FULFILMENT: Table = {
    "unfulfilled": frozenset({"partly", "shipped"}),
    "partly": frozenset({"shipped"}),
    "shipped": frozenset({"delivered"}),
    "delivered": frozenset(),
}

SHIPMENT: Table = {
    "sent": frozenset({"delivered"}),
    "delivered": frozenset(),
}

# Only what arrived is paid back and put on sale; the team may take in what it never heard of before.
RETURN: Table = {
    "requested": frozenset({"approved", "declined", "withdrawn", "received"}),
    "approved": frozenset({"received", "withdrawn"}),
    "declined": frozenset(),
    "withdrawn": frozenset(),
    "received": frozenset(),
}

PAYMENT: Table = {
    "created": frozenset({"pending", "captured", "cancelled"}),
    "pending": frozenset({"captured", "cancelled"}),
    # Our word to cancel and the buyer's bank may cross: money that was taken counts.
    "cancelled": frozenset({"captured"}),
    "captured": frozenset(),
}

REFUND: Table = {
    "requested": frozenset({"pending", "succeeded", "failed"}),
    "pending": frozenset({"succeeded", "failed"}),
    # A bank may send a refund back days later.
    "succeeded": frozenset({"failed"}),
    "failed": frozenset(),
}


def sources(table: Table, to: str) -> list[str]:
    """The states from which `to` can be reached, sorted."""
    return sorted(state for state, following in table.items() if to in following)
