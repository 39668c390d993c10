"""What beat does for rooms: counts the audience, closes polls whose time is over, forgets footprints.

Not here: the schedule (config/settings/tasks.py).
"""

from celery import shared_task

from chat.presence import audience
from chat.services.footprints import forget_footprints
from chat.services.polls import close_due_polls
from kernel.tenancy import current_schema
from streams.selectors import shows_with_audience
from streams.services.audience import close_audiences, count_audience


@shared_task(ignore_result=True, expires=10)
def count_audiences() -> None:
    """Put the presence of each show that is on, or about to be, into the log; unknown is not nobody, so
    without Redis nothing is told. Then make the numbers of those that have ended."""
    for show_id in shows_with_audience():
        viewers = audience(current_schema(), show_id)
        if viewers is not None:
            count_audience(show_id=show_id, viewers=viewers)
    close_audiences()


@shared_task(ignore_result=True, expires=10)
def close_polls() -> None:
    close_due_polls()


@shared_task(ignore_result=True, expires=3600)
def forget_traces() -> None:
    """From where viewers wrote is kept for two weeks."""
    forget_footprints()
