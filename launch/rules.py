"""Rules of this code base that no ready-made linter knows: each has a name, a reason, a test.

Run as ``python -m launch.rules``. What ruff, mypy and import-linter check is not repeated here.
"""

import ast
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from launch.paths import ROOT

APPS = ("kernel", "tenants", "catalog", "streams", "checkout", "chat")
CODE = (*APPS, "config", "launch", "sandbox", "demo", "benchmarks", "tests")
LONGEST_FILE = 600
VAGUE_NAMES = frozenset({"utils", "helpers", "common", "misc"})
TENANCY_DOOR = "kernel/tenancy.py"
# The second makes ids, which must rise even while a test holds the clock.
CLOCKS = frozenset({"kernel/clock.py", "kernel/ids.py"})


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the root of the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def folder(self) -> str:
        """The top folder, which says whose file it is."""
        return self.path.split("/", 1)[0]


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """What is looked for, why it is refused, and what to do instead."""

    name: str
    message: str
    look: Callable[[Source], Iterator[int]]

    def findings(self, sources: Sequence[Source]) -> list[Finding]:
        """Every place in the sources that breaks the rule."""
        return [Finding(source.path, line) for source in sources for line in self.look(source)]


def dotted(node: ast.AST) -> str:
    """The dotted name of an expression, empty if it is none. Calls are looked through."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return dotted(node).rpartition(".")[2]


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call in the file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def imported(source: Source) -> Iterator[tuple[str, str, int]]:
    """Every import as module, name in it, and line; the name is empty for ``import module``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)


def schema_decorators(source: Source) -> Iterator[int]:
    """``@schema_context(…)`` and ``@tenant_context(…)``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if last_name(decorator) in {"schema_context", "tenant_context", "brand_context"}:
                    yield decorator.lineno


def with_a_brand(source: Source) -> Iterator[int]:
    """``with tenant:``, ``with self.brand:``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                expression = item.context_expr
                name = "" if isinstance(expression, ast.Call) else last_name(expression).lower()
                if name.endswith(("tenant", "brand")):
                    yield expression.lineno


def foreign_context_imports(source: Source) -> Iterator[int]:
    """The library's own context managers, by import or by attribute of the imported module."""
    if source.path == TENANCY_DOOR:
        return
    names = {"schema_context", "tenant_context"}
    for module, name, line in imported(source):
        if module == "django_tenants.utils" and name in names:
            yield line
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node.lineno


def own_threads(source: Source) -> Iterator[int]:
    """``sync_to_async(…, thread_sensitive=False)``."""
    if source.path == TENANCY_DOOR:
        return
    for call in calls(source):
        if last_name(call.func) in {"sync_to_async", "SyncToAsync"}:
            for keyword in call.keywords:
                is_true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
                if keyword.arg == "thread_sensitive" and not is_true:
                    yield call.lineno


def channels_database_calls(source: Source) -> Iterator[int]:
    """``database_sync_to_async`` in any form."""
    if source.path == TENANCY_DOOR:
        return
    for _, name, line in imported(source):
        if name in {"database_sync_to_async", "DatabaseSyncToAsync"}:
            yield line
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"database_sync_to_async", "DatabaseSyncToAsync"}:
            yield node.lineno


def connection_switches(source: Source) -> Iterator[int]:
    """``connection.set_tenant(…)`` and its likes."""
    if source.path == TENANCY_DOOR or source.folder in {"config", "tests"}:
        return
    switches = {"set_tenant", "set_schema", "set_schema_to_public"}
    for call in calls(source):
        function = call.func
        if (
            isinstance(function, ast.Attribute)
            and function.attr in switches
            and "connection" in dotted(function.value).lower()
        ):
            yield call.lineno


def vague_names(source: Source) -> Iterator[int]:
    """Modules and packages named for nothing."""
    parts = {part.removesuffix(".py") for part in source.path.split("/")}
    if parts & VAGUE_NAMES:
        yield 1


def long_files(source: Source) -> Iterator[int]:
    """Files that hold more than one topic."""
    if source.text.count("\n") > LONGEST_FILE:
        yield LONGEST_FILE + 1


def signals(source: Source) -> Iterator[int]:
    """Django's signals in an app."""
    if source.folder not in APPS:
        return
    for module, name, line in imported(source):
        if module in {"django.db.models.signals", "django.dispatch"} or (
            module == "django.db.models" and name == "signals"
        ):
            yield line
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (decorator.lineno for decorator in node.decorator_list if last_name(decorator) == "receiver")


def other_clocks(source: Source) -> Iterator[int]:
    """The wall clock read past ``kernel.clock``."""
    if source.folder not in APPS or source.path in CLOCKS:
        return
    for call in calls(source):
        if dotted(call.func).removeprefix("datetime.") in CLOCK_READS or dotted(call.func) in CLOCK_READS:
            yield call.lineno


CLOCK_READS = frozenset(
    {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate",
        "django.utils.timezone.now", "time.time", "time.time_ns",
    }
)  # fmt: skip


def prints(source: Source) -> Iterator[int]:
    """``print(…)`` in an app; its management commands speak to a person."""
    if source.folder in APPS and "/management/commands/" not in source.path:
        yield from (call.lineno for call in calls(source) if dotted(call.func) == "print")


RULES = (
    Rule("schema-decorator", "keeps state on one shared object; use `with` inside the function", schema_decorators),
    Rule("with-brand", "keeps one stack for all threads; use kernel.tenancy.brand_context", with_a_brand),
    Rule("tenancy-door", "enter a brand only through kernel.tenancy", foreign_context_imports),
    Rule("own-threads", "a thread of its own has no brand; use kernel.tenancy's helper", own_threads),
    Rule("channels-database", "leaves the brand to the next; use kernel.tenancy's helper", channels_database_calls),
    Rule("connection-switch", "enter a brand only through kernel.tenancy", connection_switches),
    Rule("vague-name", "name the module after its one topic", vague_names),
    Rule("long-file", f"more than {LONGEST_FILE} lines hold more than one topic", long_files),
    Rule("no-signals", "business flow goes through services and the event log", signals),
    Rule("one-clock", "ask kernel.clock, which tests can set", other_clocks),
    Rule("no-print", "use the log in an app", prints),
)  # fmt: skip


def read_sources(root: Path = ROOT, folders: Sequence[str] = CODE) -> list[Source]:
    """Every Python file of the folders. A file that cannot be parsed raises SyntaxError with its path."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                text = path.read_text(encoding="utf-8")
                found.append(Source(path.relative_to(root).as_posix(), text, ast.parse(text, str(path))))
    return found


def main() -> int:
    """Check every rule, say each with its findings, 1 if any is broken."""
    sources = read_sources()
    failed = False
    for rule in RULES:
        findings = rule.findings(sources)
        failed = failed or bool(findings)
        print(f"{'FAIL' if findings else 'PASS'}  {rule.name}")
        for finding in findings:
            print(f"      {finding}  {rule.message}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
