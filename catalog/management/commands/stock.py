"""`manage.py stock verify [--brand SLUG]`: add up the journal of stock again and compare.

Not here: putting things right; a person corrects a count in the studio, which books a line.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.selectors import verify_stock
from kernel.tenancy import active_schemas, brand_context, public_context
from tenants.models import Brand


class Command(BaseCommand):
    help = "Recompute every count of stock from the journal and name what does not add up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--brand", help="slug of one brand; all open brands without it")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for schema in self._schemas(options["brand"]):
            with brand_context(schema):
                check = verify_stock()
            self.stdout.write(f"{schema}: {check.moves} moves of {check.variants} variants, {len(check.faults)} faults")
            for fault in check.faults:
                place = f"first at move {fault.move}" if fault.move else "no move is off, the count of now is"
                self.stdout.write(
                    f"  {fault.sku}: counted (free, held, sold) {fault.counted}, recomputed {fault.recomputed}; {place}"
                )
            faults += len(check.faults)
        if faults:
            raise CommandError(f"{faults} counts are not what the journal says")

    def _schemas(self, slug: str | None) -> list[str]:
        if slug is None:
            return active_schemas()
        with public_context():
            brand = Brand.objects.filter(slug=slug).first()
        if brand is None:
            raise CommandError(f"there is no brand {slug}")
        return [brand.schema_name]
