"""Who is calling behind proxies, and addresses that no page can have.

Not here: brands (tests/tenants) and the API's headers (tests/contract).
"""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.middleware import CallerMiddleware
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.factories.catalog import make_variant
from tests.tenants.browsing import studio


def address_behind(proxies: int, forwarded: str | None) -> str:
    """The caller's address as views see it, when the last proxy is 10.0.0.9."""
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    CallerMiddleware(view)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "10.0.0.9"),  # nobody stands in front: the header is the caller's own word
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.1, 198.51.100.7", "198.51.100.7"),  # what the caller wrote itself stands further left
        (2, "198.51.100.7, 10.0.0.8", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.9"),  # fewer than there should be
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "nonsense", "10.0.0.9"),
        (1, None, "10.0.0.9"),
    ],
)
def test_the_caller_is_whom_our_own_proxies_heard(
    settings: LazySettings, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    assert address_behind(proxies, forwarded) == expected


def test_callers_behind_a_proxy_have_limits_of_their_own(settings: LazySettings, aurora: Brand) -> None:
    settings.TRUSTED_PROXIES = 1
    client = Client(HTTP_HOST="aurora.localhost", REMOTE_ADDR="10.0.0.9")
    left = [
        client.get("/api/v1/brand/", headers={"X-Forwarded-For": address})["X-RateLimit-Remaining"]
        for address in ("198.51.100.7", "198.51.100.7", "198.51.100.8")
    ]
    assert left == ["599", "598", "599"]


@pytest.mark.parametrize("path", ["/media/a%00.webp", "/api/v1/orders/?search=%00", "/studio/products/?q=%00"])
def test_a_zero_byte_in_an_address_is_refused_by_name(aurora: Brand, path: str) -> None:
    answer = studio("owner", aurora).get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "address_unreadable")


def test_strange_page_numbers_and_long_names_are_no_defects(aurora: Brand) -> None:
    client = studio("owner", aurora)
    with brand_context(aurora):
        variant = make_variant()
    assert client.get("/studio/products/?page=²").status_code == 200
    assert client.get(f"/studio/stock/{variant.public_id}/?page=²").status_code == 200
    assert client.get(f"/media/{'a' * 300}.webp").status_code == 404
