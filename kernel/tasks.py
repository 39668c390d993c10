"""Tasks that know their brand: stamped when sent, bound when run, refused without one.

Not here: the tasks themselves, nor the schedule (config/celery.py).
"""

from typing import Any

import structlog
from celery import Task
from django.db import transaction

from kernel.tenancy import UnknownBrand, brand_context, current_schema, load_brand, public_context, schema_or_public

HEADER = "vitrine_schema"
PUBLIC = "public"


class TaskWithoutBrand(RuntimeError):
    """A brand's task came without a brand, or with one that is gone. Nothing was done."""


class BrandTask(Task):
    """Runs in the schema of the brand that sent it; `public` never stands in for a missing one.

    Stamped in `apply_async` and not by Celery's signal, which does not fire in eager mode.
    """

    abstract = True

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        options["headers"] = {**(options.get("headers") or {}), HEADER: current_schema()}
        return super().apply_async(args, kwargs, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        schema = _stamped(self)
        if not schema or schema == PUBLIC:
            raise TaskWithoutBrand(f"{self.name}: no brand in the message")
        try:
            with public_context():
                brand = load_brand(schema)
        except UnknownBrand:
            raise TaskWithoutBrand(f"{self.name}: no brand {schema}") from None
        with brand_context(brand), structlog.contextvars.bound_contextvars(task=self.name):
            return super().__call__(*args, **kwargs)


class PlatformTask(Task):
    """Runs on the platform's own tables."""

    abstract = True

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        options["headers"] = {**(options.get("headers") or {}), HEADER: PUBLIC}
        return super().apply_async(args, kwargs, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with public_context(), structlog.contextvars.bound_contextvars(task=self.name):
            return super().__call__(*args, **kwargs)


def send_on_commit(task: "Task[Any, Any]", *args: Any, **kwargs: Any) -> None:
    """Send a task when the transaction has committed, in the brand that is at work now."""
    schema = schema_or_public()

    def send() -> None:
        if schema == PUBLIC:
            task.apply_async(args, kwargs)
            return
        with brand_context(schema):
            task.apply_async(args, kwargs)

    transaction.on_commit(send)


def send_to_brand(task: "Task[Any, Any]", schema: str, *args: Any, **kwargs: Any) -> None:
    """Send a brand's task from outside of it: beat's fan-out, hooks, the sequencer."""
    with brand_context(schema):
        task.apply_async(args, kwargs)


def _stamped(task: "Task[Any, Any]") -> str | None:
    headers = task.request.headers or {}
    stamped: str | None = headers.get(HEADER) or task.request.get(HEADER)
    return stamped
