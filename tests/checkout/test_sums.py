"""Totals against an independent oracle that counts in fractions, in five currencies, one without decimals."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout.sums import add_up
from kernel.money import CurrencyMismatch, Money

CURRENCIES = ("EUR", "USD", "SEK", "JPY", "AED")
LINES = st.lists(st.tuples(st.integers(1, 10_000_000), st.integers(1, 20)), min_size=1, max_size=20)


def nearest(value: Fraction) -> int:
    """Halves go up."""
    whole = value.numerator // value.denominator
    return whole + 1 if value - whole >= Fraction(1, 2) else whole


@given(LINES, st.integers(0, 100_000), st.integers(0, 9_999), st.booleans(), st.sampled_from(CURRENCIES))
def test_totals_are_what_the_oracle_says(
    lines: list[tuple[int, int]], shipping: int, basis_points: int, included: bool, currency: str
) -> None:
    sums = add_up(
        [(Money(minor, currency), quantity) for minor, quantity in lines],
        shipping=Money(shipping, currency),
        basis_points=basis_points,
        included=included,
    )
    gross = sum(minor * quantity for minor, quantity in lines) + shipping
    rate = Fraction(basis_points, 10_000)
    tax = nearest(gross * rate / (1 + rate)) if included else nearest(gross * rate)
    assert sums.tax.minor == tax
    assert sums.total.minor == (gross if included else gross + tax)
    assert sums.items.minor + sums.shipping.minor == gross
    assert {part.currency for part in (sums.items, sums.shipping, sums.tax, sums.total)} == {currency}


@pytest.mark.parametrize(
    ("minor", "basis_points", "included", "tax", "total"),
    [
        (4290, 1900, True, 685, 4290),  # 684.96
        (1000, 2550, True, 203, 1000),  # 203.19
        (50, 100, False, 1, 51),  # 0.5 goes up
        (49, 100, False, 0, 49),
        (1200, 1000, False, 120, 1320),
    ],
)
def test_known_sums(minor: int, basis_points: int, included: bool, tax: int, total: int) -> None:
    lines = [(Money(minor, "JPY"), 1)]
    sums = add_up(lines, shipping=Money(0, "JPY"), basis_points=basis_points, included=included)
    assert (sums.tax.minor, sums.total.minor) == (tax, total)


def test_two_currencies_never_add_up() -> None:
    with pytest.raises(CurrencyMismatch):
        add_up([(Money(1, "EUR"), 1)], shipping=Money(1, "USD"), basis_points=0, included=True)
