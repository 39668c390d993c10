"""The sockets' side of one process: one subscription per topic that somebody here watches.

Not here: what a topic holds (feed) and what a room does with it (room).
"""

import asyncio
import weakref
from typing import Any

import redis
import structlog
from pydantic_core import from_json

from chat.feed import Feed, Reader
from kernel.eventlog import frames
from kernel.redis import channel_name, subscriber

# Kept subscribed always, so that the connection exists before the first topic and after the last.
_IDLE_CHANNEL = "hub"
_SUBSCRIBE_SECONDS, _AGAIN_SECONDS = 3.0, 0.4

log = structlog.get_logger(__name__)

_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


def hub() -> "Hub":
    """The hub of the running event loop: one per process, save in tests."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


class Hub:
    """Feeds by (schema, topic), opened by their first reader and closed by their last."""

    def __init__(self) -> None:
        self._feeds: dict[str, Feed] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._listening: asyncio.Task[None] | None = None
        self._pubsub: Any = None

    async def attach(self, schema: str, topic: str, reader: Reader) -> Feed:
        """The feed of a topic, whole from its present head on, which `reader` now takes part in."""
        channel = frames.channel(schema, topic)
        feed = self._feeds.get(channel)
        if feed is None:
            feed = self._feeds[channel] = Feed(schema, topic)
            self._opening[channel] = asyncio.get_running_loop().create_task(self._open(channel, feed))
        feed.readers.add(reader)
        opening = self._opening.get(channel)
        if opening is not None:
            try:
                await asyncio.shield(opening)
            except Exception:
                feed.readers.discard(reader)
                if self._feeds.get(channel) is feed:
                    del self._feeds[channel]
                raise
        return feed

    async def detach(self, feed: Feed, reader: Reader) -> None:
        """Leave a feed; the last one out ends the subscription."""
        feed.readers.discard(reader)
        channel = frames.channel(feed.schema, feed.topic)
        if feed.readers or self._feeds.get(channel) is not feed:
            return
        del self._feeds[channel]
        feed.close()
        if self._pubsub is not None:
            try:
                await self._pubsub.unsubscribe(channel)
            except redis.RedisError as error:
                log.info("hub.unsubscribe_failed", error=str(error))

    async def _open(self, channel: str, feed: Feed) -> None:
        try:
            if self._listening is None or self._listening.done():
                self._listening = asyncio.get_running_loop().create_task(self._listen())
            if self._pubsub is not None:
                try:
                    await self._pubsub.subscribe(channel)
                except redis.RedisError as error:
                    log.info("hub.subscribe_failed", error=str(error))  # the listener subscribes again
            try:
                await asyncio.wait_for(feed.subscribed.wait(), _SUBSCRIBE_SECONDS)
            except TimeoutError:
                # Without Redis the room opens all the same; it comes alive with the subscription.
                log.warning("hub.without_redis", topic=feed.topic)
            await feed.open()
        finally:
            self._opening.pop(channel, None)

    async def _listen(self) -> None:
        """Hear what is published, for ever. Every confirmed subscription, also one that the client
        library renewed by itself, is followed by a look into the log."""
        while True:
            client = subscriber()
            try:
                pubsub = client.pubsub()
                await pubsub.subscribe(channel_name(_IDLE_CHANNEL), *self._feeds)
                self._pubsub = pubsub
                async for message in pubsub.listen():
                    self._dispatch(message)
            except (redis.RedisError, OSError) as error:
                log.warning("hub.redis_lost", error=str(error))
            finally:
                self._pubsub = None
                await client.aclose()
            for feed in self._feeds.values():
                feed.check()  # nobody tells us: the log is read until somebody does
            await asyncio.sleep(_AGAIN_SECONDS)

    def _dispatch(self, message: dict[str, Any]) -> None:
        feed = self._feeds.get(message["channel"].decode())
        if feed is None:
            return
        if message["type"] == "subscribe":
            feed.subscribed.set()
            feed.check()
        elif message["type"] == "message":
            try:
                feed.heard(from_json(message["data"]))
            except Exception:
                # One broken message must not make the whole process deaf; the log has the truth.
                log.exception("hub.message_broken", topic=feed.topic)
                feed.check()
