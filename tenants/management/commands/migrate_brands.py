"""`manage.py migrate_brands`: public, the template, then every brand that is behind.

Not here: making a brand (tenants.services.provisioning).
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_tenants.migration_executors.base import run_migrations
from psycopg import sql

from kernel.tenancy import public_context
from tenants.models import Brand

# Django's `migrate` reads every one of its options; these are its defaults, quiet.
_OPTIONS: dict[str, Any] = {
    "app_label": None, "migration_name": None, "database": "default", "fake": False, "fake_initial": False,
    "plan": False, "check_unapplied": False, "run_syncdb": True, "interactive": False, "verbosity": 0,
    "prune": False, "skip_checks": True, "tenant": False, "shared": False, "executor": "standard",
    "force_color": False, "no_color": True, "settings": None, "pythonpath": None, "traceback": True,
}  # fmt: skip


class Command(BaseCommand):
    help = "Migrate the platform's tables, the template and all brands. Brands at the newest level are skipped."

    def handle(self, *args: Any, **options: Any) -> None:
        with public_context():
            call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA IF NOT EXISTS "{settings.TENANT_BASE_SCHEMA}"')
        migrated: set[str] = set()
        # Asked again at the end: a brand may have been cloned from the template as it was before.
        while behind := [schema for schema in _behind(_schemas()) if schema not in migrated]:
            for number, schema in enumerate(behind, start=1):
                self.stdout.write(f"  {number} of {len(behind)}: {schema}")
                run_migrations(args=[], options=_OPTIONS, executor_codename="standard", schema_name=schema)
                migrated.add(schema)
        self.stdout.write(f"Schemas migrated: {len(migrated)}.")


def _schemas() -> list[str]:
    """The template, from which new brands are cloned meanwhile, and every brand, oldest first."""
    with public_context():
        brands = Brand.objects.order_by("created_at").values_list("schema_name", flat=True)
        return [settings.TENANT_BASE_SCHEMA, *brands]


def _behind(schemas: list[str]) -> list[str]:
    """The schemas that lack a migration, found by one statement over all of them: asking Django
    for each took 12 minutes for 900 schemas with nothing to do (django-tenants issue 719)."""
    wanted = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations'")
        known = {row[0] for row in cursor.fetchall()}
        # A brand that signed up but has no schema yet will be cloned from the migrated template.
        cursor.execute("SELECT nspname FROM pg_namespace")
        existing = {row[0] for row in cursor.fetchall()}
        schemas = [schema for schema in schemas if schema in existing]
        present = [schema for schema in schemas if schema in known]
        done: dict[str, set[str]] = {}
        if present:
            one = sql.SQL("SELECT {}, app || '.' || name FROM {}")
            parts = [one.format(sql.Literal(name), sql.Identifier(name, "django_migrations")) for name in present]
            cursor.execute(sql.SQL(" UNION ALL ").join(parts))
            for schema, migration in cursor.fetchall():
                done.setdefault(schema, set()).add(migration)
    return [schema for schema in schemas if not wanted <= done.get(schema, set())]
