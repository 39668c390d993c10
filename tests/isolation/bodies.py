"""Bodies that a route would take: JSON from the API's own description, forms from the pages' own HTML.

Not here: sending them.
"""

import datetime as dt
import io
from collections.abc import Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from PIL import Image

from kernel import clock
from tests.isolation.routes import Route

Samples = Mapping[str, str]
SOAP = b"name,sku,price\nSoap,SOAP-1,4.00\n"
# Fields that a body may not have beside the others.
ONE_IS_ENOUGH = {"/api/v1/holds/ticket/": ("drop", "show")}
_TYPED = {"email": "somebody@example.test", "number": "1"}


def picture(colour: str = "#843a47") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 640), colour).save(target, "PNG")
    return target.getvalue()


@cache
def description() -> dict[str, Any]:
    """The API as its schema tells it."""
    generator: Any = SchemaGenerator(urlconf="config.urls.brand")  # type: ignore[no-untyped-call]
    schema: dict[str, Any] = generator.get_schema(public=True)
    return schema


def json_body(route: Route, method: str, samples: Samples) -> Any:
    """A body by the operation's schema; a generic one where the description has none."""
    content = _operation(route, method).get("requestBody", {}).get("content", {}).get("application/json", {})
    if "schema" not in content:
        return {"name": "plausible", "title": "plausible", "quantity": 1, "status": "active"}
    body = instance(content["schema"], samples)
    for field in ONE_IS_ENOUGH.get(route.openapi_path, ()):
        body.pop(field)
    return body


def instance(schema: Mapping[str, Any], samples: Samples, name: str = "") -> Any:
    """A value that the schema allows; names of fields that mean an id get one of the world."""
    if "$ref" in schema:
        return instance(description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], samples, name)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in schema:
            return instance(schema[several][0], samples, name)
    if "enum" in schema:
        return "EUR" if name == "currency" else schema["enum"][0]
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {key: instance(inner, samples, key) for key, inner in fields.items() if not inner.get("readOnly")}
        case "array":
            return [instance(schema.get("items", {}), samples, name.removesuffix("s"))]
        case "integer" | "number":
            least: int = schema.get("minimum", 1) or 1
            return least + 1 if name == "compare_at_minor" else least  # it must lie above the price
        case "boolean":
            return True
    return _text(schema, samples, name)


def _text(schema: Mapping[str, Any], samples: Samples, name: str) -> str:
    by_name = {
        "coupon": "", "region": "", "currency": "EUR", "country": "DE", "time_zone": "Europe/Berlin",
        "email": "somebody@example.test",
    }  # fmt: skip
    if name in by_name:
        return by_name[name]
    noun = name.removesuffix("_id").removesuffix("_ids")
    if noun in samples and "_" in samples[noun]:
        return samples[noun]
    known = {
        "date-time": clock.isoformat(clock.now() + dt.timedelta(days=1)),
        "email": "somebody@example.test",
        "uri": "https://example.test/",
    }
    text = known.get(str(schema.get("format")), "plausible")
    return text[: schema.get("maxLength", 200)]


def file_body(route: Route, method: str) -> dict[str, Any] | None:
    """The files that an operation takes, when it takes some."""
    content = _operation(route, method).get("requestBody", {}).get("content", {})
    schema = content.get("multipart/form-data", {}).get("schema")
    if schema is None:
        return None
    fields = (
        schema if "$ref" not in schema else description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    )
    table = "imports" in route.template
    upload = SimpleUploadedFile(*(("stock.csv", SOAP, "text/csv") if table else ("one.png", picture(), "image/png")))
    return {
        name: upload if inner.get("format") == "binary" else instance(inner, {}, name)
        for name, inner in fields["properties"].items()
    }


def _operation(route: Route, method: str) -> dict[str, Any]:
    found: dict[str, Any] = description()["paths"].get(route.openapi_path, {}).get(method.lower(), {})
    return found


class Forms(HTMLParser):
    """The POST forms of a page: where each goes, and its fields as they would be sent unchanged."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.page = page
        self.found: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {key: value or "" for key, value in attrs}
        if tag == "form":
            action = got.get("action") or self.page
            self._form = self.found.setdefault(action, {}) if got.get("method", "").lower() == "post" else None
        elif self._form is not None and got.get("name") and tag in ("input", "button", "textarea"):
            self._form.setdefault(got["name"], got.get("value") or _TYPED.get(got.get("type", ""), "plausible"))
        elif self._form is not None and tag == "select":
            self._select = got.get("name", "")
        elif self._form is not None and tag == "option" and self._select and "selected" in got:
            self._form[self._select] = got.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
