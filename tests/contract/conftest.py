"""The filled world of tests/isolation, for calls of the API that should find something.

Not here: its rows.
"""

from tests.isolation.conftest import provider_settings, world

__all__ = ["provider_settings", "world"]
