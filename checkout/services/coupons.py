"""Coupons: made and changed by staff, used by orders, given back by orders that die.

Not here: what one takes off (selectors/coupons).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from catalog.selectors.choices import known_products
from checkout import events
from checkout.errors import CouponCodeTaken, CouponNotFound, CouponOver, CouponUsedUp
from checkout.models import Coupon, CouponUse, Order
from checkout.selectors.coupons import in_time, require_share, written_code
from checkout.services.topics import topic_of
from kernel import clock
from kernel.constraints import broken_rule
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.money import CURRENCIES, Money
from kernel.viewers import Viewer

MOST_PRODUCTS = 200
HIGHEST = 100_000_000


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What a coupon offers. `basis_points` is for percent, `amount_minor` for an amount."""

    code: str
    kind: str
    basis_points: int = 0
    amount_minor: int = 0
    minimum_minor: int = 0
    currency: str = ""
    most_uses: int | None = None
    most_per_person: int | None = None
    product_ids: Sequence[uuid.UUID] = ()
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    is_active: bool = True


@transaction.atomic
def save_coupon(*, coupon_id: uuid.UUID | None, terms: CouponTerms, actor: str) -> Coupon:
    """Make a coupon or change one; orders keep what they were placed with.

    Raises CouponNotFound, CouponCodeTaken, InvalidInput naming the field.
    """
    _check(terms)
    coupon = Coupon() if coupon_id is None else Coupon.objects.select_for_update().filter(pk=coupon_id).first()
    if coupon is None:
        raise CouponNotFound
    coupon.code, coupon.kind, coupon.currency = written_code(terms.code), terms.kind, terms.currency
    coupon.basis_points, coupon.amount_minor = terms.basis_points, terms.amount_minor
    coupon.minimum_minor, coupon.product_ids = terms.minimum_minor, list(dict.fromkeys(terms.product_ids))
    coupon.most_uses, coupon.most_per_person = terms.most_uses, terms.most_per_person
    coupon.starts_at, coupon.ends_at, coupon.is_active = terms.starts_at, terms.ends_at, terms.is_active
    kept = None if coupon_id is None else [field.name for field in coupon._meta.fields if field.name not in _COUNTED]
    try:
        with transaction.atomic():
            coupon.save(force_insert=coupon_id is None, update_fields=kept)
    except IntegrityError as error:
        if "code" in broken_rule(error):
            raise CouponCodeTaken(param="code", coupon_code=coupon.code) from error
        raise
    saved = events.CouponSaved(
        coupon_id=coupon.public_id, coupon_code=coupon.code, kind=coupon.kind, is_active=coupon.is_active
    )
    append(saved, topic=SHOP_TOPIC, actor=actor)
    return Coupon.objects.get(pk=coupon.pk)


_COUNTED = frozenset({"id", "uses", "created_at"})


def take_coupon(*, coupon: Coupon, order: Order, viewer: Viewer, actor: str) -> None:
    """Use a coupon for an order, in the caller's transaction and under `lock_buyer`.

    The total limit holds by one guarded statement, which also judges the time; the limit of a person by the
    buyer's lock. Raises CouponUsedUp, CouponOver, CouponUsedByYou. Locks the coupon's row until the commit.
    """
    require_share(coupon, viewer=viewer, email=order.email)
    free = Q(most_uses__isnull=True) | Q(uses__lt=F("most_uses"))
    live = Coupon.objects.filter(in_time(), pk=coupon.pk, is_active=True)
    if not live.filter(free).update(uses=F("uses") + 1):
        raise CouponUsedUp(param="coupon") if live.exists() else CouponOver(param="coupon")
    CouponUse.objects.create(order=order, coupon=coupon)
    used = events.CouponRedeemed(
        coupon_id=coupon.public_id,
        coupon_code=coupon.code,
        order_id=order.public_id,
        discount_minor=order.discount_minor,
        currency=order.currency,
    )
    append(used, topic=topic_of(order), actor=actor)


def give_back_coupon(*, order: Order, actor: str) -> bool:
    """An order that dies gives its coupon back, once, in the caller's transaction. False when there is nothing
    to give. Locks the use, then the coupon's row."""
    use = CouponUse.objects.select_related("coupon").filter(order=order, given_back_at__isnull=True).first()
    if use is None or not CouponUse.objects.filter(pk=use.pk, given_back_at__isnull=True).update(given_back_at=Now()):
        return False
    Coupon.objects.filter(pk=use.coupon_id, uses__gt=0).update(uses=F("uses") - 1)
    back = events.CouponGivenBack(coupon_id=use.coupon.public_id, coupon_code=use.coupon.code, order_id=order.public_id)
    append(back, topic=topic_of(order), actor=actor)
    return True


def _check(terms: CouponTerms) -> None:
    code = written_code(terms.code)
    if not 3 <= len(code) <= 40 or not all(c in "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" for c in code):
        raise InvalidInput(param="code", reason="A code has 3 to 40 letters, figures and hyphens.")
    if terms.kind not in Coupon.Kind.values:
        raise InvalidInput(param="kind", reason=f"Choose one of {', '.join(Coupon.Kind.values)}.")
    is_percent, is_amount = terms.kind == Coupon.Kind.PERCENT, terms.kind == Coupon.Kind.AMOUNT
    if is_percent != bool(terms.basis_points) or not 0 <= terms.basis_points <= 10_000:
        raise InvalidInput(param="basis_points", reason="A coupon of a percent takes 0.01 to 100 %, others none.")
    if is_amount != bool(terms.amount_minor) or not 0 <= terms.amount_minor <= HIGHEST:
        raise InvalidInput(param="amount_minor", reason="A coupon of an amount takes more than nothing, others none.")
    if not 0 <= terms.minimum_minor <= HIGHEST:
        raise InvalidInput(param="minimum_minor", reason="Enter the least that the goods must cost.")
    if (terms.amount_minor or terms.minimum_minor) and terms.currency not in CURRENCIES:
        raise InvalidInput(param="currency", reason="An amount needs its currency.")
    if terms.currency and terms.currency not in CURRENCIES:
        raise InvalidInput(param="currency", reason=f"Choose a currency out of {', '.join(CURRENCIES)}.")
    if terms.currency and terms.amount_minor % Money(0, terms.currency).step:
        raise InvalidInput(param="amount_minor", reason=f"In {terms.currency} the last figure is 0.")
    for param, most in (("most_uses", terms.most_uses), ("most_per_person", terms.most_per_person)):
        if most is not None and not 1 <= most <= 1_000_000:
            raise InvalidInput(param=param, reason="Enter 1 or more, or nothing for no limit.")
    for param, moment in (("starts_at", terms.starts_at), ("ends_at", terms.ends_at)):
        if moment and not clock.is_on_calendars(moment):
            raise InvalidInput(param=param, reason="Choose a day between 2000 and 2199.")
    if terms.starts_at and terms.ends_at and terms.ends_at <= terms.starts_at:
        raise InvalidInput(param="ends_at", reason="It would end before it begins. Choose a later time.")
    if len(terms.product_ids) > MOST_PRODUCTS or set(terms.product_ids) - known_products(terms.product_ids):
        raise InvalidInput(param="products", reason=f"Choose up to {MOST_PRODUCTS} products of this shop.")
