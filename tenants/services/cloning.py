"""A brand's schema as a true copy of the template: cloned, names put right, then compared.

Not here: the other steps of provisioning.
"""

from django.conf import settings
from django.db import connection
from django_tenants.clone import CloneSchema
from django_tenants.utils import schema_exists

# The clone names unique constraints anew (PostgreSQL's LIKE does); a later migration, and our
# errors, know them by the template's names. Pairs are found by table and definition.
_WRONG_NAMES = """
WITH found AS (
    SELECT n.nspname AS schema, c.relname AS relation, con.conname AS name,
           replace(pg_get_constraintdef(con.oid), n.nspname || '.', '') AS definition,
           row_number() OVER (PARTITION BY n.nspname, c.relname,
               replace(pg_get_constraintdef(con.oid), n.nspname || '.', '') ORDER BY con.conname) AS nth
    FROM pg_constraint con
    JOIN pg_class c ON c.oid = con.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN (%(template)s, %(copy)s) AND con.contype <> 'n'
)
SELECT copy.relation, copy.name, template.name
FROM found AS copy
JOIN found AS template USING (relation, definition, nth)
WHERE copy.schema = %(copy)s AND template.schema = %(template)s AND copy.name <> template.name
"""

# The clone rewrites `template.name` inside a function, yet not the search_path that is fixed on it: a copy's
# function would go on working on the template's tables.
_WRONG_PATHS = """
SELECT p.oid::regprocedure::text
FROM pg_proc p, unnest(p.proconfig) AS setting
WHERE p.pronamespace = %(copy)s::regnamespace
  AND setting LIKE 'search_path=%%' AND position(%(template)s IN setting) > 0
"""

_SHAPE = """
SELECT 'column', table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable,
       replace(column_default, %(schema)s || '.', ''), is_identity)
FROM information_schema.columns WHERE table_schema = %(schema)s
UNION ALL
SELECT 'constraint', c.relname, con.conname, replace(pg_get_constraintdef(con.oid), %(schema)s || '.', '')
FROM pg_constraint con JOIN pg_class c ON c.oid = con.conrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND con.contype <> 'n'
UNION ALL
SELECT 'index', tablename, indexname, replace(indexdef, %(schema)s || '.', '')
FROM pg_indexes WHERE schemaname = %(schema)s
UNION ALL
SELECT 'trigger', c.relname, t.tgname, replace(pg_get_triggerdef(t.oid), %(schema)s || '.', '')
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal
UNION ALL
SELECT 'function', p.proname, '', replace(pg_get_functiondef(p.oid), %(schema)s, '')
FROM pg_proc p WHERE p.pronamespace = %(schema)s::regnamespace
"""


class CloneDiffers(RuntimeError):
    """The copy is not like the template. The transaction that made it must not be committed."""


def clone_template(schema: str) -> None:
    """Make `schema` from the template, whole or not at all. Raises CloneDiffers.

    Does nothing when the schema exists: it was made by a run that died before it could say so.
    """
    if schema_exists(schema):
        return
    template = settings.TENANT_BASE_SCHEMA
    CloneSchema().clone_schema(template, schema)
    with connection.cursor() as cursor:
        cursor.execute(_WRONG_NAMES, {"template": template, "copy": schema})
        for table, wrong, right in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{schema}"."{table}" RENAME CONSTRAINT "{wrong}" TO "{right}"')
        cursor.execute(_WRONG_PATHS, {"template": template, "copy": schema})
        for (function,) in cursor.fetchall():
            cursor.execute(f'ALTER FUNCTION {function} SET search_path = "{schema}", public')
    missing = shape(template) ^ shape(schema)
    if missing:
        raise CloneDiffers(f"{len(missing)} differences, the first: {min(missing)}")


def shape(schema: str) -> set[tuple[str, str, str, str]]:
    """Columns, constraints, indexes, triggers and functions of a schema, without its name."""
    with connection.cursor() as cursor:
        cursor.execute(_SHAPE, {"schema": schema})
        return {(kind, table, name, definition or "") for kind, table, name, definition in cursor.fetchall()}
