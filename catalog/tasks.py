"""What the catalog does in the background: drops by the clock, large imports in steps.

Not here: the work itself (services) and the schedule (config/settings/tasks.py).
"""

from celery import shared_task

from catalog.services.drops import sweep_drops


@shared_task
def sweep_drops_by_clock() -> None:
    """Open and close what is due in this brand. Beat sends it each second."""
    sweep_drops()
