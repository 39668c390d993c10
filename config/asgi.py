"""One ASGI application: sockets, live segments and holds before Django, everything else through Django.

Not here: routes. A deployment may run this several times, split by path at its proxy.
"""

import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.routing import URLRouter
from django.conf import settings

from chat.routing import websocket_urlpatterns
from chat.shut_out import require_admitted_by_log
from checkout.doors.http import PATH as HOLD_PATH
from checkout.doors.http import HoldDoor
from config import shutdown
from config.body_limits import BodyLimit
from streams.access import admit
from streams.media.origin import HlsOrigin
from tenants.sockets import BrandHttp, BrandSockets

_pages = BodyLimit(django_application)
_sockets = BrandSockets(URLRouter(websocket_urlpatterns))
_segments = BrandHttp(HlsOrigin(settings.LIVE_ROOT, admit=admit))
_holds = HoldDoor(admit=require_admitted_by_log)

# All that was loaded lives as long as the process. Without this the collector would look at it again
# and again while an audience comes in.
gc.collect()
gc.freeze()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Route by protocol and path."""
    shutdown.watch()
    if scope["type"] == "websocket":
        # What wraps `send` further in would hide the server, which the room writes to directly.
        scope["vitrine.send"] = send
        await _sockets(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == HOLD_PATH:
        await _holds(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/hls/"):
        await _segments(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
