"""A show as a calendar file.

Not here: reminders by mail (services/reminders).
"""

import datetime as dt

from icalendar import Alarm, Calendar, Event

from kernel import clock
from streams.models import Show, ShowStatus

REMIND_BEFORE = dt.timedelta(minutes=10)


def calendar_of(show: Show, *, url: str, organizer: str) -> bytes:
    """An iCalendar file with the one show, in UTC, which every calendar shows on its owner's clock.
    The same show keeps its UID, so that a file taken again moves the entry."""
    calendar = Calendar()
    calendar.add("prodid", "-//Vitrine//Shows//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    entry = Event()
    entry.add("uid", f"{show.public_id}@vitrine")
    entry.add("dtstamp", clock.now().replace(microsecond=0))
    if show.starts_at and show.ends_at:
        entry.add("dtstart", show.starts_at.astimezone(dt.UTC).replace(microsecond=0))
        entry.add("dtend", show.ends_at.astimezone(dt.UTC).replace(microsecond=0))
    entry.add("summary", f"{show.title}, {organizer}")
    entry.add("description", "\n".join(part for part in (show.subtitle, url) if part))
    entry.add("url", url)
    entry.add("status", "CANCELLED" if show.status == ShowStatus.CANCELLED else "CONFIRMED")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", show.title)
    alarm.add("trigger", -REMIND_BEFORE)
    entry.add_component(alarm)
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
