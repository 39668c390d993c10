"""A show with everything that belongs to it, and the one to come.

Not here: the past one (past) and tonight's (tonight).
"""

import datetime as dt
from pathlib import Path

from django.conf import settings

from catalog.models import Drop
from catalog.services.drops import plan_drop
from demo.film import ART
from demo.seed.goods import ACTOR, variants_by_sku
from demo.seed.moments import evening
from demo.stage.pieces import StagedBrand, StagedCue, StagedShow
from kernel import clock, ids
from kernel.money import Money
from streams.media.layout import broadcast_directory
from streams.models import Broadcast, Cue, Show, ShowStatus
from streams.services.cues import add_cue
from streams.services.line_up import Place, set_line_up
from streams.services.posters import set_poster
from streams.services.schedule import create_show, open_lobby, reschedule_show, schedule_show
from tenants.models import Brand

_NEXT_DAYS = 2


def show_at(slug: str) -> Show | None:
    """The show at an address of the current brand, drafts included."""
    return Show.objects.filter(slug=slug).first()


def picture_folder(brand: Brand, broadcast: Broadcast) -> Path:
    """Where a broadcast's picture lies."""
    return broadcast_directory(settings.LIVE_ROOT, brand.schema_name, str(broadcast.pk))


def ensure_coming(staged: StagedBrand) -> Show:
    """The scheduled show. One whose date came while nobody was here is put off to the next evening."""
    starts_at = evening(_NEXT_DAYS, staged.time_zone)
    show = show_at(staged.coming.slug) or make_show(staged, staged.coming, starts_at=starts_at)
    complete_show(staged, staged.coming, show)
    if show.status == ShowStatus.DRAFT:
        return schedule_show(show_id=show.pk, actor=ACTOR)
    soon = clock.now() + dt.timedelta(hours=2)
    if show.is_open_for_plans and show.starts_at is not None and show.starts_at < soon:
        return reschedule_show(show_id=show.pk, starts_at=starts_at, actor=ACTOR)
    return show


def make_show(staged: StagedBrand, piece: StagedShow, *, starts_at: dt.datetime) -> Show:
    """A draft of it."""
    return create_show(
        title=piece.title,
        slug=piece.slug,
        starts_at=starts_at,
        time_zone=staged.time_zone,
        duration_minutes=piece.duration_minutes,
        subtitle=piece.subtitle,
        description=piece.description,
        host_name=piece.host_name,
        actor=ACTOR,
    )


def complete_show(staged: StagedBrand, piece: StagedShow, show: Show) -> None:
    """Line-up, drop, run of show and poster, each unless it is there."""
    known = variants_by_sku()
    if not show.line_up.exists():
        places = [Place(known[sku], note=piece.notes.get(sku, "")) for sku in piece.line_up]
        set_line_up(show_id=show.pk, places=places, actor=ACTOR)
    if piece.drop is not None and not Drop.objects.filter(show_id=show.pk).exists():
        plan_drop(
            variant_id=known[piece.drop.sku],
            show_id=show.pk,
            title=piece.drop.title,
            units=piece.drop.units,
            price=Money(piece.drop.price, staged.currency),
            per_buyer=piece.drop.per_buyer,
            run_seconds=piece.drop.run_seconds,
            actor=ACTOR,
        )
    for cue in piece.cues[Cue.objects.filter(show=show).count() :]:
        add_cue(
            show_id=show.pk,
            kind=cue.kind,
            title=cue.title,
            payload=_payload(cue, show),
            at_seconds=cue.at_seconds,
            actor=ACTOR,
        )
    if not show.poster:
        set_poster(show_id=show.pk, data=(ART / f"scene-{staged.slug}.jpg").read_bytes(), actor=ACTOR)


def open_to_viewers(show: Show) -> Show:
    """From a draft to an open lobby, whichever steps are left."""
    if show.status == ShowStatus.DRAFT:
        show = schedule_show(show_id=show.pk, actor=ACTOR)
    if show.status == ShowStatus.SCHEDULED:
        show = open_lobby(show_id=show.pk, actor=ACTOR)
    return show


def _payload(cue: StagedCue, show: Show) -> dict[str, object]:
    match cue.kind:
        case "pin":
            return {"variant_id": ids.public_id("var", variants_by_sku()[cue.sku])}
        case "drop":
            return {"drop_id": Drop.objects.get(show_id=show.pk).public_id}
        case "poll":
            return {"question": cue.title, "answers": list(cue.answers), "seconds": 90}
    return {}
