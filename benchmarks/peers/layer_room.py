"""The room as Channels' own tutorial has it: a consumer in a group of the channel layer. An ASGI application.

Runs in the peers' own environment under the same servers as ours. LAYER chooses channels-redis' `core`
or its `pubsub` layer; both get the room they need (capacity, connections), which the defaults do not give.
"""

import os
from typing import Any

import django
from django.conf import settings

REDIS = f"unix://{os.environ['PEER_REDIS_SOCKET']}"
LAYERS = {
    "core": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS, "max_connections": 20_000}], "capacity": 10_000},
    },
    "pubsub": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS, "max_connections": 20_000}]},
    },
}

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"], CHANNEL_LAYERS={"default": LAYERS[os.environ["LAYER"]]}, SECRET_KEY="of no use here"
    )
    django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

GROUP = "room"


class LayerConsumer(AsyncWebsocketConsumer):
    """Sends on what the group is sent."""

    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def room_message(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("room/", LayerConsumer.as_asgi())])})
