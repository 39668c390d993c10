"""What beat starts: each platform task sends one message to every open brand.

Not here: the work itself, which is each app's.
"""

from celery import shared_task
from django.utils.module_loading import import_string

from config import wiring
from kernel.eventlog.cursors import drain
from kernel.tasks import PlatformTask, send_to_brand
from kernel.tenancy import active_schemas


@shared_task(base=PlatformTask, ignore_result=True, expires=30)
def for_every_brand(task: str) -> None:
    """Send the named task to each open brand."""
    for schema in active_schemas():
        send_to_brand(import_string(task), schema)


@shared_task(ignore_result=True, expires=20)
def run_reactions() -> None:
    """Let every reader of config/wiring.py handle what is new in this brand's log."""
    for reader in wiring.READERS:
        drain(reader)
