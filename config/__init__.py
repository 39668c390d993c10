"""The composition root: settings, urls, ASGI, Celery, and who reacts to whom. Nobody imports it.

Not here: behaviour. That lives in the apps.
"""

from config.celery import app as celery

__all__ = ["celery"]
