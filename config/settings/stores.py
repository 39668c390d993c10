"""PostgreSQL, Redis and the cache on it.

Not here: object storage (files).
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool.base import AttemptWithBackoff

from config.settings.env import ENV

# The pool's own waits double: after ten seconds without PostgreSQL it would be noticed eight seconds late.
AttemptWithBackoff.INITIAL_DELAY, AttemptWithBackoff.DELAY_BACKOFF = 0.4, 1.0


def _database(url: str) -> dict[str, Any]:
    try:
        parts = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from error
    known = {key: str(parts.pop(key, "") or "") for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": known["dbname"],
        "USER": known["user"],
        "PASSWORD": known["password"],
        "HOST": known["host"],
        "PORT": known["port"],
        # Under ASGI every request has a thread of its own, so that a kept connection is never used
        # again: 45 idle backends after 1,500 requests, against 4 with the pool.
        "CONN_MAX_AGE": 0,
        # A connection out of the pool may be one that died with the server while it lay there.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "pool": {"min_size": 0, "max_size": int(ENV["VITRINE_DATABASE_POOL"]), "timeout": 10}},
    }


DATABASES = {"default": _database(ENV["DATABASE_URL"])}

REDIS_URL = ENV["REDIS_URL"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "kernel.tenancy.cache_key",
        "KEY_PREFIX": "vitrine",
    }
}

EVENTLOG_AFTER_ROUND = "config.wiring.wake"
BRAND_FIRST_CONTENTS = "config.first_contents.fill"
# Shows and orders are strangers to one another; this tells the one of the other.
SHOWS_SELL = "streams.selectors.is_sold_in"
# Who reckons the tax of an order: a function that takes checkout.taxes.TaxQuestion and gives a TaxAnswer.
TAX_SERVICE = ENV["VITRINE_TAX_SERVICE"]
# Orders know of no room; this refuses those whom a room's team has shut out.
BUYERS_ADMITTED = "chat.shut_out.require_admitted"
