"""The base of every model: a UUIDv7 key with a public prefix.

Not here: tables. Each app declares its own.
"""

import uuid
from typing import ClassVar, Self

from django.db import models

from kernel import ids


class Record(models.Model):
    """A row with a UUIDv7 key, shown outside as `<id_prefix>_…`."""

    id_prefix: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        return ids.public_id(self.id_prefix, self.id)

    @classmethod
    def parse_id(cls, text: str | uuid.UUID) -> uuid.UUID:
        """The key behind a public id. Raises the model's DoesNotExist when it can't be one."""
        if isinstance(text, uuid.UUID):
            return text
        try:
            return ids.parse_public_id(cls.id_prefix, text)
        except ValueError as error:
            raise cls.DoesNotExist(str(error)) from error

    @classmethod
    def by_public_id(cls, text: str | uuid.UUID) -> Self:
        """The row behind a public id. Raises the model's DoesNotExist."""
        return cls._default_manager.get(pk=cls.parse_id(text))
