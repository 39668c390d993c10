"""A bounded storm in a real shop: ten kills, and nothing that was promised is lost; the judge would have seen it."""

import json
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest

from benchmarks.kill import QUICK, SHOPPERS, under_fire, verdict_of
from benchmarks.storm.house import House, running_house
from benchmarks.storm.ledger import Ledger

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def test_what_is_killed_costs_nothing_that_was_promised() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="vitrine-storm-") as folder,
        running_house(Path(folder), webs=2, drops=4, units=15, viewers=SHOPPERS * 40, seed=7) as house,
    ):
        ledger = Ledger()
        toll = under_fire(house, ledger, QUICK.plan, seed=7)
        verdict = verdict_of(house, ledger)
        assert verdict.clean, verdict
        assert (toll.processes, toll.kinds["backend"], toll.kinds["redis"]) == (8, 2, 1)
        assert len(ledger.holds) > 30
        assert ledger.paid
        _do_harm(house, ledger)
        harmed = verdict_of(house, ledger)
        assert harmed.violations
        assert harmed.lost_holds
        assert harmed.lost_events
        assert harmed.double_charges


def _do_harm(house: House, ledger: Ledger) -> None:
    """By hand, past every guard: a count moved, an ended hold and its event taken away, a card charged again."""
    given_back = {order for order, _ in ledger.refunds.values()}
    order = next(order for order in ledger.paid if order not in given_back)
    with psycopg.connect(
        house.plant.postgres.url, options=f"-c search_path={house.shop.schema} -c session_replication_role=replica"
    ) as connection:
        connection.execute("UPDATE catalog_stock SET available = available - 1, held = held + 1")
        gone = connection.execute(
            "DELETE FROM checkout_hold WHERE id IN (SELECT h.id FROM checkout_hold h"
            " JOIN eventlog_eventrecord e ON e.type IN ('hold.released', 'hold.expired') AND h.ended_at IS NOT NULL"
            " WHERE h.order_id IS NULL) RETURNING id"
        ).fetchall()
        assert gone
        connection.execute("DELETE FROM eventlog_eventrecord WHERE type = 'order.paid'")
    total = ledger.orders[order].total
    form = {"amount": str(total), "currency": "eur", "metadata[order]": order, "confirm": "true"}
    form |= {"payment_method": "pm_card_visa", "payment_method_types[]": "card"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.shop.payments_port}/v1/payment_intents",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Authorization": "Bearer sk_test_sandbox"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer)["status"] == "succeeded"
