"""Filters that write lengths of time as clocks, so that a page reads right before any script wakes.

Not here: running them; vt-countdown takes over from the deadline in its attribute.
"""

from datetime import datetime, timedelta
from typing import TypedDict

from django import template
from django.utils.translation import ngettext

register = template.Library()


class ClockPart(TypedDict):
    """One figure of a large clock and the word under it."""

    figure: str
    unit: str


@register.filter
def clock_left(until: datetime, now: datetime) -> str:
    """Time left as figures: 04:31, 2:14:36 from an hour on, never below 00:00."""
    return clock_seconds(_seconds_left(until, now), "padded")


@register.filter
def duration_left(until: datetime, now: datetime) -> str:
    """Time left as <time datetime> wants it: PT4M31S."""
    minutes, seconds = divmod(_seconds_left(until, now), 60)
    hours, minutes = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{seconds}S"


@register.filter
def clock_parts(until: datetime, now: datetime) -> list[ClockPart]:
    """Time left for a large clock: hours, minutes, seconds; from two days on days, hours, minutes."""
    minutes, seconds = divmod(_seconds_left(until, now), 60)
    hours, minutes = divmod(minutes, 60)
    days = hours // 24 if hours >= 48 else 0
    hours -= days * 24
    figures = [
        (days, ngettext("day", "days", days)),
        (hours, ngettext("hour", "hours", hours)),
        (minutes, ngettext("minute", "minutes", minutes)),
        (seconds, ngettext("second", "seconds", seconds)),
    ]
    return [{"figure": f"{figure:02d}", "unit": unit} for figure, unit in (figures[:3] if days else figures[1:])]


@register.filter
def clock_seconds(seconds: int, style: str = "") -> str:
    """A length or position as a player writes it: 4:12, 1:02:07; "padded" keeps two figures of minutes."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes:02d}:{rest:02d}" if style == "padded" else f"{minutes}:{rest:02d}"


def _seconds_left(until: datetime, now: datetime) -> int:
    return max(0, (until - now) // timedelta(seconds=1))
