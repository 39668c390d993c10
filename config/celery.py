"""The Celery application and its static schedule.

Not here: tasks. Beat fans out one message a brand; nothing about a brand is kept in the schedule.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("vitrine", task_cls="kernel.tasks:BrandTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"], related_name="scheduled")
