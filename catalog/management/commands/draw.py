"""`manage.py draw verify [--brand SLUG] [--drop drp_…] [--file FACTS.json]`: compute draws again and compare.

With a file, what `/api/v1/drops/<drop>/draw/` said, it asks no database of ours. Not here: drawing (services.lists).
"""

import json
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.errors import DrawNotFound
from catalog.selectors.lines import drawn_drops, published_draw
from kernel import ids
from kernel.draws import check_draw
from kernel.tenancy import active_schemas, brand_context, public_context
from tenants.models import Brand


class Command(BaseCommand):
    help = "Compute draws again from their seed and their list, and name what does not follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--brand", help="slug of one brand; all open brands without it")
        parser.add_argument("--drop", help="one drop, drp_…; all that were drawn without it")
        parser.add_argument("--file", type=Path, help="the facts of one draw as the API told them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            faults = self._check("", json.loads(options["file"].read_text(encoding="utf-8")))
        else:
            wanted = _drop_id(options["drop"]) if options["drop"] else None
            faults = sum(self._check_brand(schema, wanted) for schema in _schemas(options["brand"]))
        if faults:
            raise CommandError(f"{faults} draws are not what follows from their seed and their list")

    def _check_brand(self, schema: str, wanted: uuid.UUID | None) -> int:
        with brand_context(schema):
            drops = [wanted] if wanted else drawn_drops()
            try:
                facts = [published_draw(drop_id).as_json() for drop_id in drops]
            except DrawNotFound as error:
                raise CommandError(f"{schema}: {error}") from error
        self.stdout.write(f"{schema}: {len(facts)} draws")
        return sum(self._check(f"  {schema} ", each) for each in facts)

    def _check(self, prefix: str, facts: dict[str, Any]) -> int:
        """1 for a draw that does not hold, which is said with what is wrong."""
        if not facts["seed"]:
            self.stdout.write(f"{prefix}{facts['drop']}: not drawn yet")
            return 0
        check = check_draw(
            seed=facts["seed"],
            committed=facts["commitment"],
            root=facts["root"],
            lines=facts["lines"],
            order=facts["order"],
            share=facts["share"],
        )
        wrong = [
            name
            for name, fits in (("seed", check.seed_fits), ("root", check.root_fits), ("order", check.order_fits))
            if not fits
        ]
        verdict = f"does NOT hold: {', '.join(wrong)}" if wrong else "holds"
        self.stdout.write(f"{prefix}{facts['drop']}: {len(facts['lines'])} entries, {verdict}")
        return int(bool(wrong))


def _drop_id(text: str) -> uuid.UUID:
    try:
        return ids.parse_public_id("drp", text)
    except ValueError:
        raise CommandError(f"{text} is not an id of a drop: drp_…") from None


def _schemas(slug: str | None) -> list[str]:
    if slug is None:
        return active_schemas()
    with public_context():
        brand = Brand.objects.filter(slug=slug).first()
    if brand is None:
        raise CommandError(f"there is no brand {slug}")
    return [brand.schema_name]
