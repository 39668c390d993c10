"""PostgreSQL gone in the middle of a request: a clear answer that says what to do, not a defect."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from kernel.tenancy import public_context
from tenants.models import Brand

HOST = "aurora.localhost"


@contextlib.contextmanager
def lost_at(text: str, error: Exception) -> Iterator[None]:
    """Statements that hold this text find the connection closed."""
    real: Callable[..., Any] = CursorWrapper.execute

    def execute(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        if text in str(sql):
            raise error
        return real(self, sql, params)

    with patch.object(CursorWrapper, "execute", execute):
        yield


@pytest.fixture
def visitor(aurora: Brand) -> Iterator[Client]:
    with public_context():
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    "error", [OperationalError("server closed the connection"), InterfaceError("the connection is closed")]
)
def test_a_page_says_to_come_back_and_does_so_by_itself(visitor: Client, error: Exception) -> None:
    with lost_at('FROM "streams_show"', error):
        answer = visitor.get("/live/", headers={"accept": "text/html", "host": HOST})
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert b"Back in a moment" in answer.content
    assert b'http-equiv="refresh" content="2"' in answer.content


def test_the_api_names_it_and_says_when(visitor: Client) -> None:
    with lost_at("apikey", OperationalError("server closed the connection")):
        key = "vt_" + "a" * 8 + "_" + "b" * 43
        answer = visitor.get("/api/v1/shows/", headers={"host": HOST, "authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "database_away", "2")


def test_also_before_a_view_is_reached(visitor: Client) -> None:
    with lost_at('"tenants_brand"', OperationalError("no connection")):
        answer = visitor.get("/live/", headers={"accept": "text/html", "host": "fjord.localhost"})
    assert answer.status_code == 503


def test_a_defect_stays_one(visitor: Client) -> None:
    with lost_at('FROM "streams_show"', ValueError("a defect")):
        answer = visitor.get("/live/", headers={"accept": "text/html", "host": HOST})
    assert answer.status_code == 500
