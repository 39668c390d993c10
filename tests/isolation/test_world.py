"""The world itself: were its brands not alike, or a text without its canary, the sweeps would prove less."""

from django.db import connection

from kernel.tenancy import brand_context
from tests.isolation.painting import free_texts
from tests.isolation.world import World, tables_of_brands

# Tables that hold nothing that came from a person and need no row to be guarded.
MAY_BE_EMPTY: frozenset[str] = frozenset()


def test_every_table_of_a_brand_has_rows(world: World) -> None:
    with brand_context(world.brands["aurora"]):
        empty = {model._meta.label_lower for model in tables_of_brands() if not model._default_manager.exists()}
    assert empty <= MAY_BE_EMPTY, "fill these in tests/isolation/world.py"


def test_ids_coincide(world: World) -> None:
    keys = {}
    for slug, brand in world.brands.items():
        with brand_context(brand):
            keys[slug] = {
                model._meta.label_lower: set(model._default_manager.values_list("pk", flat=True))
                for model in tables_of_brands()
            }
    apart = [table for table, own in keys["aurora"].items() if own and not own & keys["fjord"][table]]
    assert apart == [], "these tables have no id in common, so that a forgotten brand would go unseen"


def test_every_free_text_has_a_canary(world: World) -> None:
    bare = []
    for slug, brand in world.brands.items():
        with brand_context(brand):
            for model, field in free_texts():
                rows = model._default_manager.exclude(**{f"{field.name}__contains": f"canary-{slug}"})
                if rows.exists():
                    bare.append(f"{slug}: {model._meta.label_lower}.{field.name}")
    assert bare == []
    assert connection.in_atomic_block
