"""The states of drops, special prices and products as tables, and what each kind of stock move does.

Not here: the steps themselves (services), which change `status` by a guarded statement and no other way.
"""

from collections.abc import Mapping

Table = Mapping[str, frozenset[str]]

DROP: Table = {
    "scheduled": frozenset({"announced", "open", "closed"}),
    "announced": frozenset({"open", "closed"}),
    "open": frozenset({"sold_out", "closed"}),
    # Units that come back out of a hold that ran out open the drop again.
    "sold_out": frozenset({"open", "closed"}),
    "closed": frozenset(),
}

PLACE: Table = {
    # An entrant gets a turn by the draw.
    "entered": frozenset({"waiting"}),
    "waiting": frozenset({"offered", "lapsed", "left"}),
    "offered": frozenset({"bought", "lapsed"}),
    "bought": frozenset({"waiting"}),
    # Who joins again goes to the end.
    "lapsed": frozenset({"waiting"}),
    "left": frozenset({"waiting"}),
}

SPECIAL_PRICE: Table = {
    "planned": frozenset({"open", "closed"}),
    "open": frozenset({"closed"}),
    "closed": frozenset(),
}

PRODUCT: Table = {
    "draft": frozenset({"active", "archived"}),
    "active": frozenset({"draft", "archived"}),
    "archived": frozenset({"draft", "active"}),
}


# Per unit moved: the change of what is available, held, sold. The total is always their sum.
STOCK_MOVES: Mapping[str, tuple[int, int, int]] = {
    "receive": (1, 0, 0),
    "hold": (-1, 1, 0),
    "release": (1, -1, 0),
    "sell": (0, -1, 1),
    "return": (1, 0, -1),
    "correct": (1, 0, 0),
}


def sources(table: Table, to: str) -> list[str]:
    """The states from which `to` can be reached, sorted."""
    return sorted(state for state, following in table.items() if to in following)
