"""`manage.py seed_demo`: two brands with goods, people and shows, ready to go on air.

Not here: what is staged and how (demo.stage, demo.seed).
"""

from typing import Any

from django.core.management.base import BaseCommand

from config.settings.env import LOCAL_DIR
from demo.seed.run import set_stage


class Command(BaseCommand):
    help = "Set the demo's stage. Run again, it completes what is missing and prepares a fresh show."
    # They load every view, which is most of a second start's time; the pages' own start runs them.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        set_stage(LOCAL_DIR, tell=self.stdout.write)
