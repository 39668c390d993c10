"""Tags and filters of every page: built styles and scripts by entry, font sheets by key, icons, clocks.
Not here: anything that reads the database."""

from datetime import datetime, timedelta
from typing import TypedDict

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from frontend.manifest import find_entry

register = template.Library()

FONT_KEYS = ("house", "editorial", "sturdy", "neutral", "classic", "friendly", "technical", "gallery")


class ClockPart(TypedDict):
    """One figure of a large clock and the word under it."""

    figure: str
    unit: str


@register.simple_tag
def entry_css(name: str) -> SafeString:
    """Link the styles of an entry: {% entry_css "live" %}."""
    return _link_styles(find_entry(f"entries/{name}.ts").styles)


@register.simple_tag
def entry_js(name: str) -> SafeString:
    """Load the script of an entry as a module, which waits for the page by itself."""
    script = find_entry(f"entries/{name}.ts").script
    return format_html('<script type="module" src="{}"></script>', static(f"build/{script}"))


@register.simple_tag
def font_css(key: str | None) -> SafeString:
    """Link the faces of a brand's font key; an unknown key gets the house's."""
    known = key if key in FONT_KEYS else "house"
    return _link_styles(find_entry(f"fonts/{known}.css").styles)


@register.simple_tag
def icon(name: str, variants: str = "") -> SafeString:
    """Draw an icon of the inlined sprite; variants are words: {% icon "send" "s turns" %}."""
    classes = " ".join(["vt-icon", *(f"vt-icon-{variant}" for variant in variants.split())])
    return format_html('<svg class="{}" aria-hidden="true"><use href="#vt-i-{}"/></svg>', classes, name)


@register.filter
def clock_left(until: datetime, now: datetime) -> str:
    """Time left as figures: 04:31, 2:14:36 from an hour on, never below 00:00."""
    return clock_seconds(_seconds_left(until, now), pad=True)


@register.filter
def duration_left(until: datetime, now: datetime) -> str:
    """Time left as <time datetime> wants it: PT4M31S."""
    minutes, seconds = divmod(_seconds_left(until, now), 60)
    hours, minutes = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{seconds}S"


@register.filter
def clock_parts(until: datetime, now: datetime) -> list[ClockPart]:
    """Time left for a large clock: hours, minutes, seconds; days instead of seconds from two days on."""
    minutes, seconds = divmod(_seconds_left(until, now), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        days, hours = divmod(hours, 24)
        figures = [(days, ngettext("day", "days", days)), *_hours_and_minutes(hours, minutes)]
    else:
        figures = [*_hours_and_minutes(hours, minutes), (seconds, ngettext("second", "seconds", seconds))]
    return [{"figure": f"{figure:02d}", "unit": unit} for figure, unit in figures]


@register.filter
def clock_seconds(seconds: int, pad: bool = False) -> str:
    """A length or position as a player writes it: 4:12, 1:02:07."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes:02d}:{rest:02d}" if pad else f"{minutes}:{rest:02d}"


def _link_styles(files: tuple[str, ...]) -> SafeString:
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"build/{file}"),) for file in files))


def _seconds_left(until: datetime, now: datetime) -> int:
    return max(0, (until - now) // timedelta(seconds=1))


def _hours_and_minutes(hours: int, minutes: int) -> list[tuple[int, str]]:
    return [(hours, ngettext("hour", "hours", hours)), (minutes, ngettext("minute", "minutes", minutes))]
