"""Units of a drop, taken and given back together with stock.

Not here: opening and closing (drops), nor the stock itself (stock): only that calls these.
"""

import uuid

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Now

from catalog.errors import DropNotFound, DropNotOpen, LineFirst, SoldOut
from catalog.events import DropOpened, DropSoldOut
from catalog.models import Drop
from catalog.services.drop_facts import drop_facts, drop_topic
from kernel.eventlog.store import append


def require_units(*, drop_id: uuid.UUID, variant_id: uuid.UUID, quantity: int, granted: bool = False) -> None:
    """Refuse by a plain read what a drop cannot give: the many who come too late to a drop cost no
    lock and no write. What passes is decided by `take_units`. Raises like it."""
    _refuse_unless_on_sale(*_drop_now(drop_id, variant_id), quantity, granted=granted)


def take_units(*, drop_id: uuid.UUID, variant_id: uuid.UUID, quantity: int, granted: bool = False) -> int:
    """Take units out of an open drop by one guarded statement; taking the last makes it sold out.
    While people stand in line, only for one whose turn it is (`granted`).

    Returns how many are left. Raises DropNotFound, DropNotOpen, SoldOut, LineFirst. PostgreSQL's clock
    judges the closing time, so that no unit goes after it, however late the sweep is.
    """
    giving = Q(status=Drop.Status.OPEN, by_line=False)
    if granted:
        giving = Q(status__in=[Drop.Status.OPEN, Drop.Status.SOLD_OUT])
    taken = (
        Drop.objects.filter(giving, pk=drop_id, variant_id=variant_id, units_left__gte=quantity)
        .filter(Q(closes_at__isnull=True) | Q(closes_at__gt=Now()))
        .update(
            units_left=F("units_left") - quantity,
            status=Case(When(units_left=quantity, then=Value(Drop.Status.SOLD_OUT)), default=F("status")),
        )
    )
    drop, is_over = _drop_now(drop_id, variant_id)
    if not taken:
        _refuse_unless_on_sale(drop, is_over, quantity, granted=granted)
        # It opened, or got units back, between the two statements: for this buyer it was too early.
        raise SoldOut(available=drop.units_left, quantity=quantity)
    return drop.units_left


def say_sold_out(*, drop_id: uuid.UUID, actor: str) -> None:
    """Tell that the last unit of a drop was taken."""
    drop = Drop.objects.get(pk=drop_id)
    append(DropSoldOut(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)


def give_back_units(*, drop_id: uuid.UUID, quantity: int, actor: str) -> int:
    """Put units back into a drop, and open it again when it was sold out, its time is not over, nobody
    stands in line and no other drop of the variant took its place. Returns how many are left."""
    Drop.objects.filter(pk=drop_id).update(units_left=F("units_left") + quantity, status=_status_with_units())
    drop = Drop.objects.get(pk=drop_id)
    if drop.status == Drop.Status.OPEN and drop.units_left == quantity and not drop.by_line:
        append(DropOpened(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop.units_left


def _status_with_units() -> Case:
    """Open again what was sold out. What is over stays sold out until the sweep closes it."""
    others = Drop.objects.filter(variant_id=OuterRef("variant_id"), status=Drop.Status.OPEN).exclude(pk=OuterRef("pk"))
    in_time = Q(closes_at__isnull=True) | Q(closes_at__gt=Now())
    return Case(
        When(Q(status=Drop.Status.SOLD_OUT, by_line=False) & in_time & ~Exists(others), then=Value(Drop.Status.OPEN)),
        default=F("status"),
    )


def _drop_now(drop_id: uuid.UUID, variant_id: uuid.UUID) -> tuple[Drop, bool]:
    """The drop, and whether its time is over by PostgreSQL's clock. Raises DropNotFound."""
    over = Q(closes_at__isnull=False, closes_at__lte=Now())
    drop = Drop.objects.filter(pk=drop_id, variant_id=variant_id).annotate(is_over=over).first()
    if drop is None:
        raise DropNotFound
    return drop, drop.is_over


def _refuse_unless_on_sale(drop: Drop, is_over: bool, quantity: int, *, granted: bool) -> None:
    if is_over or drop.status not in (Drop.Status.OPEN, Drop.Status.SOLD_OUT):
        raise DropNotOpen(drop_status=Drop.Status.CLOSED.value if is_over else drop.status)
    if drop.by_line and not granted:
        raise LineFirst(available=0, quantity=quantity)
    if (drop.status == Drop.Status.SOLD_OUT and not granted) or drop.units_left < quantity:
        raise SoldOut(available=drop.units_left, quantity=quantity)
