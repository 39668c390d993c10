"""How many watch, over all processes: each keeps the set of its viewers in Redis, the union is counted.

So a viewer with windows on two processes counts once, and the number is exact. Not here: who is a
viewer (attendance), and the log's `audience.counted` (tasks).
"""

import json
import os
import secrets
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import redis
import redis.asyncio as aioredis

from chat.delays import Delay, delay_of
from chat.doors import Crowded
from kernel.redis import client

EXPIRY_SECONDS = 5
# A process that dies leaves its count for five seconds, its name for a minute.
PROCESS = f"{os.getpid()}-{secrets.token_hex(4)}"
_NAMES_SECONDS = 60
_CROWD = "vitrine:doors"


def _names_key(schema: str, show_id: uuid.UUID) -> str:
    return f"vitrine:presence:{schema}:{show_id}"


@dataclass(frozen=True, slots=True)
class Share:
    """One room of this process: who is there, and who came and went since the last report."""

    present: Set[str]
    came: Sequence[str]
    went: Sequence[str]


async def report(connection: aioredis.Redis, shares: Mapping[tuple[str, uuid.UUID], Share]) -> list[int]:
    """Write this process's viewers; returns how many there are over all processes, in the same order.
    What Redis has lost of a room is said again in full."""
    pipe = connection.pipeline(transaction=False)
    places = []
    for (schema, show_id), share in shares.items():
        names = _names_key(schema, show_id)
        mine = f"{names}:{PROCESS}"
        if share.came:
            pipe.sadd(mine, *share.came)
        if share.went:
            pipe.srem(mine, *share.went)
        pipe.expire(mine, EXPIRY_SECONDS)
        pipe.sadd(names, PROCESS)
        pipe.expire(names, _NAMES_SECONDS)
        pipe.scard(mine)
        pipe.smembers(names)
        places.append(len(pipe))
    answers = await pipe.execute()
    pipe = connection.pipeline(transaction=False)
    places_of_sums = []
    for ((schema, show_id), share), place in zip(shares.items(), places, strict=True):
        names = _names_key(schema, show_id)
        mine = f"{names}:{PROCESS}"
        if answers[place - 2] != len(share.present):
            pipe.delete(mine)
            if share.present:
                pipe.sadd(mine, *share.present)
            pipe.expire(mine, EXPIRY_SECONDS)
        pipe.sunionstore(f"{names}:all", _keys(names, answers[place - 1]))
        places_of_sums.append(len(pipe) - 1)
        pipe.expire(f"{names}:all", EXPIRY_SECONDS)
    sums = await pipe.execute()
    return [sums[place] for place in places_of_sums]


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
        pipe.mget([f"{key}:delays" for key in _keys(names, processes)])
    return [delay_of(_histogram(value) for value in values if value is not None) for values in await pipe.execute()]


async def share_crowd(
    connection: aioredis.Redis, crowd: Mapping[Crowded, int], *, process: str = PROCESS
) -> dict[Hashable, int]:
    """Write who has several windows in this process; returns who has how many in the others."""
    pipe = connection.pipeline(transaction=False)
    pipe.set(f"{_CROWD}:{process}", json.dumps([[*who, count] for who, count in crowd.items()]), ex=EXPIRY_SECONDS)
    pipe.sadd(_CROWD, process)
    pipe.expire(_CROWD, _NAMES_SECONDS)
    pipe.smembers(_CROWD)
    others = {_text(name) for name in (await pipe.execute())[-1]} - {process}
    found: Counter[Hashable] = Counter()
    for told in await connection.mget([f"{_CROWD}:{other}" for other in others]) if others else ():
        for schema, show, person, count in json.loads(told or "[]"):
            found[(schema, show, person)] += count
    return dict(found)


def audience(schema: str, show_id: uuid.UUID) -> int | None:
    """How many watch over all processes; None when Redis is away, which is not the same as nobody."""
    names = _names_key(schema, show_id)
    try:
        keys = _keys(names, client().smembers(names))
        return len(client().sunion(keys)) if keys else 0
    except redis.RedisError:
        return None


def _keys(names: str, processes: Iterable[bytes | str]) -> list[str]:
    return [f"{names}:{_text(process)}" for process in processes]


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _histogram(value: bytes) -> dict[int, int]:
    return {int(step): count for step, count in json.loads(value).items()}
