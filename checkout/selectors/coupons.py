"""What a coupon does for a bag: whether it counts here and now, and what it takes off.

Not here: using it up (services/coupons) and adding up (sums).
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When
from django.db.models.functions import Now

from checkout.errors import (
    CouponBelowMinimum,
    CouponLeavesNothing,
    CouponNotForThese,
    CouponOtherCurrency,
    CouponOver,
    CouponUnknown,
    CouponUsedByYou,
    CouponUsedUp,
)
from checkout.models import Coupon, CouponUse, Hold
from checkout.sums import share
from kernel.money import Money
from kernel.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Savings:
    """What a coupon takes off the goods, and whether the delivery is free."""

    coupon: Coupon
    discount: Money
    free_delivery: bool


def in_time() -> Q:
    """By PostgreSQL's clock."""
    begun = Q(starts_at__isnull=True) | Q(starts_at__lte=Now())
    return begun & (Q(ends_at__isnull=True) | Q(ends_at__gt=Now()))


def written_code(text: str) -> str:
    """A code as it is kept: people type it in any case, with spaces around it."""
    return text.strip().upper()


def usable_coupon(code: str, *, viewer: Viewer | None, email: str = "", own: Collection[uuid.UUID] = ()) -> Coupon:
    """The coupon of this code, when this person may use it now. One that an order of `own` has used already
    counts for it whatever has become of it since.

    Raises CouponUnknown, CouponOver, CouponUsedUp, CouponUsedByYou.
    """
    over = Case(When(in_time(), then=Value(False)), default=Value(True), output_field=BooleanField())
    coupon = Coupon.objects.filter(code=written_code(code)).annotate(is_over=over).first()
    if coupon is None or not coupon.is_active:
        raise CouponUnknown(param="coupon")
    if living_uses(coupon).filter(order__in=own).exists():
        return coupon
    if coupon.is_over:
        raise CouponOver(param="coupon")
    if coupon.most_uses is not None and coupon.uses >= coupon.most_uses:
        raise CouponUsedUp(param="coupon")
    require_share(coupon, viewer=viewer, email=email)
    return coupon


def require_share(coupon: Coupon, *, viewer: Viewer | None, email: str = "") -> None:
    """Raises CouponUsedByYou when this person has used it as often as one may. Two requests of one person
    count the same unless `lock_buyer` lets one through at a time."""
    if coupon.most_per_person is None or viewer is None:
        return
    person = Q(order__viewer_key=viewer.key)
    if viewer.customer_id:
        person |= Q(order__customer=viewer.customer_id)
    if email:
        person |= Q(order__email=email)
    if living_uses(coupon).filter(person).count() >= coupon.most_per_person:
        raise CouponUsedByYou(param="coupon", most=coupon.most_per_person)


def living_uses(coupon: Coupon) -> "QuerySet[CouponUse]":
    """The uses that were not given back."""
    return CouponUse.objects.filter(coupon=coupon, given_back_at__isnull=True)


def savings_of(coupon: Coupon, holds: Sequence[Hold], items: Money) -> Savings:
    """What it takes off these goods. Raises CouponOtherCurrency, CouponBelowMinimum, CouponNotForThese."""
    if coupon.currency and coupon.currency != items.currency:
        raise CouponOtherCurrency(param="coupon", currency=coupon.currency)
    if items.minor < coupon.minimum_minor:
        least, missing = Money(coupon.minimum_minor, items.currency), coupon.minimum_minor - items.minor
        raise CouponBelowMinimum(
            param="coupon", least=least.formatted, missing=Money(missing, items.currency).formatted
        )
    meant = set(coupon.product_ids)
    base = sum(hold.unit_minor * hold.quantity for hold in holds if not meant or hold.variant.product_id in meant)
    if base == 0:
        raise CouponNotForThese(param="coupon")
    if coupon.kind == Coupon.Kind.SHIPPING:
        return Savings(coupon, Money(0, items.currency), True)
    goods = Money(base, items.currency)
    wanted = share(goods, coupon.basis_points, 10_000)
    if coupon.kind == Coupon.Kind.AMOUNT:
        wanted = Money(coupon.amount_minor, items.currency)
    return Savings(coupon, min(goods, wanted), False)


def require_payable(total: Money) -> None:
    """Raises CouponLeavesNothing: the provider takes no payment of nothing."""
    if total.minor <= 0:
        raise CouponLeavesNothing(param="coupon")
