"""What beat starts: each platform task sends one message to every open brand, or to those that owe.

Not here: the work itself, which is each app's.
"""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils.module_loading import import_string

from config import wiring
from kernel.eventlog.cursors import drain
from kernel.tasks import PlatformTask, send_to_brand
from kernel.tenancy import active_schemas, owing_schemas


@shared_task(base=PlatformTask, ignore_result=True, expires=30)
def for_every_brand(task: str, *, suspended_too: bool = False) -> None:
    """Send the named task to each open brand; with `suspended_too` to those that only settle what they owe."""
    for schema in owing_schemas() if suspended_too else active_schemas():
        send_to_brand(import_string(task), schema)


@shared_task(base=PlatformTask, ignore_result=True, expires=86_400)
def forget_sessions() -> None:
    """Delete the sessions of staff that have expired; a cookie that names one is as good as none."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task(ignore_result=True, expires=20)
def run_reactions() -> None:
    """Let every reader of config/wiring.py handle what is new in this brand's log."""
    for reader in wiring.READERS:
        drain(reader)
