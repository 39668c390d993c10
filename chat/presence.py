"""How many watch: each process writes its own count every two seconds, the sum is what is shown.

Not here: the log's `audience.counted` (tasks).
"""

import json
import os
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

import redis
import redis.asyncio as aioredis

from chat.delays import Delay, delay_of
from kernel.redis import client

EXPIRY_SECONDS = 5
# A process that dies leaves its count for five seconds, its name for a minute.
PROCESS = f"{os.getpid()}-{secrets.token_hex(4)}"
_NAMES_SECONDS = 60


def _names_key(schema: str, show_id: uuid.UUID) -> str:
    return f"vitrine:presence:{schema}:{show_id}"


async def report(connection: aioredis.Redis, counts: Mapping[tuple[str, uuid.UUID], int]) -> list[int]:
    """Write this process's counts; returns the sums over all processes, in the same order."""
    rooms = list(counts)
    pipe = connection.pipeline(transaction=False)
    for schema, show_id in rooms:
        names = _names_key(schema, show_id)
        pipe.set(f"{names}:{PROCESS}", counts[(schema, show_id)], ex=EXPIRY_SECONDS)
        pipe.sadd(names, PROCESS)
        pipe.expire(names, _NAMES_SECONDS)
        pipe.smembers(names)
    answers = (await pipe.execute())[3::4]
    pipe = connection.pipeline(transaction=False)
    for (schema, show_id), processes in zip(rooms, answers, strict=True):
        pipe.mget([f"{_names_key(schema, show_id)}:{_text(process)}" for process in processes])
    return [_sum(values) for values in await pipe.execute()]


async def share_delays(
    connection: aioredis.Redis, histograms: Mapping[tuple[str, uuid.UUID], Mapping[int, int]]
) -> list[Delay | None]:
    """Write this process's histograms of delays; returns the delays over all processes, in the same
    order. The processes are known from `report`."""
    pipe = connection.pipeline(transaction=False)
    for (schema, show_id), histogram in histograms.items():
        names = _names_key(schema, show_id)
        pipe.set(f"{names}:{PROCESS}:delays", json.dumps(histogram), ex=EXPIRY_SECONDS)
        pipe.smembers(names)
    answers = (await pipe.execute())[1::2]
    pipe = connection.pipeline(transaction=False)
    for (schema, show_id), processes in zip(histograms, answers, strict=True):
        names = _names_key(schema, show_id)
        pipe.mget([f"{names}:{_text(process)}:delays" for process in processes])
    return [delay_of(_histogram(value) for value in values if value is not None) for values in await pipe.execute()]


def audience(schema: str, show_id: uuid.UUID) -> int | None:
    """The sum over all processes; None when Redis is away, which is not the same as nobody."""
    names = _names_key(schema, show_id)
    try:
        keys = [f"{names}:{_text(process)}" for process in client().smembers(names)]
        return _sum(client().mget(keys)) if keys else 0
    except redis.RedisError:
        return None


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _histogram(value: bytes) -> dict[int, int]:
    return {int(step): count for step, count in json.loads(value).items()}


def _sum(values: Iterable[Any]) -> int:
    return sum(int(value) for value in values if value is not None)
