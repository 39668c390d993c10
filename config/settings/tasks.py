"""Celery: short tasks, done again when a worker dies.

Not here: the tasks. A show is never a task: the media engine holds it by a lease.
"""

from typing import Any

from config.settings.env import ENV


def _broker(url: str) -> str:
    """The same Redis in Celery's words: it names a unix socket's database `virtual_host`."""
    if not url.startswith("unix://"):
        return url
    return f"redis+socket://{url.removeprefix('unix://')}".replace("?db=", "?virtual_host=")


CELERY_BROKER_URL = _broker(ENV["REDIS_URL"])
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES: dict[str, Any] = {"streams.tasks.media.*": {"queue": "media"}}
CELERY_TASK_IGNORE_RESULT = True
# Both are needed: with late acks alone a killed pool child ends as FAILURE and never runs again.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
# A healthy task that outlives the visibility time-out is started a second time, so it lies above
# the hard limit; the sweep is set so that a killed worker's task is back within about 100 s.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 90,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "global_keyprefix": "vitrine:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# What `_OWING` names runs for suspended brands too: holds end, money that buyers are owed goes back.
# Each of these, and each task it fans out, names when it is too old to be worth anything: else beat
# piles them up while no worker runs, and the first one back does an hour of sweeps that the next covers.
_EVERY_BRAND = "config.scheduled.for_every_brand"
_OWING = {"suspended_too": True}
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "reactions": {"task": _EVERY_BRAND, "schedule": 5.0, "args": ["config.scheduled.run_reactions"]},
    "provisioning": {"task": "tenants.tasks.sweep_provisioning", "schedule": 20.0},
    "drops": {"task": _EVERY_BRAND, "schedule": 1.0, "args": ["catalog.tasks.sweep_drops_by_clock"]},
    "imports": {"task": _EVERY_BRAND, "schedule": 30.0, "args": ["catalog.tasks.resume_stalled_imports"]},
    "holds": {"task": _EVERY_BRAND, "schedule": 1.0, "args": ["checkout.tasks.sweep_holds"], "kwargs": _OWING},
    "lines": {"task": _EVERY_BRAND, "schedule": 1.0, "args": ["checkout.tasks.sweep_lines"]},
    "payments": {
        "task": _EVERY_BRAND,
        "schedule": 30.0,
        "args": ["checkout.tasks.reconcile_payments"],
        "kwargs": _OWING,
    },
    "payment_accounts": {
        "task": _EVERY_BRAND,
        "schedule": 3600.0,
        "args": ["checkout.tasks.refresh_payment_account"],
        "options": {"expires": 3600},
    },
    "payment_books": {
        "task": _EVERY_BRAND,
        "schedule": 21_600.0,
        "args": ["checkout.tasks.audit_payments"],
        "kwargs": _OWING,
        "options": {"expires": 21_600},
    },
    "order_mails": {"task": _EVERY_BRAND, "schedule": 20.0, "args": ["checkout.tasks.send_order_mails"]},
    # How long what is kept: checkout/services/forgetting.py. Sessions go when they have expired.
    "forgetting": {
        "task": _EVERY_BRAND,
        "schedule": 86_400.0,
        "args": ["checkout.tasks.forget_old_rows"],
        "kwargs": _OWING,
        "options": {"expires": 86_400},
    },
    "sessions": {"task": "config.scheduled.forget_sessions", "schedule": 86_400.0},
    "broadcasts": {"task": _EVERY_BRAND, "schedule": 5.0, "args": ["streams.tasks.sweeps.sweep_broadcasts"]},
    "lobbies": {"task": _EVERY_BRAND, "schedule": 10.0, "args": ["streams.tasks.sweeps.open_lobbies"]},
    "reminders": {"task": _EVERY_BRAND, "schedule": 30.0, "args": ["streams.tasks.sweeps.send_due_reminders"]},
    "audiences": {"task": _EVERY_BRAND, "schedule": 5.0, "args": ["chat.tasks.count_audiences"]},
    "idempotency": {
        "task": _EVERY_BRAND,
        "schedule": 3600.0,
        "args": ["kernel.idempotency.tasks.forget_old_keys"],
        "options": {"expires": 3600},
    },
    "traces": {
        "task": _EVERY_BRAND,
        "schedule": 3600.0,
        "args": ["chat.tasks.forget_traces"],
        "options": {"expires": 3600},
    },
    "polls": {"task": _EVERY_BRAND, "schedule": 2.0, "args": ["chat.tasks.close_polls"]},
}
