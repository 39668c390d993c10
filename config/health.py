"""Is this process alive, and may it get traffic?

Not here: metrics.
"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from psycopg_pool import PoolTimeout

from config.shutdown import is_ending
from kernel.redis import client
from kernel.tenancy import public_context


def livez() -> JsonResponse:
    """Alive: the process answers. Asks nothing of anybody."""
    return JsonResponse({"status": "alive"})


def readyz() -> JsonResponse:
    """Ready: PostgreSQL answers and holds the template schema, and Redis answers; else 503. A process that
    was asked to end says so first: its sockets are leaving."""
    if is_ending():
        return JsonResponse({"status": "draining", "checks": {}}, status=503)
    checks = {"postgresql": _postgresql(), "redis": _redis()}
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _postgresql() -> str:
    try:
        with public_context(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [settings.TENANT_BASE_SCHEMA])
            return "ok" if cursor.fetchone() else "not migrated"
    except (DatabaseError, PoolTimeout):
        return "away"


def _redis() -> str:
    try:
        client().ping()
    except redis.RedisError:
        return "away"
    return "ok"
