"""Settings refuse what they don't know, and what is documented is what is read."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.env import BASE_DIR, VARIABLES, read
from config.settings.reference import env_example, settings_page

GOOD = {"VITRINE_SECRET_KEY": "x" * 50, "DATABASE_URL": "postgresql:///x", "REDIS_URL": "redis://localhost/0"}


def test_the_defaults_and_three_secrets_are_enough() -> None:
    assert read(GOOD)["VITRINE_ENV"] == "development"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"VITRINE_PLATFROM_URL": "http://x"}, "VITRINE_PLATFROM_URL is not a setting"),
        ({"VITRINE_ENV": "prod"}, "must be one of development, test, demo, production"),
        ({"VITRINE_LOG_FORMAT": "xml"}, "VITRINE_LOG_FORMAT is 'xml'"),
        ({"VITRINE_DATABASE_POOL": "many"}, "must be a whole number"),
        ({"STRIPE_API_BASE": "localhost"}, "must be a whole URL"),
        ({"VITRINE_SECRET_KEY": "short"}, "at least 50 characters"),
    ],
)
def test_a_wrong_value_refuses_to_boot_and_says_which(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        read({**GOOD, **wrong})


def test_a_missing_secret_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must be set"):
        read({"VITRINE_SECRET_KEY": "x" * 50, "REDIS_URL": "redis://localhost/0"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("y" * 60 + "\n")
    environment = {**GOOD, "VITRINE_SECRET_KEY_FILE": str(file)}
    del environment["VITRINE_SECRET_KEY"]
    assert read(environment)["VITRINE_SECRET_KEY"] == "y" * 60


def test_production_refuses_the_sandbox() -> None:
    production = {**GOOD, "VITRINE_ENV": "production", "VITRINE_PLATFORM_URL": "https://vitrine.example"}
    with pytest.raises(ImproperlyConfigured, match="STRIPE_SECRET_KEY must be set in production"):
        read(production)


def test_every_variable_is_documented() -> None:
    assert all(variable.meaning.endswith(".") for variable in VARIABLES)
    assert (BASE_DIR / "docs/reference/settings.md").read_text() == settings_page()
    assert (BASE_DIR / ".env.example").read_text() == env_example()
