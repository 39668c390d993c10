"""`migrate_brands`: the template and every brand that is behind, also one that was cloned meanwhile.

Not here: the migrations themselves; every test run begins with them.
"""

from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tenants.management.commands import migrate_brands
from tenants.models import Brand

FORGET = "DELETE FROM {}.django_migrations WHERE app = 'catalog' AND name = '0001_initial'"


@pytest.fixture
def migrated(aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The schemas that the command migrates, in order. Migrating itself is Django's, and outside a test's reach."""
    schemas: list[str] = []

    def run(schema_name: str, **_: Any) -> None:
        if not schemas:  # somebody signed up: a copy of the template as it was
            with connection.cursor() as cursor:
                cursor.execute("CREATE SCHEMA b_late")
            Brand.objects.create(name="Late", slug="late", schema_name="b_late")
        schemas.append(schema_name)

    monkeypatch.setattr(migrate_brands, "run_migrations", run)
    monkeypatch.setattr(migrate_brands, "call_command", lambda *_, **__: None)
    return schemas


def test_who_is_up_to_date_is_left_alone(migrated: list[str]) -> None:
    call_command("migrate_brands")
    assert migrated == []


def test_a_brand_that_was_cloned_meanwhile_is_not_left_behind(migrated: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(settings.TENANT_BASE_SCHEMA))
        cursor.execute(FORGET.format("b_aurora"))
    call_command("migrate_brands")
    assert migrated == [settings.TENANT_BASE_SCHEMA, "b_aurora", "b_late"]
