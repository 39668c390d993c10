"""Holds: make, grow, make longer, let go, and end those whose time is over.

Not here: the units themselves (catalog.services.stock) and paying (orders, payments).
"""

import datetime as dt
import uuid

import structlog
from django.db import transaction
from django.db.models import BooleanField, Case, F, Value, When
from django.db.models.functions import Now

from catalog.errors import DropNotOpen, SoldOut, VariantNotFound
from catalog.selectors import Offer, offers, sale_price
from catalog.services.stock import hold_stock, release_stock
from checkout import events
from checkout.errors import HoldAlreadyExtended, HoldExpired, HoldNotFound, TooManyHolds
from checkout.models import Hold
from checkout.services.attribution import require_sold_in
from checkout.services.caps import lock_buyer, require_cap
from checkout.services.topics import hold_facts, topic_of
from kernel import ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import append
from kernel.money import Money
from kernel.tenancy import current_brand
from kernel.viewers import Viewer

LENGTH = dt.timedelta(minutes=10)
LENGTH_IN_DROP = dt.timedelta(minutes=5)
EXTENSION = dt.timedelta(minutes=5)
MOST_PIECES = 20  # of one variant, where no drop sets a lower cap
MOST_HOLDS = 10  # at once and viewer: a bag, not a warehouse

log = structlog.get_logger(__name__)


@transaction.atomic
def create_hold(
    *,
    viewer: Viewer,
    variant_id: uuid.UUID,
    quantity: int,
    actor: str,
    show_id: uuid.UUID | None = None,
    drop_id: uuid.UUID | None = None,
    granted: bool = False,
    length: dt.timedelta | None = None,
    device: str = "",
) -> Hold:
    """Keep `quantity` pieces for this viewer at the price of now, until a deadline.

    Asking again gives the same hold; asking for more makes it grow at the price of now, deadline
    unchanged; asking in another drop lets the old one go first. `show_id` is the show that a new hold is
    counted for; a drop of a show is that show's. `granted` is for one whose turn in line it is, `length` for
    a hold of another length, `device` the one it is asked from. Raises SoldOut, LineFirst, DropNotOpen,
    CapReached, TooManyHolds, NotSoldInShow, VariantNotFound, InvalidInput: then nothing has changed.
    Locks the buyer, then the hold, then stock and drop.
    """
    if not 1 <= quantity <= MOST_PIECES:
        raise InvalidInput(param="quantity", reason=f"Enter a number from 1 to {MOST_PIECES}.")
    offer = _offer(variant_id)
    price = _price(offer, drop_id, quantity, show_id, granted=granted)
    lock_buyer(viewer, device=device)
    hold = _live_hold(viewer, variant_id, drop_id)
    more = quantity - (hold.quantity if hold else 0)
    if hold is not None and more <= 0:
        return hold
    if offer.drop is not None and drop_id:
        require_cap(viewer=viewer, drop_id=drop_id, per_buyer=offer.drop.per_buyer, more=more, device=device)
    if hold is not None:
        hold = _grow(hold, quantity, price)
    else:
        show_id = _show_of(offer, drop_id) or require_sold_in(show_id=show_id, variant_id=variant_id)
        hold = _make(
            viewer=viewer,
            variant_id=variant_id,
            quantity=quantity,
            price=price,
            show_id=show_id,
            drop_id=drop_id,
            length=length or (LENGTH_IN_DROP if drop_id else LENGTH),
            device=device,
        )
    hold_stock(
        variant_id=variant_id, quantity=more, reference=hold.reference, drop_id=drop_id, granted=granted, actor=actor
    )
    append(events.HoldCreated(**hold_facts(hold)), topic=topic_of(hold), actor=actor, to=viewer.key)
    return hold


@transaction.atomic
def extend_hold(*, viewer: Viewer, hold_id: uuid.UUID, actor: str) -> Hold:
    """Give a hold more time, once. Raises HoldNotFound, HoldExpired, HoldAlreadyExtended. One
    guarded statement."""
    mine = Hold.objects.filter(pk=hold_id, viewer_key=viewer.key)
    live = mine.filter(status=Hold.Status.ACTIVE, expires_at__gt=Now())
    changed = live.filter(extended=False).update(expires_at=F("expires_at") + EXTENSION, extended=True)
    hold = mine.first()
    if hold is None:
        raise HoldNotFound
    if not changed:
        raise HoldAlreadyExtended if live.exists() else HoldExpired
    append(events.HoldExtended(**hold_facts(hold)), topic=topic_of(hold), actor=actor, to=viewer.key)
    return hold


@transaction.atomic
def release_hold(*, viewer: Viewer, hold_id: uuid.UUID, actor: str) -> Hold:
    """Let a hold go before its time; one that has ended already stays as it ended. Raises
    HoldNotFound. Locks the hold, then stock and drop."""
    hold = Hold.objects.select_for_update().filter(pk=hold_id, viewer_key=viewer.key).first()
    if hold is None:
        raise HoldNotFound
    end_hold(hold=hold, status=Hold.Status.RELEASED, actor=actor)
    return hold


def end_hold(*, hold: Hold, status: Hold.Status, actor: str) -> bool:
    """Put the pieces of a live hold back on sale, in the caller's transaction. False when it had
    ended before: then nothing happens, however many ask at once."""
    ended = Hold.objects.filter(pk=hold.pk, status=Hold.Status.ACTIVE).update(status=status, ended_at=Now())
    if not ended:
        return False
    hold.refresh_from_db()
    release_stock(
        variant_id=hold.variant_id,
        quantity=hold.quantity,
        reference=hold.reference,
        drop_id=hold.drop_id,
        actor=actor,
    )
    event = events.HoldExpired if status == Hold.Status.EXPIRED else events.HoldReleased
    append(event(**hold_facts(hold)), topic=topic_of(hold), actor=actor, to=hold.viewer_key)
    return True


def expire_holds(*, limit: int = 500) -> int:
    """End holds whose deadline is past by PostgreSQL's clock. Returns how many.

    One short transaction a hold, so that buyers of the same thing wait for none of the others.
    Sweeps that run at once skip each other's rows; one that fails is logged and tried again.
    """
    overdue = Hold.objects.filter(status=Hold.Status.ACTIVE, expires_at__lte=Now()).order_by("expires_at")
    ended = 0
    for hold_id in overdue.values_list("pk", flat=True)[:limit]:
        try:
            ended += _expire(hold_id)
        except Exception:
            log.exception("hold.expiry_failed", hold=str(hold_id))
    return ended


@transaction.atomic
def _expire(hold_id: uuid.UUID) -> bool:
    locked = Hold.objects.select_for_update(skip_locked=True)
    hold = locked.filter(pk=hold_id, status=Hold.Status.ACTIVE, expires_at__lte=Now()).first()
    return hold is not None and end_hold(hold=hold, status=Hold.Status.EXPIRED, actor="system")


def _offer(variant_id: uuid.UUID) -> Offer:
    """What is on sale, with a price in the brand's currency; else VariantNotFound."""
    offer = offers([variant_id], current_brand().currency).get(variant_id)
    if offer is None or not offer.is_active:
        raise VariantNotFound(param="variant")
    return offer


def _price(
    offer: Offer, drop_id: uuid.UUID | None, quantity: int, show_id: uuid.UUID | None, *, granted: bool
) -> Money:
    """The server's price in this drop, which must give units, or in this show."""
    price = sale_price(offer.variant_id, offer.price.currency, show_id=show_id, drop_id=drop_id).money
    if drop_id is None:
        return price
    if offer.drop is None or offer.drop.id != drop_id:
        raise DropNotOpen(drop_status="closed")
    if offer.drop.status == "sold_out" and granted:
        return price
    if offer.drop.status == "sold_out":
        raise SoldOut(available=offer.drop.units_left, quantity=quantity)
    if offer.drop.status != "open":
        raise DropNotOpen(drop_status=offer.drop.status)
    return price


def _show_of(offer: Offer, drop_id: uuid.UUID | None) -> uuid.UUID | None:
    """The show whose drop it is."""
    return offer.drop.show_id if offer.drop is not None and drop_id else None


def _live_hold(viewer: Viewer, variant_id: uuid.UUID, drop_id: uuid.UUID | None) -> Hold | None:
    """The viewer's live hold of this variant in this drop, locked; one that is over is ended."""
    over = Case(When(expires_at__lte=Now(), then=Value(True)), default=Value(False), output_field=BooleanField())
    mine = Hold.objects.select_for_update().filter(variant=variant_id, viewer_key=viewer.key)
    hold = mine.filter(status=Hold.Status.ACTIVE).annotate(is_over=over).first()
    if hold is None:
        return None
    if hold.is_over:
        end_hold(hold=hold, status=Hold.Status.EXPIRED, actor="system")
        return None
    if hold.drop_id != drop_id:
        end_hold(hold=hold, status=Hold.Status.RELEASED, actor=f"viewer:{viewer.key}")
        return None
    return hold


def _grow(hold: Hold, quantity: int, price: Money) -> Hold:
    Hold.objects.filter(pk=hold.pk).update(quantity=quantity, unit_minor=price.minor)
    hold.refresh_from_db()
    return hold


def _make(
    *,
    viewer: Viewer,
    variant_id: uuid.UUID,
    quantity: int,
    price: Money,
    show_id: uuid.UUID | None,
    drop_id: uuid.UUID | None,
    length: dt.timedelta,
    device: str,
) -> Hold:
    live = Hold.objects.filter(viewer_key=viewer.key, status=Hold.Status.ACTIVE, expires_at__gt=Now())
    if live.count() >= MOST_HOLDS:
        raise TooManyHolds(limit=MOST_HOLDS)
    hold = Hold.objects.create(
        id=ids.uuid7(),
        variant_id=variant_id,
        drop_id=drop_id,
        show_id=show_id,
        quantity=quantity,
        unit_minor=price.minor,
        currency=price.currency,
        viewer_key=viewer.key,
        customer_id=viewer.customer_id,
        device=device,
        expires_at=Now() + length,
    )
    hold.refresh_from_db()
    return hold
