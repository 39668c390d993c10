"""Drops: planned and changed, announced, opened by hand or by time, closed. Each step is a guarded statement.

Not here: taking units (stock, drop_units), nor cues of a show (streams).
"""

import datetime as dt
import uuid
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from catalog import states
from catalog.errors import (
    DrawNotAnnounced,
    DropAlreadyOpen,
    DropExceedsStock,
    DropNotFound,
    DropNotOnSale,
    DropNotPlanned,
    DropStepRefused,
    VariantNotFound,
)
from catalog.events import DropAnnounced, DropChanged, DropClosed, DropOpened, DropScheduled, DropStruck
from catalog.models import Drop, PriceChange, Product, Stock
from catalog.services.drop_facts import drop_facts, drop_topic
from catalog.services.lists import close_list, commit_to_draw
from catalog.services.prices import HIGHEST
from kernel import clock
from kernel.errors import InvalidInput, Problem
from kernel.eventlog.store import append
from kernel.locks import lock_timeout
from kernel.money import CURRENCIES, Money

log = structlog.get_logger(__name__)

MOST_PER_BUYER = 1000
LONGEST_RUN = 7 * 86_400  # a week; a drop is minutes, a pre-order may be days
LONGEST_WINDOW = 600
_TERMS = frozenset(
    {
        "title", "units", "price_minor", "currency", "per_buyer", "opens_at", "closes_at", "run_seconds", "mode",
        "window_seconds",
    }
)  # fmt: skip
_SWEEP = 100  # a round; the next one is a second away


@transaction.atomic
def plan_drop(
    *,
    variant_id: uuid.UUID,
    title: str,
    units: int,
    price: Money,
    actor: str,
    per_buyer: int = 1,
    show_id: uuid.UUID | None = None,
    opens_at: dt.datetime | None = None,
    closes_at: dt.datetime | None = None,
    run_seconds: int | None = None,
    mode: str = Drop.Mode.FIRST_COME,
    window_seconds: int | None = None,
) -> Drop:
    """Write a drop down. Staff see it; viewers hear of it when it is announced or opens. `mode` says who
    gets the units (docs/concepts/drops.md); a window is `window_seconds` long.

    Raises VariantNotFound, DropExceedsStock (units that are not free today), InvalidInput.
    """
    stock = Stock.objects.filter(pk=variant_id).exclude(variant__product__status=Product.Status.ARCHIVED).first()
    if stock is None:
        raise VariantNotFound(param="variant_id")
    _check(
        title=title,
        units=units,
        price=price,
        per_buyer=per_buyer,
        opens_at=opens_at,
        closes_at=closes_at,
        run_seconds=run_seconds,
    )
    _check_mode(mode=mode, window_seconds=window_seconds)
    if units > stock.available:
        raise DropExceedsStock(param="units", available=stock.available)
    drop = Drop.objects.create(
        variant_id=variant_id,
        show_id=show_id,
        title=title.strip(),
        units=units,
        units_left=units,
        price_minor=price.minor,
        currency=price.currency,
        per_buyer=per_buyer,
        opens_at=opens_at,
        closes_at=closes_at,
        run_seconds=run_seconds,
        mode=mode,
        window_seconds=window_seconds,
        by_line=mode != Drop.Mode.FIRST_COME,
    )
    append(DropScheduled(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


@transaction.atomic
def change_drop(
    *,
    drop_id: uuid.UUID,
    title: str,
    units: int,
    price: Money,
    per_buyer: int,
    opens_at: dt.datetime | None,
    closes_at: dt.datetime | None,
    run_seconds: int | None,
    mode: str = Drop.Mode.FIRST_COME,
    window_seconds: int | None = None,
    actor: str,
) -> Drop:
    """Plan a drop anew that was neither announced nor opened; the same again is not told.

    Raises DropNotFound, DropNotPlanned, DropExceedsStock, InvalidInput. Locks the drop's row.
    """
    drop = Drop.objects.select_for_update(of=("self",)).select_related("variant__stock").filter(pk=drop_id).first()
    if drop is None:
        raise DropNotFound
    if drop.status != Drop.Status.SCHEDULED:
        raise DropNotPlanned(drop_status=drop.status.replace("_", " "))
    _check(
        title=title,
        units=units,
        price=price,
        per_buyer=per_buyer,
        opens_at=opens_at,
        closes_at=closes_at,
        run_seconds=run_seconds,
    )
    _check_mode(mode=mode, window_seconds=window_seconds)
    if units > drop.variant.stock.available:
        raise DropExceedsStock(param="units", available=drop.variant.stock.available)
    before = drop_facts(drop), drop.run_seconds
    drop.title, drop.units, drop.units_left, drop.per_buyer = title.strip(), units, units, per_buyer
    drop.price_minor, drop.currency = price.minor, price.currency
    drop.opens_at, drop.closes_at, drop.run_seconds = opens_at, closes_at, run_seconds
    drop.mode, drop.window_seconds, drop.by_line = mode, window_seconds, mode != Drop.Mode.FIRST_COME
    if before != (drop_facts(drop), run_seconds):
        drop.save()
        append(DropChanged(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


@transaction.atomic
def amend_drop(*, drop_id: uuid.UUID, actor: str, **changes: Any) -> Drop:
    """Change some terms of a planned drop: title, units, price_minor, currency, per_buyer, opens_at,
    closes_at, run_seconds, mode, window_seconds. The others stay as they are, also when two ask at the same moment.

    Raises like `change_drop`. Locks the drop's row.
    """
    unknown = set(changes) - _TERMS
    if unknown:
        raise TypeError(f"amend_drop does not change {', '.join(sorted(unknown))}")
    drop = Drop.objects.select_for_update().filter(pk=drop_id).first()
    if drop is None:
        raise DropNotFound
    terms: dict[str, Any] = {name: getattr(drop, name) for name in _TERMS} | changes
    price = Money(terms.pop("price_minor"), terms.pop("currency"))
    return change_drop(drop_id=drop_id, price=price, actor=actor, **terms)


@transaction.atomic
def announce_drop(*, drop_id: uuid.UUID, actor: str) -> Drop:
    """Show a planned drop to viewers; from now on they can enter a draw. Raises DropNotFound,
    DropNotOnSale, DropStepRefused. Locks the drop's row."""
    planned = _require_on_sale(drop_id)
    changes: dict[str, object] = {}
    if planned.mode != Drop.Mode.FIRST_COME:
        commit_to_draw(planned)
    if planned.mode == Drop.Mode.DRAW:
        changes = {"list_state": Drop.List.OPEN, "list_closes_at": F("opens_at")}
    drop = _step(Drop.objects.filter(pk=drop_id), drop_id, Drop.Status.ANNOUNCED, **changes)
    append(DropAnnounced(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


@transaction.atomic
def open_drop(*, drop_id: uuid.UUID, actor: str) -> Drop:
    """Start the sale; `run_seconds` begin to count. The drop's price enters the price ledger. A window
    opens its list, a draw closes it.

    Raises DropNotFound, DropNotOnSale, DropStepRefused, DropAlreadyOpen, DrawNotAnnounced. Locks the stock
    row, then the drop's: the order in which units are held, and one drop of a variant opens at a time.
    """
    planned = _require_on_sale(drop_id)
    with lock_timeout():
        Stock.objects.select_for_update().get(pk=planned.variant_id)
    if Drop.objects.filter(variant_id=planned.variant_id, status=Drop.Status.OPEN).exclude(pk=drop_id).exists():
        raise DropAlreadyOpen
    if planned.mode == Drop.Mode.DRAW and planned.status == Drop.Status.SCHEDULED:
        raise DrawNotAnnounced
    changes: dict[str, object] = {}
    if planned.run_seconds:
        changes["closes_at"] = Now() + dt.timedelta(seconds=planned.run_seconds)
    if planned.mode == Drop.Mode.WINDOW and planned.window_seconds:
        commit_to_draw(planned)
        window = dt.timedelta(seconds=planned.window_seconds)
        changes |= {"list_state": Drop.List.OPEN, "list_closes_at": Now() + window}
    in_time = Drop.objects.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=Now()), pk=drop_id, opened_at=None)
    drop = _step(in_time, drop_id, Drop.Status.OPEN, opened_at=Now(), **changes)
    PriceChange.objects.create(
        variant_id=drop.variant_id,
        currency=drop.currency,
        minor=drop.price_minor,
        drop=drop,
        actor=actor,
        at=clock.now(),
    )
    append(DropOpened(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    if drop.mode == Drop.Mode.DRAW:
        return close_list(drop_id=drop_id, actor=actor) or drop
    return drop


@transaction.atomic
def close_drop(*, drop_id: uuid.UUID, actor: str) -> Drop:
    """End a drop, also one that never opened; viewers are told if they have heard of it. Holds taken
    from it stay valid until their deadline. Raises DropNotFound, DropStepRefused. Locks the drop's row."""
    before = Drop.objects.select_for_update().filter(pk=drop_id).values_list("status", flat=True).first()
    drop = _step(Drop.objects.filter(pk=drop_id), drop_id, Drop.Status.CLOSED, closed_at=Now())
    PriceChange.objects.filter(drop=drop, until__isnull=True).update(until=clock.now())
    told = DropStruck if before == Drop.Status.SCHEDULED else DropClosed
    append(told(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


@transaction.atomic
def close_drops_of_show(*, show_id: uuid.UUID, actor: str) -> int:
    """End what a show that is over has left: drops that are open, sold out or never opened. Returns how
    many; doing it again finds none. Locks the stock rows by variant, then the drops: the order in which
    a payment takes the units of several."""
    left = Drop.objects.filter(show_id=show_id).exclude(status=Drop.Status.CLOSED)
    of_them = Stock.objects.filter(pk__in=left.values("variant_id"))
    list(of_them.select_for_update().order_by("pk").values_list("pk", flat=True))
    drop_ids = list(left.select_for_update().order_by("variant_id", "pk").values_list("pk", flat=True))
    for drop_id in drop_ids:
        close_drop(drop_id=drop_id, actor=actor)
    return len(drop_ids)


def sweep_drops() -> int:
    """Open and close what is due by PostgreSQL's clock, each in a transaction of its own. Returns
    how many steps were taken. Two sweeps at once: each step is taken by one of them."""
    waiting = Q(
        status__in=[Drop.Status.SCHEDULED, Drop.Status.ANNOUNCED], variant__product__status=Product.Status.ACTIVE
    )
    over = Drop.objects.filter(closes_at__lte=Now()).exclude(status=Drop.Status.CLOSED)
    rival = Drop.objects.filter(variant_id=OuterRef("variant_id"), status=Drop.Status.OPEN)
    due = Drop.objects.filter(waiting, ~Exists(rival), opens_at__lte=Now()).exclude(closes_at__lte=Now())
    due = due.exclude(mode=Drop.Mode.DRAW, status=Drop.Status.SCHEDULED)  # nobody could enter it yet
    done = 0
    for queryset, step in ((over, close_drop), (due, open_drop)):
        for drop_id in queryset.order_by("id").values_list("pk", flat=True)[:_SWEEP]:
            try:
                step(drop_id=drop_id, actor="system")
            except Problem as problem:  # somebody was faster; the next round looks again
                log.info("drop.sweep_passed", drop=str(drop_id), code=problem.code)
            else:
                done += 1
    return done


def _require_on_sale(drop_id: uuid.UUID) -> Drop:
    """The drop, when viewers may hear of its product. Raises DropNotFound, DropNotOnSale."""
    drop = Drop.objects.select_related("variant__product").filter(pk=drop_id).first()
    if drop is None:
        raise DropNotFound
    if drop.variant.product.status != Product.Status.ACTIVE:
        raise DropNotOnSale(product=drop.variant.product.name, product_status=drop.variant.product.status)
    return drop


def _step(queryset: QuerySet[Drop], drop_id: uuid.UUID, to: Drop.Status, **changes: object) -> Drop:
    """The only change of a drop's status but for the last unit (drop_units)."""
    moved = queryset.filter(status__in=states.sources(states.DROP, to)).update(status=to, **changes)
    drop = Drop.objects.filter(pk=drop_id).first()
    if drop is None:
        raise DropNotFound
    if not moved:
        raise DropStepRefused(drop_status=drop.status, wanted=to.value)
    return drop


def _check_mode(*, mode: str, window_seconds: int | None) -> None:
    if mode not in Drop.Mode.values:
        raise InvalidInput(param="mode", reason=f"Choose one of {', '.join(Drop.Mode.values)}.")
    if mode == Drop.Mode.WINDOW and not 3 <= (window_seconds or 0) <= LONGEST_WINDOW:
        raise InvalidInput(param="window_seconds", reason=f"Enter a window of 3 to {LONGEST_WINDOW} seconds.")
    if mode != Drop.Mode.WINDOW and window_seconds is not None:
        raise InvalidInput(param="window_seconds", reason="Only a window has a length. Leave it empty.")


def _check(
    *,
    title: str,
    units: int,
    price: Money,
    per_buyer: int,
    opens_at: dt.datetime | None,
    closes_at: dt.datetime | None,
    run_seconds: int | None,
) -> None:
    if not 1 <= len(title.strip()) <= 120:
        raise InvalidInput(param="title", reason="Give the drop a title of 1 to 120 characters.")
    if units < 1:
        raise InvalidInput(param="units", reason="A drop has at least 1 unit.")
    if price.minor < 1 or price.currency not in CURRENCIES or price.minor % price.step:
        raise InvalidInput(param="price", reason="Enter a price above zero, in a currency of the shop.")
    if price.minor > HIGHEST:
        raise InvalidInput(param="price", reason=f"Enter a price of at most {Money(HIGHEST, price.currency)}.")
    if not 1 <= per_buyer <= min(units, MOST_PER_BUYER):
        most = min(units, MOST_PER_BUYER)
        raise InvalidInput(param="per_buyer", reason=f"Enter how many one buyer may take: 1 to {most}.")
    for param, moment in (("opens_at", opens_at), ("closes_at", closes_at)):
        if moment and not clock.is_on_calendars(moment):
            raise InvalidInput(param=param, reason="Choose a day between 2000 and 2199.")
    if closes_at and closes_at <= (opens_at or clock.now()):
        raise InvalidInput(param="closes_at", reason="The drop would close before it opens. Choose a later time.")
    if run_seconds is not None and (closes_at or not 10 <= run_seconds <= LONGEST_RUN):
        raise InvalidInput(
            param="run_seconds", reason=f"Enter 10 to {LONGEST_RUN} seconds, or a closing time, not both."
        )
