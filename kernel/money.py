"""Money: integer minor units and their currency.

Not here: prices (catalog) and payments (checkout). No float ever holds money.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from django.utils.translation import get_language, to_locale

# What brands may sell in. Exponents come from ISO 4217 as Babel ships it.
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "JPY", "KRW", "AED", "KWD", "CAD", "AUD")


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """`minor` units of `currency` (ISO 4217, upper case): Money(3800, "EUR") is €38."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("money is counted in whole minor units")
        if len(self.currency) != 3 or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 code: {self.currency!r}")

    @property
    def exponent(self) -> int:
        """Digits after the point: 2 for EUR, 0 for JPY."""
        return get_currency_precision(self.currency)

    @property
    def step(self) -> int:
        """Minor units that no amount may cut through: card networks take three decimals with a last one of 0."""
        return 10 if self.exponent == 3 else 1

    @property
    def formatted(self) -> str:
        """For people, in the active language; whole amounts without decimals: €38, €38.50, KWD 1.250."""
        scale = 10**self.exponent
        locale = Locale.parse(to_locale(get_language()))
        pattern = locale.currency_formats["standard"].pattern
        if get_currency_symbol(self.currency, locale)[-1].isalpha():
            pattern = pattern.replace("¤#", "¤\xa0#")  # CLDR's rule for letters beside digits, which Babel leaves out
        pattern = pattern.replace(".00", "." + "0" * self.exponent if self.minor % scale else "")
        amount = Decimal(self.minor) / scale
        return format_currency(amount, self.currency, format=pattern, locale=locale, currency_digits=False)

    def __add__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    def __lt__(self, other: Self) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __str__(self) -> str:
        return self.formatted

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
