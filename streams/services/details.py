"""What people read on a show's page, and who may open it.

Not here: its date (schedule) and its products (line_up).
"""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import F

from kernel.errors import InvalidInput
from streams.events import AccessChanged, ShowUpdated
from streams.models import Orientation, Show, Visibility
from streams.services.addresses import save_with_slug
from streams.services.locked import lock_show
from streams.services.show_log import show_facts, tell

_EDITABLE = frozenset(
    {"title", "slug", "subtitle", "description", "host_name", "orientation", "lobby_minutes", "reconnect_seconds"}
)


def update_show(*, show_id: uuid.UUID, actor: str, **changes: Any) -> Show:
    """Change fields of the page: title, slug, subtitle, description, host_name, orientation,
    lobby_minutes, reconnect_seconds. The same values change nothing.

    Raises SlugTaken, InvalidInput. Locks the show.
    """
    unknown = set(changes) - _EDITABLE
    if unknown:
        raise TypeError(f"update_show does not change {', '.join(sorted(unknown))}")
    with transaction.atomic():
        show = lock_show(show_id)
        before = {name: getattr(show, name) for name in changes}
        for name, value in changes.items():
            setattr(show, name, value.strip() if isinstance(value, str) else value)
        if before == {name: getattr(show, name) for name in changes}:
            return show
        _check(show)
        save_with_slug(show)
        tell(show, ShowUpdated(**show_facts(show)), actor=actor)
    return show


def set_visibility(*, show_id: uuid.UUID, visibility: str, actor: str) -> Show:
    """Open the show to everyone, or to people with the link alone. Raises InvalidInput. Locks the show."""
    if visibility not in Visibility.values:
        raise InvalidInput(param="visibility", reason="A show is public or private.")
    with transaction.atomic():
        show = lock_show(show_id)
        if show.visibility == visibility:
            return show
        show.visibility = visibility
        show.save(update_fields=["visibility"])
        changed = AccessChanged(show_id=show.public_id, visibility=visibility, link_replaced=False)
        tell(show, changed, actor=actor)
    return show


def replace_link(*, show_id: uuid.UUID, actor: str) -> Show:
    """Make the private links given out so far worthless; within seconds also for who is watching.
    Locks the show."""
    with transaction.atomic():
        show = lock_show(show_id)
        Show.objects.filter(pk=show.pk).update(link_version=F("link_version") + 1)
        show.refresh_from_db(fields=["link_version"])
        changed = AccessChanged(show_id=show.public_id, visibility=show.visibility, link_replaced=True)
        tell(show, changed, actor=actor)
    return show


def _check(show: Show) -> None:
    if not 1 <= len(show.title) <= 120:
        raise InvalidInput(param="title", reason="Give the show a title of 1 to 120 characters.")
    if show.orientation not in Orientation.values:
        raise InvalidInput(param="orientation", reason="The picture is portrait or landscape.")
    if not 0 <= show.lobby_minutes <= 120:
        raise InvalidInput(param="lobby_minutes", reason="The lobby opens 0 to 120 minutes before the start.")
    if not 5 <= show.reconnect_seconds <= 1800:
        raise InvalidInput(param="reconnect_seconds", reason="The window is 5 to 1800 seconds long.")
