"""Canaries into every free text that the services left without one, so that a new column joins by itself.

Not here: rows (world), which the services make.
"""

from django.apps import apps
from django.conf import settings
from django.db import models

# Texts that mean something to the program; a canary there would be a lie or break the row. By
# name of the column, or app.model.column where the name is free text elsewhere.
MEANINGFUL = frozenset(
    {
        "actor", "account", "disabled_reason", "author_key", "badge", "body_hash", "caller", "code_hash",
        "content_type", "country",
        "currency", "event_id", "failure_code", "failure_ref", "failure", "holder", "key", "key_hash", "kind",
        "language", "number", "object_id", "provider_intent", "provider_refund", "reference", "removed_by", "route",
        "session", "sessions", "sku", "slug", "status", "template", "time_zone", "to", "token", "topic", "type",
        "viewer_key", "countries", "orientation", "visibility", "poster", "image_url", "url", "hint", "content",
        "catalog.productimage.small", "catalog.productimage.medium", "catalog.productimage.large",
        "catalog.draw.seed", "catalog.draw.commitment", "catalog.draw.root", "catalog.place.group",
        "checkout.regiontaxrate.region", "checkout.coupon.code",
        "eventlog.cursor.name", "eventlog.parkedevent.cursor",
    }
)  # fmt: skip
# The journal is append-only: a trigger refuses changes, also ours.
APPEND_ONLY = frozenset({"catalog.stockmove", "catalog.pricechange"})


def free_texts() -> list[tuple[type[models.Model], models.Field]]:
    """Every column of the brands' tables that holds words somebody chose."""
    labels = {name.rpartition(".")[2] for name in settings.TENANT_APPS}
    return [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in labels and model._meta.label_lower not in APPEND_ONLY
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices
        if field.name not in MEANINGFUL and f"{model._meta.label_lower}.{field.name}" not in MEANINGFUL
    ]


def paint(slug: str) -> None:
    """Give each free text of the current brand's rows that has no canary one of its own."""
    for model, field in free_texts():
        bare = model._default_manager.exclude(**{f"{field.name}__contains": f"canary-{slug}"})
        for row in bare.order_by("pk"):
            text = f"canary-{slug}-{model._meta.model_name}-{field.name}-{str(row.pk)[-4:]}"
            if isinstance(field, models.EmailField):
                text += "@example.test"
            assert field.max_length is None or field.max_length >= len("canary-aurora"), f"{model} {field.name}"
            setattr(row, field.name, text[: field.max_length])
            row.save(update_fields=[field.name])
