"""Show prices and flash prices: planned, opened, closed. Each step is a guarded statement.

Not here: the ordinary price (prices), which of several holds (selectors/prices), and shows (streams).
"""

import datetime as dt
import uuid
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from catalog import states
from catalog.errors import (
    PriceMissing,
    SpecialPriceAlreadyOpen,
    SpecialPriceNotFound,
    SpecialPriceNotOnSale,
    SpecialPriceOpensWithShow,
    SpecialPriceStepRefused,
    SpecialPriceTooHigh,
    VariantNotFound,
)
from catalog.events import SpecialPriceClosed, SpecialPriceOpened, SpecialPricePlanned
from catalog.models import Price, PriceChange, Product, SpecialPrice, Variant
from catalog.selectors.prices import lowest_before
from catalog.services.prices import require_currency
from kernel import clock, ids
from kernel.constraints import broken_rule
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.store import SHOP_TOPIC, append, show_topic
from kernel.money import Money

LONGEST_RUN = 7 * 86_400
_SWEEP = 100  # a round; the next one is a second away

log = structlog.get_logger(__name__)


@transaction.atomic
def plan_special_price(
    *,
    variant_id: uuid.UUID,
    kind: str,
    price: Money,
    actor: str,
    show_id: uuid.UUID | None = None,
    starts_at: dt.datetime | None = None,
    ends_at: dt.datetime | None = None,
    run_seconds: int | None = None,
) -> SpecialPrice:
    """Write a special price down; viewers hear of it when it opens.

    A show price has a show and no times of its own. Raises VariantNotFound, PriceMissing,
    SpecialPriceTooHigh (no reduction of today's ordinary price), InvalidInput.
    """
    if kind == SpecialPrice.Kind.SHOW and (show_id is None or starts_at or ends_at or run_seconds):
        raise InvalidInput(param="kind", reason="A show price holds from the start to the end of its show.")
    if kind not in SpecialPrice.Kind.values:
        raise InvalidInput(param="kind", reason=f"Choose one of {', '.join(SpecialPrice.Kind.values)}.")
    _check_times(starts_at, ends_at, run_seconds)
    require_currency(price)
    if price.minor < 1:
        raise InvalidInput(param="price_minor", reason="Enter a price above zero.")
    if not Variant.objects.filter(pk=variant_id).exclude(product__status=Product.Status.ARCHIVED).exists():
        raise VariantNotFound(param="variant_id")
    ordinary = Price.objects.filter(variant_id=variant_id, currency=price.currency).first()
    if ordinary is None:
        raise PriceMissing(currency=price.currency)
    if not price < ordinary.money:
        raise SpecialPriceTooHigh(param="price_minor", ordinary=ordinary.money.formatted)
    special = SpecialPrice.objects.create(
        variant_id=variant_id,
        kind=kind,
        show_id=show_id,
        currency=price.currency,
        minor=price.minor,
        starts_at=starts_at,
        ends_at=ends_at,
        run_seconds=run_seconds,
    )
    append(SpecialPricePlanned(**special_facts(special)), topic=topic_of(special), actor=actor)
    return special


@transaction.atomic
def open_special_price(*, price_id: uuid.UUID, actor: str) -> SpecialPrice:
    """Let a flash price hold from now on; `run_seconds` begin to count.

    Raises SpecialPriceNotFound, SpecialPriceOpensWithShow (a show price), SpecialPriceNotOnSale,
    SpecialPriceAlreadyOpen, SpecialPriceStepRefused. One guarded statement.
    """
    special = SpecialPrice.objects.filter(pk=price_id).first()
    if special is None:
        raise SpecialPriceNotFound
    if special.kind == SpecialPrice.Kind.SHOW:
        raise SpecialPriceOpensWithShow
    return _open(special, actor)


@transaction.atomic
def close_special_price(*, price_id: uuid.UUID, actor: str) -> SpecialPrice:
    """End a special price, also one that never opened. Holds keep what they were made at. Raises
    SpecialPriceNotFound, SpecialPriceStepRefused."""
    special = _step(SpecialPrice.objects.filter(pk=price_id), price_id, SpecialPrice.Status.CLOSED, closed_at=Now())
    now = clock.now()
    for row in PriceChange.objects.filter(special=special, until__isnull=True):
        row.until = max(row.at, min(now, special.ends_at or now))
        row.save(update_fields=["until"])
    append(SpecialPriceClosed(**special_facts(special)), topic=topic_of(special), actor=actor)
    return special


@transaction.atomic
def open_show_prices(*, show_id: uuid.UUID, actor: str) -> int:
    """Let the planned prices of a show hold, in the transaction that puts it on the air; returns how many.
    One whose product nobody can buy stays planned: a show does not wait for it."""
    waiting = SpecialPrice.objects.filter(
        show_id=show_id, kind=SpecialPrice.Kind.SHOW, status=SpecialPrice.Status.PLANNED
    )
    opened = 0
    for special in waiting.order_by("pk"):
        try:
            _open(special, actor)
        except Problem as problem:
            log.info("special_price.stays_planned", price=special.public_id, code=problem.code)
        else:
            opened += 1
    return opened


@transaction.atomic
def close_prices_of_show(*, show_id: uuid.UUID, actor: str) -> int:
    """End what a show that is over has left, open or planned. Returns how many; again finds none."""
    left = SpecialPrice.objects.filter(show_id=show_id).exclude(status=SpecialPrice.Status.CLOSED)
    price_ids = list(left.select_for_update().order_by("pk").values_list("pk", flat=True))
    for price_id in price_ids:
        close_special_price(price_id=price_id, actor=actor)
    return len(price_ids)


def sweep_special_prices() -> int:
    """Open and close what is due by PostgreSQL's clock, each in a transaction of its own. Returns how
    many steps were taken; two sweeps at once share them."""
    over = SpecialPrice.objects.filter(ends_at__lte=Now()).exclude(status=SpecialPrice.Status.CLOSED)
    due = SpecialPrice.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=Now()),
        status=SpecialPrice.Status.PLANNED,
        kind=SpecialPrice.Kind.FLASH,
        starts_at__lte=Now(),
        variant__product__status=Product.Status.ACTIVE,
    )
    done = 0
    for queryset, step in ((over, close_special_price), (due, open_special_price)):
        for price_id in queryset.order_by("pk").values_list("pk", flat=True)[:_SWEEP]:
            try:
                step(price_id=price_id, actor="system")
            except Problem as problem:  # somebody was faster; the next round looks again
                log.info("special_price.sweep_passed", price=str(price_id), code=problem.code)
            else:
                done += 1
    return done


def special_facts(special: SpecialPrice) -> dict[str, Any]:
    """The data of every event of a special price."""
    low = lowest_before([special.variant_id], special.currency).get((special.variant_id, special.pk))
    return {
        "price_id": special.public_id,
        "kind": special.kind,
        "variant_id": ids.public_id(Variant.id_prefix, special.variant_id),
        "show_id": ids.public_id("shw", special.show_id) if special.show_id else None,
        "currency": special.currency,
        "price_minor": special.minor,
        "low_30d_minor": low,
        "ends_at": special.ends_at,
    }


def topic_of(special: SpecialPrice) -> str:
    """The show's topic for a price of a show, the shop's for one that holds everywhere."""
    return show_topic(special.show_id) if special.show_id else SHOP_TOPIC


def _open(special: SpecialPrice, actor: str) -> SpecialPrice:
    product = Product.objects.get(variants=special.variant_id)
    if product.status != Product.Status.ACTIVE:
        raise SpecialPriceNotOnSale(product=product.name, product_status=product.status)
    changes = {"ends_at": Now() + dt.timedelta(seconds=special.run_seconds)} if special.run_seconds else {}
    in_time = SpecialPrice.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=Now()), pk=special.pk)
    try:
        with transaction.atomic():
            special = _step(in_time, special.pk, SpecialPrice.Status.OPEN, opened_at=Now(), **changes)
    except IntegrityError as error:
        if broken_rule(error) == "special_price_one_open":
            raise SpecialPriceAlreadyOpen from error
        raise
    PriceChange.objects.create(
        variant_id=special.variant_id,
        currency=special.currency,
        minor=special.minor,
        special=special,
        actor=actor,
        at=clock.now(),
    )
    append(SpecialPriceOpened(**special_facts(special)), topic=topic_of(special), actor=actor)
    return special


def _step(
    queryset: QuerySet[SpecialPrice], price_id: uuid.UUID, to: SpecialPrice.Status, **changes: object
) -> SpecialPrice:
    """The only change of a special price's status."""
    moved = queryset.filter(status__in=states.sources(states.SPECIAL_PRICE, to)).update(status=to, **changes)
    special = SpecialPrice.objects.filter(pk=price_id).first()
    if special is None:
        raise SpecialPriceNotFound
    if not moved:
        raise SpecialPriceStepRefused(price_status=special.status, wanted=to.value)
    return special


def _check_times(starts_at: dt.datetime | None, ends_at: dt.datetime | None, run_seconds: int | None) -> None:
    for param, moment in (("starts_at", starts_at), ("ends_at", ends_at)):
        if moment and not clock.is_on_calendars(moment):
            raise InvalidInput(param=param, reason="Choose a day between 2000 and 2199.")
    if ends_at and ends_at <= (starts_at or clock.now()):
        raise InvalidInput(param="ends_at", reason="It would end before it begins. Choose a later time.")
    if run_seconds is not None and (ends_at or not 10 <= run_seconds <= LONGEST_RUN):
        raise InvalidInput(param="run_seconds", reason=f"Enter 10 to {LONGEST_RUN} seconds, or an end, not both.")
