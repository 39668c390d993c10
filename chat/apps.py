"""The chat app.

Not here: anything at start-up; the hub begins with the first socket of a process.
"""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"
