"""Lists of windows and draws: committed to, entered, closed, drawn. What stands in them: docs/concepts/drops.md.

Not here: giving out units in the drawn order (checkout), and the maths (kernel.draws).
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import LiteralString

import structlog
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from catalog.errors import DropNotFound, ListNotOpen, PlaceTaken
from catalog.events import DropDrawn, DropEntriesCounted, DropListClosed
from catalog.models import Draw, Drop, Place
from catalog.services.drop_facts import drop_facts, drop_topic
from kernel import clock, draws, ids
from kernel.errors import Problem
from kernel.eventlog.store import append
from kernel.tenancy import current_schema

# Of one network so many have their turn before the next of the same network: a household and its guests.
SHARE = 2
# The root is out before the seed is: whoever reads both knows that the one could not follow the other.
PAUSE = dt.timedelta(seconds=2)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a place. `device` and `network` are hashes (kernel.traces), empty where unknown."""

    viewer_key: str
    customer_id: uuid.UUID | None = None
    device: str = ""
    network: str = ""
    email: str = ""


# FOR SHARE: whoever closes the list waits for the entries that are being written, and they for nobody.
_ENTER: LiteralString = """
INSERT INTO catalog_place (
    id, variant_id, drop_id, show_id, is_entry, viewer_key, customer_id, device, "group", email, status, joined_at
)
SELECT %(id)s, d.variant_id, d.id, d.show_id, true, %(viewer)s, %(customer)s, %(device)s, %(group)s, %(email)s,
       'entered', statement_timestamp()
FROM catalog_drop d
WHERE d.id = %(drop)s AND d.list_state = 'open' AND d.status IN ('announced', 'open')
  AND (d.list_closes_at IS NULL OR d.list_closes_at > statement_timestamp())
FOR SHARE OF d
ON CONFLICT DO NOTHING
"""
_PLACE: LiteralString = """
UPDATE catalog_place p SET status = 'waiting', position = o.position, drawn = o.position
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS o (id, position) WHERE p.id = o.id
"""


def commit_to_draw(drop: Drop) -> None:
    """Fix the seed of a window or a draw, in the caller's transaction; again it changes nothing."""
    seed = draws.new_seed()
    Draw.objects.get_or_create(drop=drop, defaults={"seed": seed, "commitment": draws.commitment(seed), "share": SHARE})


def enter_list(*, drop_id: uuid.UUID, asker: Asker) -> Place:
    """Put somebody on the list of a drop; the same viewer again has the same place. Everybody who enters
    before it closes has the same chance. Raises DropNotFound, ListNotOpen, PlaceTaken. One statement."""
    values: dict[str, str | uuid.UUID | None] = {
        "id": ids.uuid7(),
        "drop": drop_id,
        "viewer": asker.viewer_key,
        "customer": asker.customer_id,
        "device": asker.device,
        "group": group_of(drop_id, asker.network),
        "email": asker.email,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, values)
    mine = Place.objects.filter(drop=drop_id, viewer_key=asker.viewer_key).first()
    if mine is not None:
        return mine
    drop = Drop.objects.filter(pk=drop_id).first()
    if drop is None:
        raise DropNotFound
    others = Place.objects.filter(drop=drop_id)
    if asker.device and others.filter(device=asker.device).exists():
        raise PlaceTaken(by="This device")
    if asker.customer_id and others.filter(customer_id=asker.customer_id).exists():
        raise PlaceTaken(by="Your account")
    raise ListNotOpen(list_state=drop.list_state)


def group_of(drop_id: uuid.UUID, network: str) -> str:
    """How a published list names those who share a network: a name that means nothing beside this drop."""
    if not network:
        return ""
    return salted_hmac(f"vitrine.group.{current_schema()}.{drop_id}", network, algorithm="sha256").hexdigest()[:12]


@transaction.atomic
def close_list(*, drop_id: uuid.UUID, actor: str) -> Drop | None:
    """Let nobody in any more, and publish the root over who is in. None when it was closed before. Locks
    the drop's row, and waits for entries under way."""
    drop = Drop.objects.select_for_update().filter(pk=drop_id, list_state=Drop.List.OPEN).first()
    if drop is None:
        return None
    lines = draws.published(entries_of(drop_id))
    Draw.objects.filter(pk=drop_id).update(entries=len(lines), root=draws.merkle_root(lines), closed_at=clock.now())
    Drop.objects.filter(pk=drop_id).update(list_state=Drop.List.CLOSED, list_closes_at=clock.now(), entered=len(lines))
    drop.refresh_from_db()
    append(DropListClosed(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


@transaction.atomic
def draw_list(*, drop_id: uuid.UUID, actor: str) -> Drop | None:
    """Reveal the seed and give everybody on a closed list their place in line. None when that was done
    before, or the drop is over. Locks the drop's row."""
    closed = Drop.objects.select_for_update().filter(pk=drop_id, list_state=Drop.List.CLOSED)
    drop = closed.exclude(status=Drop.Status.CLOSED).first()
    if drop is None:
        return None
    draw = Draw.objects.get(pk=drop_id)
    order = draws.draw_order(seed=draw.seed, root=draw.root, entries=entries_of(drop_id), share=draw.share)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"ids": [Place.parse_id(place) for place in order]})
    Draw.objects.filter(pk=drop_id).update(drawn_at=clock.now())
    Drop.objects.filter(pk=drop_id).update(list_state=Drop.List.DRAWN)
    drop.refresh_from_db()
    append(DropDrawn(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
    return drop


def entries_of(drop_id: uuid.UUID) -> list[draws.Entry]:
    """Everybody who entered while the list was open."""
    rows = Place.objects.filter(drop=drop_id, is_entry=True).values_list("pk", "group")
    return [draws.Entry(ids.public_id(Place.id_prefix, pk), group) for pk, group in rows]


def sweep_lists() -> int:
    """Close lists whose time is over, draw those that are closed, tell how many are in. Returns how many
    steps were taken. Two sweeps at once: each step is taken by one of them."""
    on = Drop.objects.filter(status__in=[Drop.Status.ANNOUNCED, Drop.Status.OPEN])
    window_over = on.filter(mode=Drop.Mode.WINDOW, list_state=Drop.List.OPEN, list_closes_at__lte=Now())
    to_draw = on.filter(list_state=Drop.List.CLOSED, draw__closed_at__lte=Now() - PAUSE)
    done = 0
    for queryset, step in ((window_over, close_list), (to_draw, draw_list)):
        for drop_id in list(queryset.order_by("id").values_list("pk", flat=True)[:100]):
            try:
                done += step(drop_id=drop_id, actor="system") is not None
            except Problem as problem:
                log.info("list.sweep_passed", drop=str(drop_id), code=problem.code)
    for drop_id in list(on.filter(list_state=Drop.List.OPEN).order_by("id").values_list("pk", flat=True)):
        done += tell_entries(drop_id=drop_id)
    return done


@transaction.atomic
def tell_entries(*, drop_id: uuid.UUID) -> bool:
    """Tell viewers how many are in, when that is another number than they know."""
    count = Count("places", filter=Q(places__is_entry=True))
    now = Drop.objects.filter(pk=drop_id).annotate(now=count).values_list("now", flat=True).first() or 0
    moved = Drop.objects.filter(pk=drop_id, list_state=Drop.List.OPEN).exclude(entered=now).update(entered=now)
    if not moved:
        return False
    drop = Drop.objects.get(pk=drop_id)
    event = DropEntriesCounted(drop_id=drop.public_id, entered=drop.entered)
    append(event, topic=drop_topic(drop), actor="system")
    return True
