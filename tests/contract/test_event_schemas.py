"""Every event: what its class writes its schema allows, and what its schema allows its class reads.

Not here: the files made from the schemas (tests/config/test_event_types.py).
"""

import datetime as dt
import random
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.module_loading import autodiscover_modules
from jsonschema import Draft202012Validator

from kernel.eventlog.schema import Event, json_schema, registered

autodiscover_modules("events")
EVENTS = [event for event in registered() if not event.__module__.startswith("tests.")]
ROUNDS = 8


def made(schema: Mapping[str, Any], root: Mapping[str, Any], chance: random.Random) -> Any:
    """A value that the schema allows, chosen by chance."""
    if "$ref" in schema:
        return made(root["$defs"][schema["$ref"].rpartition("/")[2]], root, chance)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return made(chance.choice(schema[several]), root, chance)
    match schema.get("type"):
        case "object":
            named = schema.get("properties", {})
            body = {name: made(inner, root, chance) for name, inner in named.items()}
            if isinstance(schema.get("additionalProperties"), dict):
                body["another"] = made(schema["additionalProperties"], root, chance)
            return body
        case "array":
            length = max(schema.get("minItems", 0), min(schema.get("maxItems", 3), chance.randint(0, 3)))
            return [made(schema.get("items", {}), root, chance) for _ in range(length)]
        case "integer":
            return chance.randint(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
        case "number":
            return chance.uniform(schema.get("minimum", -1e6), schema.get("maximum", 1e6))
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
        case "string":
            return text(schema, chance)
    return chance.choice([None, 1, "free", {"free": [1]}])


def text(schema: Mapping[str, Any], chance: random.Random) -> str:
    match schema.get("format"):
        case "date-time":
            moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=chance.randint(0, 10**12))
            return moment.isoformat().replace("+00:00", "Z")
        case "uuid":
            return str(uuid.UUID(int=chance.getrandbits(128), version=4))
    length = max(schema.get("minLength", 0), min(schema.get("maxLength", 24), chance.randint(0, 24)))
    return "".join(chance.choice("aé漢🙂 '<>&\\\"\n") for _ in range(length))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.type}-{event.version}")
def test_an_event_survives_the_log(event: type[Event]) -> None:
    schema = json_schema(event)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    chance = random.Random(event.type)
    for _ in range(ROUNDS):
        data = made(schema, schema, chance)
        validator.validate(data)
        first = event.model_validate(data)
        stored = first.model_dump(mode="json")
        validator.validate(stored)
        assert event.model_validate(stored) == first


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.type}-{event.version}")
def test_an_event_refuses_what_it_does_not_know(event: type[Event]) -> None:
    schema = json_schema(event)
    data = made(schema, schema, random.Random(0)) | {"smuggled": 1}
    assert not Draft202012Validator(schema).is_valid(data)
    with pytest.raises(ValueError, match="smuggled"):
        event.model_validate(data)


def test_names_say_noun_and_past() -> None:
    assert len(EVENTS) > 40
    for event in EVENTS:
        noun, _, happened = event.type.partition(".")
        assert noun
        assert happened.replace("_", "").isalpha(), event.type
