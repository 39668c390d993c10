"""`manage.py stock verify [--brand SLUG | --all]`: add up the journal of stock again, follow its chain, and compare
it with holds and drops.

Not here: putting things right; a person corrects a count in the studio, which books a line.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from checkout.selectors.stock_agreement import Agreement, verify_all
from kernel.tenancy import brand_context, owing_schemas, public_context
from tenants.models import Brand


class Command(BaseCommand):
    help = "Recompute every count of stock from the journal and name the first thing that does not add up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--brand", help="slug of one brand")
        which.add_argument("--all", action="store_true", help="all brands, as without --brand")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = 0
        for schema in self._schemas(options["brand"]):
            with brand_context(schema):
                found = verify_all()
            self._say(schema, found)
            faults += len(found.faults)
        if faults:
            raise CommandError(f"{faults} things do not add up")

    def _say(self, schema: str, found: Agreement) -> None:
        stock = found.stock
        reach = f", verified to move {stock.last_move}" if stock.last_move and not stock.faults else ""
        self.stdout.write(
            f"{schema}: {stock.moves} moves of {stock.variants} variants, {len(found.faults)} faults{reach}"
        )
        for fault in found.faults:
            self.stdout.write(f"  {fault}")

    def _schemas(self, slug: str | None) -> list[str]:
        if slug is None:
            return owing_schemas()
        with public_context():
            brand = Brand.objects.filter(slug=slug).first()
        if brand is None:
            raise CommandError(f"there is no brand {slug}")
        return [brand.schema_name]
