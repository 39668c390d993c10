"""Makes a shop that sells: a brand, a show with drops, one thing outside of drops, viewers, a key for the API.

    python -m benchmarks.storm.prepare DROPS UNITS VIEWERS

Prints one JSON object: {"schema", "host", "show", "goods", "viewers", "api_key"}.
"""

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from catalog.models import Product  # noqa: E402
from catalog.services.drops import open_drop, plan_drop  # noqa: E402
from catalog.services.products import NewVariant, create_product  # noqa: E402
from checkout.doors import tickets  # noqa: E402
from checkout.services.shipping import add_first_shipping  # noqa: E402
from kernel import clock, ids  # noqa: E402
from kernel.money import Money  # noqa: E402
from kernel.tenancy import brand_context, public_context  # noqa: E402
from kernel.viewers import COOKIE, Viewer, ticket_of  # noqa: E402
from streams.services.schedule import create_show, open_lobby, schedule_show  # noqa: E402
from tenants.services.api_keys import create_api_key  # noqa: E402
from tenants.services.provisioning import provision  # noqa: E402
from tenants.services.sign_up import sign_up  # noqa: E402

SLUG, ACTOR = "storm", "system"
PER_BUYER, PLENTY, HOURS = 2, 100_000, 6


def _on_sale(number: int, units: int) -> str:
    new = NewVariant(sku=f"STORM-{number}", price=Money(4600, "EUR"), stock=units)
    product = create_product(name=f"Thing {number}", variants=[new], status=Product.Status.ACTIVE, actor=ACTOR)
    return product.variants.get().public_id


def _goods(show_id: Any, drops: int, units: int) -> list[dict[str, Any]]:
    goods: list[dict[str, Any]] = [{"variant": _on_sale(0, PLENTY), "drop": None, "units": PLENTY, "per_buyer": 0}]
    for number in range(1, drops + 1):
        variant = _on_sale(number, units)
        drop = plan_drop(
            variant_id=ids.parse_public_id("var", variant), title=f"Drop {number}", units=units, show_id=show_id,
            price=Money(3800, "EUR"), per_buyer=PER_BUYER, actor=ACTOR,
        )  # fmt: skip
        open_drop(drop_id=drop.pk, actor=ACTOR)
        goods.append({"variant": variant, "drop": drop.public_id, "units": units, "per_buyer": PER_BUYER})
    return goods


def main(drops: int, units: int, viewers: int) -> dict[str, Any]:
    with public_context():
        brand = sign_up(name="Storm", slug=SLUG, email="owner@storm.test", password="a quiet shop window")
        provision(brand)
    with brand_context(brand):
        add_first_shipping(country="DE", currency="EUR")
        show = create_show(title="A shop under fire", starts_at=clock.now() + dt.timedelta(hours=1), actor=ACTOR)
        schedule_show(show_id=show.pk, actor=ACTOR)
        open_lobby(show_id=show.pk, actor=ACTOR)
        _, key = create_api_key(brand=brand, name="Storm", scopes=["orders:read", "orders:write"], created_by=None)
        people = [Viewer(id=ids.uuid7(), name=f"Buyer {number}") for number in range(viewers)]
        return {
            "schema": brand.schema_name,
            "host": f"{SLUG}.localhost",
            "show": show.public_id,
            "goods": _goods(show.pk, drops, units),
            "viewers": [
                {
                    "key": viewer.key,
                    "cookie": f"{COOKIE}={ticket_of(viewer)}",
                    "ticket": tickets.issue(
                        schema=brand.schema_name, viewer=viewer, about=show.public_id, seconds=HOURS * 3600
                    ),
                }
                for viewer in people
            ],
            "api_key": key,
        }


if __name__ == "__main__":
    print(json.dumps(main(*(int(word) for word in sys.argv[1:4]))), flush=True)
