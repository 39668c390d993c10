"""Rows for tests, made by the real services; one file an app."""

from tenants.models import Brand


def leave_empty(brand: Brand) -> None:
    """What the brands of tests find in their studio: nothing."""
