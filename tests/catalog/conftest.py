"""Uploads of a test go into a folder of its own."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from kernel.tenancy import public_context
from tenants.models import Brand, User


@pytest.fixture(autouse=True)
def uploads(settings: Settings, tmp_path: Path) -> Path:
    """Where the brands' files lie during this test."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def shop_client(brand: Brand, role: str | None = None) -> Client:
    """A browser on the brand's host; with a role, a member's session (with CSRF checks off)."""
    client = Client(headers={"host": f"{brand.slug}.localhost", "accept": "text/html,*/*;q=0.8"})
    if role:
        with public_context():
            user = User.objects.get(email=f"{role}@{brand.slug}.test")
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["vt_host"] = f"{brand.slug}.localhost"
        session.save()
    return client
