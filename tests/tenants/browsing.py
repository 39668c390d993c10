"""A browser for tests: signed in on a host, reading pages as text.

Not here: tests.
"""

import itertools
from typing import Any

from django.test import Client

from tenants.models import Brand
from tests.conftest import PASSWORD

# Logins are limited by address; every browser has its own.
_addresses = itertools.count(1)


def sign_in(email: str, host: str) -> Client:
    """A browser that signed in through the login page of this host."""
    number = next(_addresses)
    client = Client(HTTP_HOST=host, HTTP_ACCEPT="text/html", REMOTE_ADDR=f"10.9.{number // 250}.{number % 250 + 1}")
    response = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def studio(role: str, brand: Brand) -> Client:
    """A browser of the brand's own owner, host or moderator."""
    return sign_in(f"{role}@{brand.slug}.test", f"{brand.slug}.localhost")


def body(response: Any) -> str:
    text: str = response.content.decode()
    return text
