"""Adding up an order: goods, delivery, tax. Whole minor units, halves rounded up.

Not here: which price, method or rate applies (selectors/quotes.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Sums:
    """`tax` lies inside `total`: already in the prices when `included`, else on top of them."""

    items: Money
    shipping: Money
    tax: Money
    total: Money
    basis_points: int
    included: bool


def add_up(lines: Iterable[tuple[Money, int]], *, shipping: Money, basis_points: int, included: bool) -> Sums:
    """Sums over (unit price, quantity). Delivery is taxed like the goods. Raises CurrencyMismatch."""
    items = sum((unit * quantity for unit, quantity in lines), Money(0, shipping.currency))
    before = items + shipping
    if included:
        tax = Money(_half_up(before.minor * basis_points, 10_000 + basis_points), before.currency)
        return Sums(items, shipping, tax, before, basis_points, included)
    tax = Money(_half_up(before.minor * basis_points, 10_000), before.currency)
    return Sums(items, shipping, tax, before + tax, basis_points, included)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
