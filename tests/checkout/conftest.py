"""A shop that can sell: the payment sandbox once a session, ways of delivery, tasks that run at once.

Not here: products and orders; tests make those by the factories.
"""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache

from checkout.services.shipping import add_first_shipping
from config.celery import app
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.checkout.provider import Provider
from tests.sandbox.running import WEBHOOK_SECRET


@pytest.fixture(scope="session")
def _provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    server = Provider(tmp_path_factory.mktemp("provider") / "state.sqlite")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def provider(_provider: Provider, settings: LazySettings) -> Iterator[Provider]:
    """The sandbox as this process's payment provider, without faults left over."""
    settings.STRIPE_API_BASE = _provider.url
    settings.STRIPE_SECRET_KEY = "sk_test_sandbox"
    settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
    _provider.control("faults/clear")
    yield _provider
    _provider.control("faults/clear")


@pytest.fixture
def shop(in_aurora: Brand, provider: Provider) -> Brand:
    """Inside Aurora, which delivers to the EU and can be paid."""
    add_first_shipping(country="DE", currency="EUR")
    return in_aurora


@pytest.fixture
def open_shops(live_brands: dict[str, Brand], provider: Provider) -> dict[str, Brand]:
    """Both brands, committing, each delivering to the EU."""
    for brand in live_brands.values():
        with brand_context(brand):
            add_first_shipping(country="DE", currency="EUR")
    return live_brands


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """Tasks run where they are sent, through the same stamping and binding of brands."""
    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = False
    app.conf.task_eager_propagates = False
    cache.clear()
