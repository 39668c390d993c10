"""What beat asks of each brand: windows and broadcasts, lobbies, reminders.

Not here: the work (services).
"""

from celery import shared_task


@shared_task(ignore_result=True, expires=10)
def sweep_broadcasts() -> None:
    """Every five seconds: windows that ran out, publishers that vanished, broadcasts nobody took."""
    from streams.services import ingest  # it imports the task that hands over

    ingest.sweep_broadcasts()


@shared_task(ignore_result=True, expires=20)
def open_lobbies() -> None:
    from streams.services.schedule import open_due_lobbies

    open_due_lobbies()


@shared_task(ignore_result=True, expires=60)
def send_due_reminders() -> None:
    from streams.services.reminders import send_reminders

    send_reminders()
