"""Whom the bans in force mean: by viewer, customer, device and network, looked up without a query.

Not here: the rows (models.moderation) and what follows for a socket (room).
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chat.people import Person
from kernel import clock


@dataclass(frozen=True, slots=True)
class Reach:
    """One ban: any of these is the person that it means. Networks are meant until `networks_until`."""

    ban_id: str
    viewer_key: str
    customer_id: str | None = None
    devices: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    networks_until: dt.datetime | None = None


class BanBook:
    """The bans of one kind. Entries carry values: the same one twice changes nothing."""

    def __init__(self, reaches: Iterable[Reach] = ()) -> None:
        self._by_id = {reach.ban_id: reach for reach in reaches}
        self._index()

    def put(self, reach: Reach) -> None:
        """A ban as it is now. How far it reaches may have been told before who it means."""
        known = self._by_id.get(reach.ban_id)
        if known is not None:
            reach = replace(
                reach,
                customer_id=reach.customer_id or known.customer_id,
                devices=reach.devices or known.devices,
                networks=reach.networks or known.networks,
                networks_until=reach.networks_until or known.networks_until,
            )
        self._by_id[reach.ban_id] = reach
        self._index()

    def drop(self, ban_id: str) -> None:
        if self._by_id.pop(ban_id, None):
            self._index()

    @property
    def is_empty(self) -> bool:
        return not self._by_id

    def means(self, person: Person) -> bool:
        """Whether one of the bans means this person. The team is never meant."""
        if person.is_staff or not self._by_id:
            return False
        if person.key in self._viewers or (person.device and person.device in self._devices):
            return True
        if person.customer_id is not None and str(person.customer_id) in self._customers:
            return True
        until = self._networks.get(person.network) if person.network else None
        return until is not None and until > clock.now()

    def _index(self) -> None:
        reaches = self._by_id.values()
        self._viewers = {reach.viewer_key for reach in reaches}
        self._customers = {reach.customer_id for reach in reaches if reach.customer_id}
        self._devices = {device for reach in reaches for device in reach.devices}
        self._networks: dict[str, dt.datetime] = {}
        for reach in reaches:
            until = reach.networks_until
            if until is not None:
                self._networks |= {one: max(until, self._networks.get(one, until)) for one in reach.networks}
