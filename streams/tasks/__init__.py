"""Background work of the app; Celery finds it here.

Not here: a show on the air, which the media engine holds by a lease.
"""

from streams.tasks.media import hand_over_broadcast
from streams.tasks.sweeps import open_lobbies, send_due_reminders, sweep_broadcasts

__all__ = ["hand_over_broadcast", "open_lobbies", "send_due_reminders", "sweep_broadcasts"]
