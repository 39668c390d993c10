"""The generated event reference and its TypeScript types keep in step with the events.

Not here: what the events mean.
"""

from typing import Any

import pytest

from config import event_types
from config.settings.env import BASE_DIR


def test_files_in_the_repository_are_what_the_events_give_now() -> None:
    known = event_types.schemas()

    for path, text in (
        (event_types.REFERENCE, event_types.reference_text(known)),
        (event_types.TYPES, event_types.typescript_text(known)),
    ):
        stored = (BASE_DIR / path).read_text(encoding="utf-8")
        assert stored == text, f"run `python -m config.event_types` and commit {path}"


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ({"type": "string", "format": "date-time"}, "string"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "number | null"),
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "(string | null)[]"),
        ({"type": "array", "items": {"$ref": "#/$defs/Quote"}}, "Quote[]"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "Record<string, number>"),
        ({"type": "object", "additionalProperties": True}, "Record<string, unknown>"),
        ({"enum": ["a", "b"], "type": "string"}, '"a" | "b"'),
    ],
)
def test_a_field_is_written_as_typescript(field: dict[str, Any], written: str) -> None:
    schema = {"title": "thing.happened", "properties": {"it": field}}

    assert f"it: {written};" in event_types.typescript_text([schema])


def test_two_shapes_of_one_name_are_refused() -> None:
    first = {"title": "a.a", "properties": {}, "$defs": {"Quote": {"properties": {}}}}
    second = {"title": "b.b", "properties": {}, "$defs": {"Quote": {"properties": {"x": {"type": "string"}}}}}

    with pytest.raises(ValueError, match="Quote"):
        event_types.typescript_text([first, second])
