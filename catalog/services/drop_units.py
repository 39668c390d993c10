"""What is told when the last unit of a drop goes, and when units come back into one that was sold out.

Not here: opening and closing (drops), nor the units, which move together with stock (stock, catalog_take_units).
"""

import uuid

from catalog.events import DropOpened, DropSoldOut
from catalog.models import Drop
from catalog.services.drop_facts import drop_facts, drop_topic
from kernel.eventlog.store import append


def say_sold_out(*, drop_id: uuid.UUID, actor: str) -> None:
    """Tell that the last unit of a drop was taken, in the transaction that took it."""
    drop = Drop.objects.get(pk=drop_id)
    append(DropSoldOut(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)


def say_reopened(*, drop_id: uuid.UUID, actor: str) -> None:
    """Tell that a drop which was sold out sells again, in the transaction that gave units back."""
    drop = Drop.objects.get(pk=drop_id)
    append(DropOpened(**drop_facts(drop)), topic=drop_topic(drop), actor=actor)
