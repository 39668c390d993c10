"""The show that goes on air: a fresh one at each start, at the same address, with a fresh stream key.

Not here: going live. That is the host's word, said when the picture is there (demo.audience.host).
"""

import datetime as dt
import re
import shutil
from dataclasses import dataclass

from demo.seed.goods import ACTOR
from demo.seed.shows import complete_show, make_show, open_to_viewers, picture_folder, show_at
from demo.stage.pieces import StagedBrand, StagedShow
from kernel import clock
from streams.models import Broadcast, Show, ShowStatus, Visibility
from streams.services.details import set_visibility, update_show
from streams.services.on_air import end_show
from streams.services.schedule import cancel_show, reschedule_show
from streams.services.stream_keys import rotate_stream_key
from tenants.models import Brand

_LEAD = dt.timedelta(minutes=1)
# What an old show's address ends in once the next start took the short one.
_MOMENT, _ANY_MOMENT = "%Y-%m-%d-%H%M%S", r"\d{4}-\d\d-\d\d-\d{6}"


@dataclass(frozen=True, slots=True)
class OnAir:
    """A show that waits for its picture."""

    show: Show
    stream_key: str


def ensure_tonight(brand: Brand, staged: StagedBrand, piece: StagedShow) -> OnAir:
    """An open lobby at the show's address. Whatever an earlier run left on air there is over now, and its film
    is off the disk."""
    show = show_at(piece.slug)
    if show is not None and not _is_untouched(show):
        _clear_stage(show)
        show = None
    _remove_films(brand, piece)
    if show is None:
        show = make_show(staged, piece, starts_at=clock.now() + _LEAD)
    elif show.is_open_for_plans:
        show = reschedule_show(show_id=show.pk, starts_at=clock.now() + _LEAD, actor=ACTOR)
    complete_show(staged, piece, show)
    show = open_to_viewers(show)
    return OnAir(show, rotate_stream_key(show_id=show.pk, actor=ACTOR))


def _is_untouched(show: Show) -> bool:
    """True if nobody ever sent a picture to it."""
    return show.is_open_for_plans and not Broadcast.objects.filter(show=show).exists()


def _clear_stage(show: Show) -> None:
    """End or call off the old show, then give its address free; its orders and its log stay, under its own."""
    if show.status == ShowStatus.LIVE:
        show = end_show(show_id=show.pk, actor=ACTOR)
    elif show.is_open_for_plans:
        show = cancel_show(show_id=show.pk, actor=ACTOR)
    moment = show.started_at or show.created_at
    update_show(show_id=show.pk, slug=f"{show.slug}-{moment:{_MOMENT}}", actor=ACTOR)


def _remove_films(brand: Brand, piece: StagedShow) -> None:
    """The picture of the shows that earlier starts put on air: an hour of it is about a gigabyte. Their pages,
    which have nothing to play any more, are nobody's but the staff's. Cut off, it goes on at the next start:
    the folder goes last."""
    addresses = f"^{re.escape(piece.slug)}-{_ANY_MOMENT}$"
    for broadcast in Broadcast.objects.filter(show__slug__regex=addresses).order_by("pk"):
        folder = picture_folder(brand, broadcast)
        if folder.is_dir():
            set_visibility(show_id=broadcast.show_id, visibility=Visibility.PRIVATE, actor=ACTOR)
            # An engine that still writes the end of it makes the folder anew: the next start finds it.
            shutil.rmtree(folder, ignore_errors=True)
