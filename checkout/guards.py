"""Whether somebody may have things held at all: those whom a room's team has shut out may not.

Not here: who is shut out (chat, above this app: settings name who knows).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from kernel.tenancy import current_schema
from kernel.traces import device_hash
from kernel.viewers import Viewer


def require_admitted(request: HttpRequest, viewer: Viewer) -> None:
    """Raises the room's refusal for a viewer whom a ban in force means."""
    refuse: Callable[..., None] = import_string(settings.BUYERS_ADMITTED)
    device = device_hash(request.COOKIES, schema=current_schema())
    refuse(viewer=viewer, device=device, address=str(request.META.get("REMOTE_ADDR", "")))
