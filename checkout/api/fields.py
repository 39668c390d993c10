"""Fields and a base of serialisers: public ids, closed sets of fields, prices that clients may not send.

Not here: the serialisers of one noun.
"""

import uuid
from typing import Any

from rest_framework import serializers

from checkout.errors import PriceTampered
from kernel import ids
from kernel.errors import InvalidInput

# What a client can only mean badly, or by mistake: the server alone decides these.
_DECIDED = frozenset(
    {
        "price", "price_minor", "unit_price", "unit_price_minor", "unit_minor", "amount", "amount_minor", "discount",
        "tax", "tax_minor", "shipping_minor", "status", "viewer", "viewer_key", "customer", "expires_at",
    }
)  # fmt: skip


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, and says so when somebody tries to name the price."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            for name in data.keys() - self.fields.keys():
                if name in _DECIDED:
                    raise PriceTampered(param=str(name), field=str(name))
                raise InvalidInput(param=str(name), reason=f"There is no field {str(name)[:60]!r} here.")
        return super().to_internal_value(data)


class PublicIdField(serializers.CharField):
    """`var_01jd…`, read as a UUID and shown as it came."""

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**kwargs)  # no limits of text: they would be asked of the UUID

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return ids.parse_public_id(self.prefix, text)
        except ValueError:
            raise serializers.ValidationError(f"This is not an id that begins with {self.prefix}_.") from None

    def to_representation(self, value: Any) -> str:
        return ids.public_id(self.prefix, value) if isinstance(value, uuid.UUID) else str(value)


def parse_path_id(prefix: str, text: str) -> uuid.UUID | None:
    """The UUID of an id in a path, None for anything else: the caller says what was not found."""
    try:
        return ids.parse_public_id(prefix, text)
    except ValueError:
        return None
