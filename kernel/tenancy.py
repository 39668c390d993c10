"""The one door into a brand's schema, for requests, sockets, tasks and commands. Fails closed.

Not here: which host is which brand (tenants), nor any other way to switch a schema: the forms of
django-tenants that keep state on shared objects are refused by a lint rule.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import structlog
from asgiref.sync import SyncToAsync
from django.db import connection, connections
from django_tenants.utils import get_public_schema_name, get_tenant_model, schema_context, tenant_context

from kernel.errors import Problem
from kernel.turns import TurnThreads

if TYPE_CHECKING:
    from tenants.models import Brand

P = ParamSpec("P")
T = TypeVar("T")

_schema: ContextVar[str | None] = ContextVar("vitrine_schema", default=None)

# Socket code reaches the database through these threads and no others: few, so that they cannot take
# all connections (PostgreSQL's, or the pool's), and each brand in its turn.
_threads = TurnThreads(8, most=6, name="brand")


class NoBrand(RuntimeError):
    """Code that needs a brand ran without one. A defect in the caller, never a user's mistake."""


class UnknownBrand(Problem):
    code = "brand_unknown"
    status = 404
    message = "No brand lives at this address. Check the spelling of the host name."


def current_schema() -> str:
    """The schema of the brand at work. Raises NoBrand where none is set, `public` included."""
    schema = _schema.get()
    if schema is None or schema == get_public_schema_name():
        raise NoBrand("no brand is set here; enter one with kernel.tenancy.brand_context")
    return schema


def schema_or_public() -> str:
    """The schema at work, `public` when no brand is set: for log lines and cache keys."""
    return _schema.get() or get_public_schema_name()


def current_brand() -> "Brand":
    """The Brand at work: from the connection when it was entered by object, else looked up."""
    schema = current_schema()
    tenant = getattr(connection, "tenant", None)
    if tenant is not None and tenant.schema_name == schema and isinstance(tenant, get_tenant_model()):
        return cast("Brand", tenant)
    return load_brand(schema)


def load_brand(schema: str) -> "Brand":
    """The Brand of a schema. Raises UnknownBrand."""
    model = get_tenant_model()
    try:
        return cast("Brand", model._default_manager.get(schema_name=schema))
    except model.DoesNotExist:
        raise UnknownBrand(schema=schema) from None


@contextlib.contextmanager
def brand_context(brand: "Brand | str") -> Iterator[None]:
    """Work in a brand's schema until the block ends, then in whatever was set before.

    A name is taken at its word; entry points that got it from outside check it by `load_brand`.
    """
    inner: contextlib.AbstractContextManager[Any]
    if isinstance(brand, str):
        schema, inner = brand, schema_context(brand)
    else:
        schema, inner = brand.schema_name, tenant_context(brand)
    if schema == get_public_schema_name():
        raise NoBrand("`public` is no brand; use public_context")
    token = _schema.set(schema)
    try:
        with inner, structlog.contextvars.bound_contextvars(brand=schema):
            yield
    finally:
        _schema.reset(token)


@contextlib.contextmanager
def public_context() -> Iterator[None]:
    """Work on the platform's own tables; brand tables are out of reach inside."""
    token = _schema.set(None)
    try:
        with schema_context(get_public_schema_name()):
            yield
    finally:
        _schema.reset(token)


async def run_in_brand(brand: "Brand | str", function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database code from async code: own thread, brand set inside, connection given back after.

    The only way from a socket to the database. `sync_to_async` alone would leave the brand of
    whoever used the thread last.
    """

    def call() -> T:
        try:
            with brand_context(brand):
                return function(*args, **kwargs)
        finally:
            connections.close_all()  # back to the pool, without a schema

    context, key = copy_context(), brand if isinstance(brand, str) else brand.schema_name
    return cast("T", await asyncio.wrap_future(_threads.submit(key, lambda: context.run(call))))


async def run_in_public(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Like `run_in_brand`, for the platform's tables."""

    def call() -> T:
        try:
            with public_context():
                return function(*args, **kwargs)
        finally:
            connections.close_all()

    context = copy_context()
    return cast("T", await asyncio.wrap_future(_threads.submit("", lambda: context.run(call))))


def active_schemas() -> list[str]:
    """The schemas of all brands that are open, oldest first."""
    return _schemas_of("active")


def owing_schemas() -> list[str]:
    """The schemas of all brands that may owe something to buyers, oldest first: a suspended one sells
    nothing, yet what its buyers hold ends in time and their money goes back."""
    return _schemas_of("active", "suspended")


def _schemas_of(*statuses: str) -> list[str]:
    with public_context():
        brands = get_tenant_model()._default_manager.filter(status__in=statuses)
        return list(brands.order_by("created_at").values_list("schema_name", flat=True))


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: the brand at work is part of every key.

    The library's own function asks the thread's connection, which in async code is another
    brand's half of the time (measured: 400 of 800).
    """
    return f"{key_prefix}:{schema_or_public()}:{version}:{key}"


def close_thread_connections() -> None:
    """Close what socket threads hold, so that a test database can be dropped."""
    _threads.run_in_one(connections.close_all)
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
