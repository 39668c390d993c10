"""A request id on each request, each answer and each log line.

Not here: what is logged (each module) and how it looks (config/settings/logs.py).
"""

import re
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from kernel import ids

HEADER = "X-Request-Id"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9_.-]{8,64}")


def request_id(request: HttpRequest) -> str:
    """The id of this request: the proxy's, when it sent a sane one, else our own."""
    known: str | None = getattr(request, "vitrine_request_id", None)
    if known is None:
        known = take_or_make(request.headers.get(HEADER, ""))
        request.vitrine_request_id = known  # type: ignore[attr-defined]
    return known


def take_or_make(sent: str) -> str:
    """What a proxy sent when it is sane, else a new id."""
    return sent if _ACCEPTABLE.fullmatch(sent) else ids.public_id("req", ids.uuid7())


class RequestIdMiddleware:
    """Binds the id to the log lines of the request and shows it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with structlog.contextvars.bound_contextvars(request_id=request_id(request)):
            response = self.get_response(request)
        response[HEADER] = request_id(request)
        return response
