"""Middleware that belongs to no app: health answers before any brand, headers of API answers.

Not here: brands (tenants.middleware) and request ids (kernel.requestid).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config import health
from kernel.ratelimit import Decision

_HEALTH = {"/livez": health.livez, "/readyz": health.readyz}


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
