"""Fields and the base of what the API takes in: public ids, and no field that it does not know.

Not here: the shapes of one noun (each app's api/).
"""

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kernel import ids
from kernel.errors import InvalidInput


class ClosedSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know: a misspelt name must not be a silent nothing."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            for name in data.keys() - self.fields.keys():
                known = ", ".join(sorted(self.fields))
                raise InvalidInput(param=str(name)[:60], reason=f"There is no such field here. Known are: {known}.")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class PublicIdField(serializers.Field[uuid.UUID, str, str, Any]):
    """`var_01jd…`: a UUID inside, the prefixed text outside."""

    def __init__(self, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**kwargs)

    def to_internal_value(self, data: object) -> uuid.UUID:
        try:
            return ids.parse_public_id(self.prefix, data if isinstance(data, str) else "")
        except ValueError:
            raise serializers.ValidationError(f"This is no id that begins with {self.prefix}_.") from None

    def to_representation(self, value: uuid.UUID) -> str:
        return ids.public_id(self.prefix, value)
