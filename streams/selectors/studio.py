"""What the studio shows of shows: the list, the editor's checklist, the desk.

Not here: what viewers see (snapshot).
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet

from catalog.selectors import Offer
from catalog.selectors.choices import DropChoice, SpecialChoice, drops_of_show, special_prices_of_show
from streams.models import Broadcast, BroadcastStatus, Cue, LineUpItem, Show, ShowStatus
from streams.selectors.line_up import items_with_offers


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to before air. `state` is done, open or warn; a warning stops nothing."""

    words: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line-up item as its makers see it; without an offer it is not for sale any more."""

    item: LineUpItem
    offer: Offer | None

    @property
    def name(self) -> str:
        if self.offer is None:
            return "No longer for sale"
        return f"{self.offer.name}, {self.offer.variant_name}" if self.offer.variant_name else self.offer.name


@dataclass(frozen=True)
class Plan:
    """A show with all that is planned for it."""

    show: Show
    rows: list[PlanRow]
    cues: list[Cue]
    drops: list[DropChoice]
    prices: list[SpecialChoice]
    broadcast: Broadcast | None
    key_hint: str

    @cached_property
    def checks(self) -> list[Check]:
        """What to see to before air."""
        show, has_picture = self.show, self.has_picture
        return [
            Check("Title and day", "done" if show.title and show.starts_at else "open"),
            Check("Poster", "done" if show.poster else "open"),
            _line_up_check(self.rows),
            *_drop_checks(self.rows, self.drops),
            Check("Run of show", "done" if self.cues else "open", "" if self.cues else "Or run it free"),
            Check("Stream key", "done" if self.key_hint else "open"),
            Check("Test picture", "done" if has_picture else "open", "" if has_picture else "Nothing received yet"),
        ]

    @property
    def has_picture(self) -> bool:
        return self.broadcast is not None and self.broadcast.status == BroadcastStatus.ACTIVE

    @property
    def left(self) -> int:
        return sum(check.state != "done" for check in self.checks)


def shows_on_air() -> QuerySet[Show]:
    return _counted(Show.objects.filter(status=ShowStatus.LIVE)).order_by("-started_at")


def shows_coming() -> QuerySet[Show]:
    """Drafts and dates, the next one first, drafts without a date last."""
    wanted = [ShowStatus.DRAFT, ShowStatus.SCHEDULED, ShowStatus.LOBBY]
    return _counted(Show.objects.filter(status__in=wanted)).order_by("starts_at", "pk")


def shows_past(limit: int = 50) -> QuerySet[Show]:
    """Ended, replayed, called off; the newest first."""
    wanted = [ShowStatus.ENDED, ShowStatus.REPLAY, ShowStatus.CANCELLED]
    return _counted(Show.objects.filter(status__in=wanted)).order_by("-starts_at", "-pk")[:limit]


def plan_of(show: Show) -> Plan:
    """A bounded number of queries, however long the plan."""
    items, found = items_with_offers(show)
    rows = [PlanRow(item, found.get(item.variant_id)) for item in items]
    cues = list(Cue.objects.filter(show=show).order_by("position"))
    drops = drops_of_show(show.pk)
    broadcast = Broadcast.objects.filter(show=show).exclude(status=BroadcastStatus.CLOSED).first()
    hint = show.stream_keys.filter(rotated_at=None).values_list("hint", flat=True).first() or ""
    return Plan(show, rows, cues, drops, special_prices_of_show(show.pk), broadcast, hint)


def _counted(shows: QuerySet[Show]) -> QuerySet[Show]:
    return shows.annotate(products=Count("line_up", distinct=True), reminders=Count("interests", distinct=True))


def _line_up_check(rows: list[PlanRow]) -> Check:
    gone = sum(row.offer is None for row in rows)
    if gone:
        return Check("Products", "warn", f"{gone} of {len(rows)} not for sale; viewers do not see them")
    if not rows:
        return Check("Products", "open", "None yet: the page shows no shop")
    return Check("Products", "done", f"{len(rows)} with prices")


def _drop_checks(rows: list[PlanRow], drops: list[DropChoice]) -> list[Check]:
    free = {row.item.variant_id: row.offer.available for row in rows if row.offer}
    checks = []
    for drop in drops:
        if drop.status not in ("scheduled", "announced"):
            continue
        available = free.get(drop.variant_id)
        if available is None:
            checks.append(Check(f"Drop: {drop.title}", "warn", "Its product is not in the line-up"))
        elif available < drop.units:
            checks.append(Check(f"Drop: {drop.title}", "warn", f"{available} free, the plan says {drop.units}"))
        else:
            checks.append(Check(f"Drop: {drop.title}", "done", f"{drop.units} units"))
    return checks
