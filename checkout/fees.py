"""The platform's part of a payment.

Not here: what the provider takes, and how much of a fee goes back with a refund, which the provider decides.
"""

WHOLE = 10_000  # basis points


def platform_fee(total_minor: int, basis_points: int) -> int:
    """Of all that the buyer pays, delivery and tax included, in whole minor units; halves are rounded up.

    The parts of several refunds are not rounded here: the provider gives the fee back by its own books,
    which the payout report reads.
    """
    return (2 * total_minor * basis_points + WHOLE) // (2 * WHOLE)
