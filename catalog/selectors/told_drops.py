"""Drops of a show that viewers have heard of and that are not over, as events tell of them.

Not here: which of them a page shows where (streams), and what one may buy (offers).
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from catalog.events import DropFacts
from catalog.models import Drop
from catalog.services.drop_facts import drop_facts

_TOLD = (Drop.Status.ANNOUNCED, Drop.Status.OPEN, Drop.Status.SOLD_OUT)


@dataclass(frozen=True, slots=True)
class ToldDrop:
    """A drop with the facts of its newest event."""

    variant_id: uuid.UUID
    status: str
    facts: DropFacts

    def as_json(self) -> dict[str, Any]:
        """The form in which a snapshot carries it; its events carry the same but for the status."""
        return {"status": self.status, **self.facts.model_dump(mode="json")}


def told_drops(show_id: uuid.UUID) -> list[ToldDrop]:
    """By their public ids. One query."""
    drops = Drop.objects.filter(show_id=show_id, status__in=_TOLD).select_related("draw")
    told = [ToldDrop(drop.variant_id, drop.status, DropFacts(**drop_facts(drop))) for drop in drops]
    return sorted(told, key=lambda drop: drop.facts.drop_id)


def told_variants(show_id: uuid.UUID, among: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these variants have such a drop in this show. One query."""
    drops = Drop.objects.filter(show_id=show_id, status__in=_TOLD, variant__in=among)
    return set(drops.values_list("variant_id", flat=True))
