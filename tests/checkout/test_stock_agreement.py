"""Stock, holds, orders and drops tell one story; when they don't, the command and the API say where."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from catalog.models import Drop, Stock
from checkout.models import Hold
from checkout.selectors.stock_agreement import verify_all
from checkout.services.ending import expire_holds
from kernel.ids import public_id, uuid7
from tenants.models import Brand
from tests.catalog.conftest import shop_client
from tests.checkout.provider import Provider
from tests.checkout.test_holds import past
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold, make_paid_order


@pytest.mark.usefixtures("eager_tasks")
def test_holds_orders_and_drops_agree_through_a_drops_life(shop: Brand, provider: Provider) -> None:
    drop = make_drop(opened=True, units=4, per_buyer=2)
    kept, over = (make_hold(variant_id=drop.variant_id, drop_id=drop.pk) for _ in range(2))
    make_paid_order(variant_id=drop.variant_id, drop_id=drop.pk)
    past(over)
    assert verify_all().faults == []
    expire_holds()
    found = verify_all(drop.variant_id)
    assert (found.faults, found.stock.variants) == ([], 1)
    assert Drop.objects.get(pk=drop.pk).units_left == 2
    Drop.objects.filter(pk=drop.pk).update(units_left=F("units_left") + 1)
    [fault] = verify_all().disagreements
    assert (fault.where, fault.counted, fault.found) == (drop.public_id, 1, 2)
    assert kept.status == "active"


def test_units_that_are_held_by_nobody_are_found(in_aurora: Brand) -> None:
    hold = make_hold(variant_id=make_variant(stock=3).pk, quantity=2)
    Hold.objects.filter(pk=hold.pk).update(quantity=1)
    [fault] = verify_all().disagreements
    assert (fault.counted, fault.found) == (2, 1)
    output = io.StringIO()
    with pytest.raises(CommandError, match="1 things"):
        call_command("stock", "verify", "--brand", "aurora", stdout=output)
    assert "2 units are held, but holds and orders say 1" in output.getvalue()


def test_the_api_recomputes_for_who_may_read_stock(in_aurora: Brand) -> None:
    variant = make_variant(stock=3)
    make_hold(variant_id=variant.pk, quantity=2)
    owner = shop_client(in_aurora, "owner")
    answer = owner.get("/api/v1/stock/verify/").json()
    assert (answer["adds_up"], answer["moves"], answer["faults"]) == (True, 2, [])
    one = owner.get(f"/api/v1/stock/verify/?variant={variant.public_id}").json()
    assert len(one["head"]) == 64
    Stock.objects.filter(pk=variant.pk).update(available=0, total=2)
    [fault] = owner.get("/api/v1/stock/verify/").json()["faults"]
    assert (fault["what"], fault["subject"], fault["move"]) == ("now", variant.public_id, None)
    assert owner.get("/api/v1/stock/verify/?variant=var_x").status_code == 422
    assert owner.get(f"/api/v1/stock/verify/?variant={public_id('var', uuid7())}").status_code == 404
    assert shop_client(in_aurora).get("/api/v1/stock/verify/").status_code == 401
