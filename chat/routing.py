"""Socket routes.

Not here: which host is which brand (tenants.sockets).
"""

from django.urls import URLPattern, path

from chat.consumers import RoomConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("rooms/<str:show>/", RoomConsumer.as_asgi()),
]
