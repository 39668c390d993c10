"""JSON bodies of the API: read by a parser that no body can bring down.

Not here: what a body must hold (each app's serialisers).
"""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JsonBody(JSONParser):
    """DRF's parser lets three kinds of body end in a 500: one that is nested deeper than Python's
    stack, one in a character set that does not exist, and half a surrogate pair, which no answer
    that quotes it can be encoded with."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("it is nested too deeply.") from None
        except LookupError:
            raise ParseError("its character set is unknown. Send UTF-8.") from None
        _refuse_half_characters(data)
        return data


def _refuse_half_characters(data: object) -> None:
    waiting = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, str) and not item.isascii():
            try:
                item.encode()
            except UnicodeEncodeError:
                raise ParseError("a text in it holds half a character (a lone surrogate).") from None
