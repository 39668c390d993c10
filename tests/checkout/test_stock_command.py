"""`manage.py stock verify`: says so when counts add up, fails when they don't."""

import io

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Stock
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import fill_catalog


def test_it_names_the_brand_and_the_sku_that_is_off(aurora: Brand, fjord: Brand) -> None:
    for index, brand in enumerate((aurora, fjord)):
        with brand_context(brand):
            fill_catalog(index)
    output = io.StringIO()
    call_command("stock", "verify", stdout=output)
    assert f"{aurora.schema_name}: 1 moves of 1 variants, 0 faults, verified to move " in output.getvalue()
    with brand_context(fjord):
        Stock.objects.update(available=0, total=0)
    output = io.StringIO()
    with pytest.raises(CommandError, match="1 things"):
        call_command("stock", "verify", "--brand", "fjord", stdout=output)
    assert "SERUM-30: counted (free, held, sold) (0, 0, 0), recomputed (101, 0, 0)" in output.getvalue()
    call_command("stock", "verify", "--brand", "aurora", stdout=io.StringIO())
    with pytest.raises(CommandError, match="no brand nobody"):
        call_command("stock", "verify", "--brand", "nobody")
