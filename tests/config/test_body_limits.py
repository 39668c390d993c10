"""Bodies that are too long: held back whatever their sender declared, refused in words.

Not here: what is wrong inside a body (tests/contract/test_bodies).
"""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import resolve, reverse
from rest_framework.parsers import MultiPartParser

from catalog.services import images
from config.asgi import application
from config.body_limits import UPLOADS, BodyLimit, limit_of
from streams.services import posters
from tenants.models import Brand
from tests.contract.operations import api_routes
from tests.isolation.routes import Route, routes_of
from tests.tenants.browsing import body, studio

ORDINARY = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
MEGABYTE = b"x" * 1024 * 1024
PICTURES = "/studio/products/prd_1/pictures/"


class Conversation:
    """One request at an ASGI application: chunks are handed out as they are asked for, then the caller waits."""

    def __init__(self, path: str, chunks: Iterator[bytes], headers: dict[str, str] | None = None) -> None:
        named = {"host": "aurora.localhost", "accept": "application/json", **(headers or {})}
        self.scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "client": ("10.0.0.9", 1), "server": ("x", 80),
            "headers": [(name.encode(), value.encode()) for name, value in named.items()],
        }  # fmt: skip
        self.chunks, self.asked, self.is_sent, self.status, self.answer = chunks, 0, False, 0, b""

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        chunk = next(self.chunks, None)
        if chunk is not None:
            return {"type": "http.request", "body": chunk, "more_body": True}
        if not self.is_sent:
            self.is_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()  # for the answer, with the line open
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.answer += message.get("body", b"")


async def swallowed(path: str, chunks: Iterator[bytes], headers: dict[str, str] | None = None) -> tuple[int, bool]:
    """How much of a body reached the application behind the limit, and whether it was cut off there."""
    got = 0
    is_marked = False

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        nonlocal got, is_marked
        while True:
            message = await receive()
            got += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        is_marked = "vitrine.body_limit_passed" in scope

    talk = Conversation(path, chunks, headers)
    await BodyLimit(inner)(talk.scope, talk.receive, talk.send)
    return got, is_marked


@pytest.mark.parametrize(
    ("path", "megabytes", "is_cut"),
    [
        ("/api/v1/products/", 2, False),
        ("/api/v1/products/", 3, True),
        ("/nothing/here/", 3, True),
        (PICTURES, 22, False),
        (PICTURES, 23, True),
        ("/api/v1/shows/shw_1/poster/", 12, False),
        ("/api/v1/shows/shw_1/poster/", 13, True),
        ("/studio/theme/logo/", 5, True),
    ],
)
async def test_a_stream_without_a_length_is_cut_where_its_address_ends(path: str, megabytes: int, is_cut: bool) -> None:
    got, is_marked = await swallowed(path, iter([MEGABYTE] * megabytes))
    assert is_marked == is_cut
    assert got <= limit_of(path)
    assert is_cut or got == megabytes * len(MEGABYTE)


async def test_a_declared_length_is_refused_before_anything_is_read() -> None:
    for declared, asked in ((str(ORDINARY + 1), 0), (str(ORDINARY), 1), ("x", 1), ("1" * 30, 1)):
        talk = Conversation("/api/v1/products/", iter([b"{}"]), {"content-length": declared})

        async def inner(scope: Any, receive: Any, send: Any) -> None:
            await receive()

        await BodyLimit(inner)(talk.scope, talk.receive, talk.send)
        assert talk.asked == asked, declared


async def test_a_program_gets_a_problem_and_a_person_a_page() -> None:
    talk = Conversation("/api/v1/products/", iter([MEGABYTE] * 3))
    await application(talk.scope, talk.receive, talk.send)
    problem = json.loads(talk.answer)
    assert (talk.status, problem["code"], problem["data"]["limit"]) == (413, "body_too_large", ORDINARY)
    page = Conversation("/studio/products/new/", iter([]), {"accept": "text/html", "content-length": "9999999"})
    await application(page.scope, page.receive, page.send)
    assert page.status == 413
    assert b"<h1" in page.answer
    assert b"Send less at once" in page.answer


def parsers_of(route: Route) -> list[type]:
    view: Any = route.view
    return list((getattr(view, "view_class", None) or view.cls).parser_classes)


def test_every_address_that_takes_files_is_listed_and_no_other() -> None:
    by_api = {route.template for route in api_routes() if MultiPartParser in parsers_of(route)}
    assert by_api == {template for template in UPLOADS if template.startswith("api/")}
    assert set(UPLOADS) <= {route.template for route in routes_of("config.urls.brand")}
    assert resolve(reverse("studio-picture-new", args=["prd_1"])).route in UPLOADS


def test_the_forms_with_files_are_those_of_the_list(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    for page in ("/studio/products/import/", "/studio/shows/new/"):
        assert 'enctype="multipart/form-data"' in body(owner.get(page))
        assert resolve(page).route in UPLOADS
    assert 'action="/studio/theme/logo/"' in body(owner.get("/studio/theme/"))
    assert limit_of(PICTURES) == images.MOST_BYTES + ORDINARY
    assert limit_of("/studio/shows/shw_1/") == posters.MOST_BYTES + ORDINARY


def test_a_form_that_django_itself_refuses_is_answered_in_words(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    texts = owner.post("/studio/theme/logo/", {"kind": "x" * (ORDINARY + 1), "file": SimpleUploadedFile("x", b"x")})
    assert texts.status_code == 413
    assert "Send less at once" in body(texts)
    many = owner.post("/studio/products/new/", {f"field{number}": "1" for number in range(2001)})
    assert many.status_code == 400
    assert "too many fields" in body(many)
    torn = owner.post("/studio/products/new/", b"--", content_type="multipart/form-data")
    assert torn.status_code == 400
    assert "the form is broken" in body(torn)
