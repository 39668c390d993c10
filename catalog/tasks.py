"""What the catalog does in the background: drops and prices by the clock, large imports in steps.

Not here: the work itself (services) and the schedule (config/settings/tasks.py).
"""

import uuid

from celery import shared_task

from catalog.services.drops import sweep_drops
from catalog.services.imports import import_step, resume_imports
from catalog.services.lists import sweep_lists
from catalog.services.special_prices import sweep_special_prices


@shared_task(ignore_result=True, expires=10)
def sweep_drops_by_clock() -> None:
    """Open and close the drops and special prices that are due in this brand. Beat sends it each second."""
    sweep_drops()
    sweep_lists()
    sweep_special_prices()


@shared_task
def go_on_importing(run_id: str) -> None:
    """One step of an import, then a message for the next: each far below the time limit, and a
    killed worker repeats one step only."""
    if import_step(run_id=uuid.UUID(run_id)):
        go_on_importing.delay(run_id)


@shared_task(ignore_result=True, expires=60)
def resume_stalled_imports() -> None:
    """Beat sends it twice a minute, for imports whose next message was lost."""
    resume_imports()
