"""The functions of a brand's schema work on that schema, whoever calls them and with whatever search_path.

Not here: what they do (tests/checkout, tests/catalog).
"""

import pytest
from django.db import connection, transaction

from catalog.models import Stock, StockMove
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import VARIANT_ID, fill_catalog


def test_every_function_that_names_tables_is_bound_to_its_own_schema(aurora: Brand, fjord: Brand) -> None:
    """All but triggers and those that name no table; the trigger of the journal refuses a foreign path instead."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            "WHERE n.nspname = ANY(%s) AND p.proname ~ '^(catalog|checkout|eventlog)_' "
            "AND p.prorettype <> 'trigger'::regtype AND p.proname <> 'catalog_move_hash'",
            [[aurora.schema_name, fjord.schema_name]],
        )
        rows = cursor.fetchall()
    assert len(rows) >= 16
    for schema, name, config in rows:
        [path] = [setting for setting in config or [] if setting.startswith("search_path=")]
        assert path.removeprefix("search_path=").split(", ")[0].strip('"') == schema, (schema, name, path)


def test_a_qualified_call_from_another_brand_moves_the_units_of_the_brand_it_names(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    with brand_context(aurora), connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f'SELECT * FROM "{fjord.schema_name}".catalog_units(%s, NULL, true)', [VARIANT_ID])
        assert (cursor.fetchone() or [None])[0] == 101
        assert Stock.objects.get(pk=VARIANT_ID).available == 100
    with brand_context(fjord):
        assert StockMove.objects.count() == 1


@pytest.mark.parametrize("function", ["catalog_book_moves", "checkout_reserve", "checkout_end_holds"])
def test_functions_of_a_brand_do_not_lie_in_public(db: None, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_proc WHERE proname = %s AND pronamespace = 'public'::regnamespace", [function]
        )
        assert cursor.fetchone() == (0,)
