"""Middleware that belongs to no app: who is calling, addresses that cannot be meant, health answers
before any brand, headers of API answers.

Not here: brands (tenants.middleware) and request ids (kernel.requestid).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import health
from config.errors import AddressUnreadable, refuse
from kernel.callers import caller_address
from kernel.ratelimit import Decision

_HEALTH = {"/livez": health.livez, "/readyz": health.readyz}


class CallerMiddleware:
    """REMOTE_ADDR is the caller's address also behind our proxies, else all callers share one limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer, forwarded = request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = caller_address(peer, forwarded)
        return self.get_response(request)


class AddressMiddleware:
    """A zero byte in an address means nothing, and neither PostgreSQL nor a file system takes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return refuse(request, AddressUnreadable())
        return self.get_response(request)


class HealthMiddleware:
    """/livez and /readyz on any host name: a load balancer asks by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _HEALTH.get(request.path)
        return answer() if answer else self.get_response(request)


class ApiHeadersMiddleware:
    """Rate-limit figures and `no-store` on what the API answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/api/v1/"):
            response.headers.setdefault("Cache-Control", "no-store")
            rate: Decision | None = getattr(request, "vitrine_rate", None)
            if rate is not None:
                response["X-RateLimit-Limit"] = str(rate.limit)
                response["X-RateLimit-Remaining"] = str(rate.remaining)
                response["X-RateLimit-Reset"] = str(rate.reset)
        return response
