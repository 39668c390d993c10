"""The judge of the shop under fire sees what it is there to see: a clean storm, and each way in which one is not."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.storm.ledger import Ledger, ToldHold, ToldOrder
from benchmarks.storm.truth import (
    Charge,
    DropRow,
    EventRow,
    HoldRow,
    LineRow,
    OrderRow,
    PaymentRow,
    StockRow,
    Truth,
)
from benchmarks.storm.verdict import Verdict, judge

_TOPIC = "show:x"
_TOLD = [
    ("hold.created", "hld_live"),
    ("hold.created", "hld_sold"),
    ("hold.created", "hld_gone"),
    ("order.placed", "ord_1"),
    ("order.paid", "ord_1"),
    ("hold.expired", "hld_gone"),
]


def storm() -> tuple[Ledger, Truth]:
    """A drop of five: one piece is held, one was bought and partly paid back, one hold ran out."""
    holds = {
        "hld_live": HoldRow("vwr_a", "var_1", "drp_1", 1, "active"),
        "hld_sold": HoldRow("vwr_b", "var_1", "drp_1", 1, "converted"),
        "hld_gone": HoldRow("vwr_c", "var_1", "drp_1", 2, "expired"),
    }
    ledger = Ledger(
        holds={name: ToldHold(row.viewer, row.variant, row.drop, row.quantity) for name, row in holds.items()},
        orders={"ord_1": ToldOrder("vwr_b", "hld_sold", 4290, "pi_1")},
        paid={"ord_1"},
        refunds={"rfd_1": ("ord_1", 1000)},
    )
    truth = Truth(
        holds=holds,
        orders={"ord_1": OrderRow("vwr_b", "paid", 4290, 1000)},
        lines=[LineRow("ord_1", "var_1", "drp_1", 1, 0)],
        payments=[PaymentRow("ord_1", "pi_1", "captured", 4290)],
        refunds={"rfd_1": ("ord_1", 1000, "succeeded")},
        events=[EventRow(at, _TOPIC, at, kind, about) for at, (kind, about) in enumerate(_TOLD, 1)],
        stock={"var_1": StockRow(5, 3, 1, 1)},
        drops={"drp_1": DropRow("var_1", 5, 3, 2)},
        charges={"pi_1": Charge("ord_1", "succeeded", 4290, 1000)},
    )
    return ledger, truth


def test_a_clean_storm_is_clean() -> None:
    assert judge(*storm()).clean


def _rows(field: str, name: str, row: Any) -> Callable[[Truth], Truth]:
    """The truth with another row in one of its tables; None takes the row away."""

    def change(truth: Truth) -> Truth:
        rows = {**getattr(truth, field), name: row}
        changes: dict[str, Any] = {field: {key: value for key, value in rows.items() if value is not None}}
        return dataclasses.replace(truth, **changes)

    return change


def _lists(field: str, change: Callable[[list[Any]], list[Any]]) -> Callable[[Truth], Truth]:
    def changed(truth: Truth) -> Truth:
        changes: dict[str, Any] = {field: change(list(getattr(truth, field)))}
        return dataclasses.replace(truth, **changes)

    return changed


def _another(position: int, kind: str, about: str) -> Callable[[list[Any]], list[Any]]:
    return lambda events: [*events, EventRow(position, _TOPIC, position, kind, about)]


FAULTS: list[tuple[str, Callable[[Truth], Truth], str]] = [
    ("the journal does not bear a count out", lambda truth: dataclasses.replace(truth, faults=1), "violations"),
    ("a count that is no sum", _rows("stock", "var_1", StockRow(5, 2, 1, 1)), "violations"),
    ("held without a hold", _rows("stock", "var_1", StockRow(5, 2, 2, 1)), "violations"),
    ("sold without an order", _rows("stock", "var_1", StockRow(5, 2, 1, 2)), "violations"),
    ("more held and sold than there are", _rows("drops", "drp_1", DropRow("var_1", 1, 0, 2)), "violations"),
    ("a unit nobody has, nor the drop", _rows("drops", "drp_1", DropRow("var_1", 5, 2, 2)), "violations"),
    ("over the cap", _rows("drops", "drp_1", DropRow("var_1", 5, 3, 0)), "violations"),
    ("two live holds", _rows("holds", "hld_two", HoldRow("vwr_a", "var_1", "drp_1", 1, "active")), "violations"),
    ("other books", _rows("charges", "pi_1", Charge("ord_1", "succeeded", 4289, 1000)), "violations"),
    ("given back twice", _rows("charges", "pi_1", Charge("ord_1", "succeeded", 4290, 2000)), "violations"),
    ("a refund that was promised", _rows("refunds", "rfd_1", None), "violations"),
    ("a hold is gone", _rows("holds", "hld_live", None), "lost_holds"),
    ("a smaller hold", _rows("holds", "hld_gone", HoldRow("vwr_c", "var_1", "drp_1", 1, "expired")), "lost_holds"),
    ("another's hold", _rows("holds", "hld_live", HoldRow("vwr_z", "var_1", "drp_1", 1, "active")), "lost_holds"),
    ("an unpaid order", _rows("orders", "ord_1", OrderRow("vwr_b", "pending", 4290, 1000)), "lost_orders"),
    ("a cancelled order", _rows("orders", "ord_1", OrderRow("vwr_b", "cancelled", 4290, 1000)), "lost_orders"),
    ("another total", _rows("orders", "ord_1", OrderRow("vwr_b", "paid", 4291, 1000)), "lost_orders"),
    ("money for nothing", _rows("charges", "pi_2", Charge("ord_2", "succeeded", 500, 0)), "lost_orders"),
    ("an event is gone", _lists("events", lambda events: events[:-1]), "lost_events"),
    ("no hold was told", _lists("events", lambda events: events[1:]), "lost_events"),
    ("paid twice by the log", _lists("events", _another(7, "order.paid", "ord_1")), "lost_events"),
    ("a hole in the log", _lists("events", _another(8, "stock.changed", "")), "lost_events"),
    (
        "never put in order",
        _lists("events", lambda events: [*events, EventRow(None, _TOPIC, None, "x", "")]),
        "lost_events",
    ),
    ("two payments", _rows("charges", "pi_2", Charge("ord_1", "succeeded", 4290, 0)), "double_charges"),
    ("too high a payment", _rows("charges", "pi_1", Charge("ord_1", "succeeded", 9000, 1000)), "double_charges"),
]


@pytest.mark.parametrize(("change", "where"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_seen(change: Callable[[Truth], Truth], where: str) -> None:
    ledger, truth = storm()
    assert getattr(judge(ledger, change(truth)), where), where


def test_a_second_payment_that_went_back_is_no_double_charge() -> None:
    ledger, truth = storm()
    late = dataclasses.replace(
        truth,
        charges={**truth.charges, "pi_2": Charge("ord_1", "succeeded", 4290, 4290)},
        refunds={**truth.refunds, "rfd_2": ("ord_1", 4290, "succeeded")},
        payments=[*truth.payments, PaymentRow("ord_1", "pi_2", "captured", 4290)],
    )
    assert judge(ledger, late).clean


def _changed(ledger: Ledger) -> None:
    ledger.changed = 1


def _let_go(ledger: Ledger) -> None:
    ledger.released.add("hld_live")


def _promised(ledger: Ledger) -> None:
    ledger.refunds["rfd_1"] = ("ord_1", 999)


@pytest.mark.parametrize("harm", [_changed, _let_go, _promised])
def test_what_was_told_binds(harm: Callable[[Ledger], None]) -> None:
    ledger, truth = storm()
    harm(ledger)
    assert judge(ledger, truth).violations


def test_only_what_was_told_is_asked_for() -> None:
    """A hold that nobody heard of may be there: its answer was lost on the way, and it runs out."""
    ledger, truth = storm()
    del ledger.holds["hld_gone"]
    assert judge(ledger, truth) == Verdict()
