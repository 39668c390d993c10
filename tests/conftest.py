"""Two brands, made once a session, for every test.

Not here: rows of an app; each folder's conftest makes those, in both brands, with the same ids.
"""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings

from kernel.redis import client
from kernel.tenancy import brand_context, close_thread_connections, public_context
from tenants.models import Brand, Domain, Member, Role, Theme, User
from tenants.selectors import forget_hosts
from tenants.services.provisioning import provision
from tenants.services.sign_up import schema_for

BRANDS = ("aurora", "fjord")
PASSWORD = "a quiet shop window"

# Kept when a committing test cleans up: they belong to the schema, not to a test.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")


def make_brand(slug: str) -> Brand:
    """A provisioned brand with an owner `owner@<slug>.test`, a host and a moderator."""
    with public_context():
        brand, _ = Brand.objects.get_or_create(
            slug=slug, defaults={"name": slug.capitalize(), "schema_name": schema_for(slug)}
        )
        Domain.objects.get_or_create(
            domain=f"{slug}.localhost", defaults={"tenant": brand, "is_primary": True, "verified_at": brand.created_at}
        )
        for role in Role:
            email = f"{role.value}@{slug}.test"
            user = User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD)
            Member.objects.get_or_create(brand=brand, user=user, defaults={"role": role})
        Theme.objects.get_or_create(brand=brand)
        # A test makes its own rows: what a new brand finds in its studio would only be in the way.
        with override_settings(BRAND_FIRST_CONTENTS="tests.factories.leave_empty"):
            provision(brand)
        brand.refresh_from_db()
    return brand


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """The template and two brands, once a session (a brand a test would cost 0.2 s each)."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("migrate_brands", verbosity=0)
        for slug in BRANDS:
            make_brand(slug)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        close_thread_connections()
        connections.close_all()


@pytest.fixture(autouse=True)
def _no_brand_left_over() -> Iterator[None]:
    """Each test begins and ends with no brand, and with nothing remembered about hosts or limits."""
    forget_hosts()
    for key in client().scan_iter("vitrine:limit:*"):
        client().delete(key)
    yield
    connection.set_schema_to_public()  # type: ignore[attr-defined]


@pytest.fixture
def aurora(db: None) -> Brand:
    return Brand.objects.get(slug="aurora")


@pytest.fixture
def fjord(db: None) -> Brand:
    return Brand.objects.get(slug="fjord")


@pytest.fixture
def in_aurora(aurora: Brand) -> Iterator[Brand]:
    with brand_context(aurora):
        yield aurora


@pytest.fixture
def live_brands(transactional_db: None) -> Iterator[dict[str, Brand]]:
    """For tests that commit: sockets, threads, servers. Put right at set-up, because the flush of
    a committing test empties `public` (the brands) and leaves the brands' tables dirty."""
    with public_context(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname = ANY(%s) AND tablename <> ALL(%s)",
            [[schema_for(slug) for slug in BRANDS], list(_KEPT)],
        )
        tables = [row[0] for row in cursor.fetchall()]
        # Emptying a table costs files, looking into it does not: most tests use a few of them.
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))
        if used := [row[0] for row in cursor.fetchall()]:
            cursor.execute(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE")
    yield {slug: make_brand(slug) for slug in BRANDS}
    close_thread_connections()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Committing tests run after the others: their flush removes the brands that those rely on."""
    items.sort(key=lambda item: "live_brands" in getattr(item, "fixturenames", ()))
