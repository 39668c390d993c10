"""`manage.py books check [--brand SLUG]`: compare the last 30 days of payments and refunds with the provider's lists.

Not here: the comparison (services/auditing), which also runs by itself.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checkout.services.auditing import audit_books
from kernel.errors import Problem
from kernel.tenancy import brand_context, owing_schemas, public_context
from tenants.models import Brand


class Command(BaseCommand):
    help = "Close the gaps between our books and the payment provider's, and name what needs a person."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["check"])
        parser.add_argument("--brand", help="slug of one brand; without it all brands")

    def handle(self, *args: Any, **options: Any) -> None:
        troubles = 0
        for schema in self._schemas(options["brand"]):
            try:
                with brand_context(schema):
                    found = audit_books()
            except Problem as problem:
                self.stdout.write(f"{schema}: {problem.detail}")
                troubles += 1
                continue
            self.stdout.write(
                f"{schema}: {found.looked} entries, {found.mended} mended, {len(found.strange)} need a person"
            )
            for words in found.strange:
                self.stdout.write(f"  {words}")
            troubles += len(found.strange)
        if troubles:
            raise CommandError(f"{troubles} things need a person")

    def _schemas(self, slug: str | None) -> list[str]:
        if slug is None:
            return owing_schemas()
        with public_context():
            brand = Brand.objects.filter(slug=slug).first()
        if brand is None:
            raise CommandError(f"there is no brand {slug}")
        return [brand.schema_name]
