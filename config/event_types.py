"""Writes what every event looks like: docs/reference/events.json, and TypeScript types for the pages.

Run as `python -m config.event_types`. Not here: the events (each app's events.py) and who may see which.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

REFERENCE = Path("docs/reference/events.json")
TYPES = Path("frontend/src/room/events.ts")

_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def schemas() -> list[Mapping[str, Any]]:
    """The JSON Schema of every registered event, by type and version."""
    # Both only after the apps are loaded.
    from django.utils.module_loading import autodiscover_modules

    from kernel.eventlog.schema import json_schema, registered

    autodiscover_modules("events")
    return [json_schema(event) for event in registered() if not event.__module__.startswith("tests.")]


def reference_text(known: Iterable[Mapping[str, Any]]) -> str:
    return json.dumps({"events": list(known)}, indent=2, ensure_ascii=False) + "\n"


def typescript_text(known: Iterable[Mapping[str, Any]]) -> str:
    """One interface for the data of each event and version, and maps from names to them."""
    known = list(known)
    shared: dict[str, Mapping[str, Any]] = {}
    for schema in known:
        for name, inner in schema.get("$defs", {}).items():
            if shared.setdefault(name, inner) != inner:
                raise ValueError(f"two shapes are called {name}; TypeScript needs a name for each")
    newest = {schema["title"]: schema for schema in known}  # sorted by version: the last one stays
    parts = [
        "// Written by `python -m config.event_types` from the events of the apps. Change those instead.",
        *(_interface(name, shared[name]) for name in sorted(shared)),
        *(_interface(_interface_name(type_), schema) for type_, schema in sorted(newest.items())),
        "export interface EventData {\n"
        + "".join(f'  "{type_}": {_interface_name(type_)};\n' for type_ in sorted(newest))
        + "}",
        "export type EventType = keyof EventData;",
        "/** Shown when the page's own picture has come to them. */\n"
        "export const AT_PICTURE: ReadonlySet<string> = new Set<EventType>([\n"
        + "".join(f'  "{type_}",\n' for type_, schema in sorted(newest.items()) if schema.get("x-timing") == "picture")
        + "]);",
    ]
    return "\n\n".join(parts) + "\n"


def _interface_name(type_: str) -> str:
    return "".join(word.capitalize() for word in type_.replace(".", "_").split("_"))


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    if "properties" not in schema and "enum" in schema:
        return f"export type {name} = {_type(schema)};"
    return f"export interface {name} {{\n" + "".join(f"  {line};\n" for line in _fields(schema)) + "}"


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    # The log holds every field, defaults included: none is optional when read.
    for name, field in schema.get("properties", {}).items():
        yield f"{name}: {_type(field)}"


def _type(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return str(field["$ref"].rsplit("/", 1)[-1])
    if "const" in field:
        return json.dumps(field["const"])
    if "enum" in field:
        return " | ".join(json.dumps(value) for value in field["enum"])
    if "anyOf" in field:
        return " | ".join(dict.fromkeys(_type(choice) for choice in field["anyOf"]))
    kind = field.get("type")
    if kind == "array":
        inner = _type(field.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"Record<string, {_type(values) if isinstance(values, dict) else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def main() -> None:
    """Load the apps and write both files."""
    import django

    django.setup()
    known = schemas()
    for path, text in ((REFERENCE, reference_text(known)), (TYPES, typescript_text(known))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
