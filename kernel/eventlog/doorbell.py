"""The bell that wakes the sequencer after a commit. A hint: what nobody rang for is swept.

Not here: the sequencer.
"""

import time
from typing import Any

import redis
import structlog

from kernel.redis import channel_name, client

log = structlog.get_logger(__name__)


def channel() -> str:
    """The channel on which brands ring."""
    return channel_name("doorbell")


def ring(schema: str) -> None:
    """Tell the sequencer that `schema` has new events. Never fails the caller: its commit stands."""
    try:
        client().publish(channel(), schema)
    except redis.RedisError as error:
        log.warning("doorbell.silent", error=str(error))


class Bell:
    """The sequencer's end. Without Redis nothing is heard: sweeps find the work. `renewed` is set when
    it hears (again): whoever rang before was not heard."""

    AGAIN_SECONDS = 0.5

    def __init__(self) -> None:
        self.renewed = False
        self._heard: Any = None
        self._again = 0.0

    def listen(self, seconds: float) -> set[str]:
        """The brands that rang: waits for the first, at most so long, and takes all that are there."""
        rung: set[str] = set()
        if not self._subscribed():
            time.sleep(seconds)
            return rung
        try:
            while message := self._heard.get_message(timeout=seconds):
                rung.add(message["data"].decode())
                seconds = 0
        except redis.RedisError as error:
            log.warning("doorbell.lost", error=str(error))
            self.close()
        return rung

    def close(self) -> None:
        if self._heard is not None:
            self._heard.close()
        self._heard, self._again = None, time.monotonic() + self.AGAIN_SECONDS

    def _subscribed(self) -> bool:
        if self._heard is None and time.monotonic() >= self._again:
            heard = client().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            try:
                heard.subscribe(channel())
                self._heard, self.renewed = heard, True
            except redis.RedisError as error:
                log.info("doorbell.deaf", error=str(error))
                self._again = time.monotonic() + self.AGAIN_SECONDS
        return self._heard is not None
