"""Our own lint rules: each finds a planted example, passes its allowed neighbour, and the repo."""

import ast

import pytest

from launch.rules import LONGEST_FILE, RULES, Source, read_sources

# rule, path, code that breaks it, code that does not (at the same path)
EXAMPLES = [
    ("schema-decorator", "chat/a.py", "@schema_context('x')\ndef f(): ...", "def f():\n    with brand_context(b): ..."),
    ("schema-decorator", "chat/a.py", "@utils.tenant_context(t)\nasync def f(): ...", "@wraps(f)\ndef g(): ..."),
    ("with-brand", "chat/a.py", "with tenant:\n    pass", "with brand_context(tenant):\n    pass"),
    ("with-brand", "chat/a.py", "with self.brand as b:\n    pass", "with brand_lock:\n    pass"),
    ("with-brand", "chat/a.py", "async def f():\n    async with new_brand:\n        pass", "brand = 1"),
    (
        "tenancy-door",
        "chat/a.py",
        "from django_tenants.utils import schema_context",
        "from django_tenants.utils import get_tenant_model",
    ),
    ("tenancy-door", "chat/a.py", "import django_tenants.utils as u\nu.tenant_context(t)", "u.brand_context(t)"),
    ("own-threads", "chat/a.py", "sync_to_async(f, thread_sensitive=False)", "sync_to_async(f)"),
    (
        "own-threads",
        "chat/a.py",
        "asgiref.sync.sync_to_async(f, thread_sensitive=x)",
        "sync_to_async(f, thread_sensitive=True)",
    ),
    (
        "channels-database",
        "chat/a.py",
        "from channels.db import database_sync_to_async",
        "from channels.db import aclose_old_connections",
    ),
    ("channels-database", "chat/a.py", "channels.db.database_sync_to_async(f)", "channels.db.x(f)"),
    ("connection-switch", "chat/a.py", "connection.set_tenant(b)", "player.set_tenant(b)"),
    ("connection-switch", "chat/a.py", "connections['default'].connection.set_schema('x')", "connection.cursor()"),
    ("vague-name", "chat/utils.py", "", None),
    ("vague-name", "chat/helpers/a.py", "", None),
    ("long-file", "chat/a.py", "x = 1\n" * (LONGEST_FILE + 1), "x = 1\n" * LONGEST_FILE),
    ("no-signals", "chat/a.py", "from django.db.models.signals import post_save", "from django.db.models import F"),
    ("no-signals", "chat/a.py", "from django.dispatch import receiver\n@receiver(x)\ndef f(): ...", "import signal"),
    ("one-clock", "chat/a.py", "import datetime\ndatetime.datetime.now(datetime.UTC)", "clock.now()"),
    ("one-clock", "chat/a.py", "timezone.now()", "timezone.make_aware(x)"),
    ("one-clock", "chat/a.py", "time.time()", "time.monotonic()"),
    ("one-clock", "chat/a.py", "datetime.now(UTC)", "datetime.fromisoformat(x)"),
    ("no-print", "chat/a.py", "print('x')", "logger.info('x')"),
]

# rule and a place where the same code is allowed
ALLOWED = [
    ("tenancy-door", "kernel/tenancy.py", "from django_tenants.utils import schema_context"),
    ("own-threads", "kernel/tenancy.py", "sync_to_async(f, thread_sensitive=False)"),
    ("channels-database", "kernel/tenancy.py", "from channels.db import database_sync_to_async"),
    ("connection-switch", "kernel/tenancy.py", "connection.set_tenant(b)"),
    ("connection-switch", "config/middleware.py", "connection.set_tenant(b)"),
    ("one-clock", "kernel/clock.py", "datetime.now(UTC)"),
    ("one-clock", "demo/a.py", "time.time()"),
    ("no-print", "benchmarks/a.py", "print(1)"),
    ("no-print", "streams/management/commands/a.py", "print(1)"),
    ("no-signals", "tests/a.py", "from django.db.models.signals import post_save"),
]


def found(name: str, path: str, code: str) -> int:
    rule = next(rule for rule in RULES if rule.name == name)
    return len(rule.findings([Source(path, code, ast.parse(code))]))


@pytest.mark.parametrize(("name", "path", "bad", "good"), EXAMPLES)
def test_a_rule_finds_its_example_and_passes_the_neighbour(name: str, path: str, bad: str, good: str | None) -> None:
    assert found(name, path, bad) >= 1
    if good is not None:
        assert found(name, path, good) == 0


@pytest.mark.parametrize(("name", "path", "code"), ALLOWED)
def test_a_rule_knows_where_it_does_not_hold(name: str, path: str, code: str) -> None:
    assert found(name, path, code) == 0


def test_every_rule_has_an_example() -> None:
    assert {rule.name for rule in RULES} == {name for name, *_ in EXAMPLES}


def test_the_code_base_keeps_every_rule() -> None:
    sources = read_sources()
    assert len(sources) > 50
    broken = [f"{rule.name} {finding}" for rule in RULES for finding in rule.findings(sources)]
    assert broken == []
