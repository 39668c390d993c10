"""What a brand has, in one number a table: all rows of its schema and its rows in `public`.

Not here: when it must stay the same (the tests).
"""

from django.db import connection

from kernel.tenancy import public_context
from tenants.models import Brand

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'django_migrations' ORDER BY 1"
# The platform's rows of a brand, by the column that names it.
_OWN = (
    ("tenants_brand", "id"),
    ("tenants_domain", "tenant_id"),
    ("tenants_member", "brand_id"),
    ("tenants_apikey", "brand_id"),
    ("tenants_invitation", "brand_id"),
    ("tenants_theme", "brand_id"),
    ("tenants_themerevision", "brand_id"),
)
_HASH = "SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t {where}"


class Checksum:
    """Asked often: the statement is made once."""

    def __init__(self, brand: Brand) -> None:
        schema = brand.schema_name
        with public_context(), connection.cursor() as cursor:
            cursor.execute(_TABLES, [schema])
            own = [_HASH.format(name=name, table=f'"{schema}"."{name}"', where="") for (name,) in cursor.fetchall()]
        shared = [
            _HASH.format(name=name, table=f"public.{name}", where=f"WHERE {column} = '{brand.pk}'")
            for name, column in _OWN
        ]
        self._statement = " UNION ALL ".join([*own, *shared])

    def take(self) -> dict[str, str]:
        """The number of each table."""
        with public_context(), connection.cursor() as cursor:
            cursor.execute(self._statement)
            return dict(cursor.fetchall())

    def changed(self, before: dict[str, str]) -> list[str]:
        """The tables that are not as they were."""
        return [table for table, number in self.take().items() if before[table] != number]
