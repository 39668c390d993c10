"""Under which name somebody is counted among the viewers, if at all: the team and bots are no audience.

Not here: since when they count (attendance).
"""

import re

from django.utils.crypto import salted_hmac

from chat.people import Person
from kernel.callers import neighbourhood

# What crawlers, previews, monitors and browsers without a window say of themselves. Cubot makes phones.
_BOT = re.compile(
    r"(?<!\bcu)bot\b|crawl|spider|slurp|headless|lighthouse|preview|facebookexternalhit|embedly|pingdom|uptime|monitor",
    re.IGNORECASE,
)


def is_bot(agent: str) -> bool:
    """Whether this user agent calls itself a machine."""
    return _BOT.search(agent) is not None


def watcher_of(person: Person | None, *, agent: str, address: str, schema: str) -> str:
    """The name to count somebody under; empty for those who don't count. Without a viewer's cookie it is
    the network and the browser, hashed under the brand's key: a reload is no new viewer."""
    if (person is not None and person.is_staff) or is_bot(agent):
        return ""
    if person is not None:
        return person.key
    hashed = salted_hmac(f"vitrine.watcher.{schema}", f"{neighbourhood(address)}|{agent}", algorithm="sha256")
    return f"~{hashed.hexdigest()[:32]}"
