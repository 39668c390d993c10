from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed outside production, for its one command; it has no tables."""

    name = "demo"
