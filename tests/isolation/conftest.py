"""The filled world, once a package, in a transaction that is rolled back at its end.

Not here: its rows (world).
"""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import override_settings
from pytest_django.plugin import DjangoDbBlocker

from kernel.tenancy import public_context
from tenants.selectors import forget_hosts
from tests.checkout.provider import Provider
from tests.isolation.world import World, fill_world
from tests.sandbox.running import WEBHOOK_SECRET


@pytest.fixture(scope="package")
def provider_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The payment sandbox as provider, uploads in a folder of the tests."""
    server = Provider(tmp_path_factory.mktemp("provider") / "state.sqlite")
    server.start()
    with override_settings(
        STRIPE_API_BASE=server.url,
        STRIPE_SECRET_KEY="sk_test_sandbox",
        STRIPE_WEBHOOK_SECRET=WEBHOOK_SECRET,
        WHITENOISE_USE_FINDERS=False,
        MEDIA_ROOT=str(tmp_path_factory.mktemp("uploads")),
    ):
        yield
    server.stop()


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, provider_settings: None) -> Iterator[World]:
    with django_db_blocker.unblock():
        forget_hosts()
        with public_context(), transaction.atomic():
            yield fill_world()
            transaction.set_rollback(True)
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        forget_hosts()


@pytest.fixture(autouse=True)
def _known_hosts() -> None:
    assert settings.PLATFORM_HOST == "localhost"
