"""Countries for people: ISO 3166 codes as names in the active language.

Not here: where a brand delivers to and which tax applies (checkout).
"""

from babel import Locale
from django.utils.translation import get_language, to_locale


def country_name(code: str) -> str:
    """FR is France, or Frankreich; a code that nobody knows stays as it is."""
    name: str = Locale.parse(to_locale(get_language() or "en")).territories.get(code, code)
    return name
