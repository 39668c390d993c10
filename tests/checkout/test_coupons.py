"""Coupons: what each takes off, for whom and when it counts, used once an order and given back by one that dies."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db.models.functions import Now

from checkout.errors import (
    CouponBelowMinimum,
    CouponCodeTaken,
    CouponLeavesNothing,
    CouponNotForThese,
    CouponNotFound,
    CouponOtherCurrency,
    CouponOver,
    CouponUnknown,
    CouponUsedByYou,
    CouponUsedUp,
    TotalChanged,
)
from checkout.models import Coupon, CouponUse, Hold, Order, Payment
from checkout.selectors.quotes import Quote, quote
from checkout.services.cancelling import cancel_pending
from checkout.services.coupons import CouponTerms, give_back_coupon, save_coupon
from checkout.services.orders import place_order
from checkout.services.payments import confirm_payment
from checkout.services.refunds import cancel_order
from checkout.services.sandbox_purchases import pay
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.models import EventRecord
from kernel.viewers import Viewer, new_viewer
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_variant
from tests.factories.checkout import make_buyer, make_hold

pytestmark = pytest.mark.usefixtures("shop")
_numbers = itertools.count(1)


def make_coupon(**terms: Any) -> Coupon:
    known = {"code": f"CODE-{next(_numbers)}", "kind": "percent", "basis_points": 1000}
    if "amount_minor" in terms:
        known = {**known, "kind": "amount", "basis_points": 0, "currency": "EUR"}
    return save_coupon(coupon_id=None, terms=CouponTerms(**{**known, **terms}), actor=ACTOR)


def held(price: int = 4000, quantity: int = 1, viewer: Viewer | None = None) -> Hold:
    return make_hold(viewer=viewer, variant_id=make_variant(price=price, stock=100).pk, quantity=quantity)


def priced(hold: Hold, coupon: Coupon, viewer: Viewer | None = None) -> Quote:
    return quote([hold], to=make_buyer().place, coupon_code=coupon.code, viewer=viewer)


def place(viewer: Viewer, hold: Hold, coupon: Coupon, email: str = "") -> Payment:
    buyer = make_buyer(**({"email": email} if email else {}))
    hold.refresh_from_db()
    total = quote([hold], to=buyer.place, coupon_code=coupon.code, viewer=viewer, email=buyer.email).sums.total
    return place_order(
        viewer=viewer, hold_ids=[hold.pk], buyer=buyer, expected=total, coupon_code=coupon.code, actor=ACTOR
    )


def uses(coupon: Coupon) -> int:
    coupon.refresh_from_db()
    return coupon.uses


def test_what_each_kind_takes_off() -> None:
    """40.00 of goods and 4.90 of delivery, 20 % tax inside."""
    for terms, discount, shipping, saved in (
        ({"basis_points": 1250}, 500, 490, 500),
        ({"amount_minor": 1500}, 1500, 490, 1500),
        ({"amount_minor": 999_00}, 4000, 490, 4000),
        ({"kind": "shipping", "basis_points": 0}, 0, 0, 490),
    ):
        found = priced(held(), make_coupon(**terms))
        sums = found.sums
        assert (sums.items.minor, sums.discount.minor, sums.shipping.minor) == (4000, discount, shipping)
        assert found.saved.minor == saved
        assert sums.total.minor == 4000 - discount + shipping
        assert sums.tax.minor == round((4000 - discount + shipping) / 6)


def test_a_coupon_of_some_products_takes_off_those_alone() -> None:
    viewer = new_viewer()
    meant, other = held(4000, viewer=viewer), held(1000, viewer=viewer)
    coupon = make_coupon(basis_points=5000, product_ids=[meant.variant.product_id])
    both = quote([meant, other], to=make_buyer().place, coupon_code=coupon.code)
    assert both.sums.discount.minor == 2000
    with pytest.raises(CouponNotForThese):
        priced(other, coupon)
    with pytest.raises(InvalidInput):
        make_coupon(product_ids=[ids.uuid7()])


def test_when_it_does_not_count() -> None:
    now, hour = clock.now(), dt.timedelta(hours=1)
    hold = held()
    for terms, refusal in (
        ({"starts_at": now + hour}, CouponOver),
        ({"ends_at": now - hour, "starts_at": now - 2 * hour}, CouponOver),
        ({"is_active": False}, CouponUnknown),
        ({"minimum_minor": 4001, "currency": "EUR"}, CouponBelowMinimum),
        ({"currency": "JPY"}, CouponOtherCurrency),
        ({"amount_minor": 100, "currency": "USD"}, CouponOtherCurrency),
    ):
        with pytest.raises(refusal):
            priced(hold, make_coupon(**terms))
    assert priced(hold, make_coupon(minimum_minor=4000, currency="EUR")).sums.discount.minor == 400
    with pytest.raises(CouponUnknown):
        quote([hold], to=make_buyer().place, coupon_code="NO-SUCH-CODE")


def test_a_code_is_found_however_it_is_typed() -> None:
    coupon = make_coupon(code=" summer-26 ")
    assert coupon.code == "SUMMER-26"
    assert quote([held()], to=make_buyer().place, coupon_code="\tSummer-26 ").coupon == coupon


def test_an_order_of_nothing_is_not_made() -> None:
    """The whole price off, in a shop that delivers for nothing."""
    hold = held(10_000)  # above what is delivered free
    with pytest.raises(CouponLeavesNothing):
        priced(hold, make_coupon(basis_points=10_000))


def test_an_order_keeps_what_the_coupon_took_off_and_is_charged_the_rest(shop: Brand) -> None:
    viewer, coupon = new_viewer(), make_coupon(amount_minor=1000)
    payment = place(viewer, held(viewer=viewer), coupon)
    order = payment.order
    assert (order.items_minor, order.discount_minor, order.coupon_code) == (4000, 1000, coupon.code)
    assert order.total_minor == payment.amount_minor == 3490
    assert uses(coupon) == 1
    pay(payment=payment)
    confirm_payment(payment_id=payment.pk)
    order.refresh_from_db()
    assert order.status == "paid"
    save_coupon(coupon_id=coupon.pk, terms=CouponTerms(coupon.code, "percent", 100, is_active=False), actor=ACTOR)
    order.refresh_from_db()
    assert (order.discount_minor, uses(coupon)) == (1000, 1)
    redeemed = EventRecord.objects.get(type="coupon.redeemed")
    assert (redeemed.data["order_id"], redeemed.data["discount_minor"]) == (order.public_id, 1000)


def test_a_coupon_that_came_off_the_page_is_not_charged_in_silence() -> None:
    viewer, coupon = new_viewer(), make_coupon(amount_minor=1000)
    hold, buyer = held(viewer=viewer), make_buyer()
    with_it = quote([hold], to=buyer.place, coupon_code=coupon.code).sums.total
    with pytest.raises(TotalChanged):
        place_order(viewer=viewer, hold_ids=[hold.pk], buyer=buyer, expected=with_it, actor=ACTOR)
    assert (Order.objects.count(), uses(coupon)) == (0, 0)


def test_the_total_limit_and_the_limit_of_a_person() -> None:
    coupon = make_coupon(most_uses=2, most_per_person=1)
    first = new_viewer()
    place(first, held(viewer=first), coupon, email="one@example.test")
    with pytest.raises(CouponUsedByYou):
        place(first, held(viewer=first), coupon)
    other = new_viewer()
    with pytest.raises(CouponUsedByYou):
        place(other, held(viewer=other), coupon, email="one@example.test")
    place(other, held(viewer=other), coupon)
    third = new_viewer()
    with pytest.raises(CouponUsedUp):
        place(third, held(viewer=third), coupon)
    assert uses(coupon) == 2


def test_placing_again_uses_it_once_and_keeps_it() -> None:
    """Also when it is used up by this very order, or its time is over since."""
    viewer, coupon = new_viewer(), make_coupon(most_uses=1, most_per_person=1)
    hold, email = held(viewer=viewer), "noor@example.test"
    payment = place(viewer, hold, coupon, email)
    Coupon.objects.filter(pk=coupon.pk).update(ends_at=Now())
    assert place(viewer, hold, coupon, email).pk == payment.pk
    assert uses(coupon) == CouponUse.objects.count() == 1


def test_another_coupon_closes_the_earlier_attempt_and_gives_the_first_back() -> None:
    viewer, first, second = new_viewer(), make_coupon(most_uses=1), make_coupon(amount_minor=100)
    hold, email = held(viewer=viewer), "noor@example.test"
    place(viewer, hold, first, email)
    again = place(viewer, hold, second, email)
    assert (uses(first), uses(second)) == (0, 1)
    assert again.order.coupon_code == second.code


def test_an_order_that_dies_gives_it_back_once() -> None:
    viewer, coupon = new_viewer(), make_coupon(most_uses=1)
    order = place(viewer, held(viewer=viewer), coupon).order
    assert cancel_pending(order_id=order.pk, reason="No", actor=ACTOR)
    assert not cancel_pending(order_id=order.pk, reason="No", actor=ACTOR)
    assert not give_back_coupon(order=order, actor=ACTOR)
    assert uses(coupon) == 0
    again = place(viewer, held(viewer=viewer), coupon)
    pay(payment=again)
    confirm_payment(payment_id=again.pk)
    cancel_order(order_id=again.order_id, reason="Broken", actor=ACTOR)
    assert uses(coupon) == 0
    assert EventRecord.objects.filter(type="coupon.given_back").count() == 2


@pytest.mark.parametrize(
    ("terms", "param"),
    [
        ({"code": "AB"}, "code"),
        ({"code": "A B C"}, "code"),
        ({"code": "ÄÖÜ"}, "code"),
        ({"kind": "gift"}, "kind"),
        ({"basis_points": 0}, "basis_points"),
        ({"basis_points": 10_001}, "basis_points"),
        ({"kind": "shipping"}, "basis_points"),
        ({"kind": "amount", "basis_points": 0, "amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 5, "currency": ""}, "currency"),
        ({"minimum_minor": 5}, "currency"),
        ({"minimum_minor": -5, "currency": "EUR"}, "minimum_minor"),
        ({"currency": "XXX"}, "currency"),
        ({"most_uses": 0}, "most_uses"),
        ({"most_per_person": 0}, "most_per_person"),
        ({"starts_at": dt.datetime(1999, 1, 1, tzinfo=dt.UTC)}, "starts_at"),
        (
            {"starts_at": dt.datetime(2030, 1, 2, tzinfo=dt.UTC), "ends_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
            "ends_at",
        ),
    ],
)
def test_what_no_coupon_can_be(terms: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_coupon(**terms)
    assert refused.value.param == param
    assert not Coupon.objects.exists()


def test_codes_are_one_of_a_kind() -> None:
    first, second = make_coupon(code="ONE"), make_coupon(code="TWO")
    for coupon_id in (None, second.pk):
        with pytest.raises(CouponCodeTaken):
            save_coupon(coupon_id=coupon_id, terms=CouponTerms("one", "percent", 100), actor=ACTOR)
    with pytest.raises(CouponNotFound):
        save_coupon(coupon_id=ids.uuid7(), terms=CouponTerms("three", "percent", 100), actor=ACTOR)
    assert save_coupon(coupon_id=first.pk, terms=CouponTerms("one", "percent", 100), actor=ACTOR).basis_points == 100
