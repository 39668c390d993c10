"""From the host of a request to its brand, and a staff session that counts on one host only.

Not here: sockets (tenants.sockets), which no HTTP middleware reaches.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from kernel.errors import Problem
from kernel.tenancy import UnknownBrand, brand_context, public_context
from tenants.errors import BrandNotReady, BrandSuspended
from tenants.models import Brand
from tenants.selectors import brand_by_host

SESSION_HOST = "vt_host"


def host_of(request: HttpRequest) -> str:
    """The host name, lower case, without port and trailing dot; empty when it is not sane."""
    host = request.META.get("HTTP_HOST", "").lower()
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    name = name.removesuffix(".")
    return name if name and all(c.isalnum() or c in "-." for c in name) else ""


class BrandMiddleware:
    """Enters the brand for the rest of the request. Unknown hosts are answered here, before any
    view runs; `request.brand` is None on the platform's own site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.refuse: Callable[[HttpRequest, Problem], HttpResponse] = import_string("config.errors.refuse")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = host_of(request)
        if host == settings.PLATFORM_HOST:
            request.brand = None  # type: ignore[attr-defined]
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            with public_context():
                return self.get_response(request)
        brand = brand_by_host(host) if host else None
        if brand is None:
            with public_context():
                return self.refuse(request, UnknownBrand())
        request.brand = brand  # type: ignore[attr-defined]
        request.tenant = brand  # type: ignore[attr-defined]
        request.urlconf = settings.ROOT_URLCONF
        if brand.status != Brand.Status.ACTIVE:
            problem = BrandSuspended() if brand.status == Brand.Status.SUSPENDED else BrandNotReady(retry_after=2)
            with public_context():
                return self.refuse(request, problem)
        with brand_context(brand):
            return self.get_response(request)


class HostBoundSessionMiddleware:
    """A session that began on one host is anonymous on any other: a cookie that was carried over
    by hand opens nothing. The host is noted when somebody signs in (tenants.accounts)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            bound = request.session.get(SESSION_HOST)
            if bound != host_of(request) and request.session.get("_auth_user_id"):
                request.user = AnonymousUser()
        return self.get_response(request)
