"""Names of countries. Not here: prices and places of delivery."""

from django.utils import translation

from kernel.countries import country_name


def test_a_code_becomes_a_name_in_the_readers_language() -> None:
    with translation.override("en"):
        assert country_name("DE") == "Germany"
        assert country_name("ZZZ") == "ZZZ"
    with translation.override("fr"):
        assert country_name("DE") == "Allemagne"
