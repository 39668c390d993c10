"""The test payment methods, by token, and what happens when each is charged.

One table feeds the API, the payment form and the tests. No card number exists anywhere, only the last four digits.
"""

from dataclasses import dataclass
from typing import Literal

from sandbox.stripe.errors import JsonObject

Outcome = Literal["approve", "decline", "authenticate", "slow"]


@dataclass(frozen=True)
class TestCard:
    token: str
    last4: str
    label: str
    outcome: Outcome
    brand: str = "visa"
    code: str = ""
    decline_code: str = ""
    message: str = ""
    refund_fails: bool = False
    in_form: bool = True

    def details(self) -> JsonObject:
        return {
            "brand": self.brand,
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "funding": "credit",
            "last4": self.last4,
            "network": self.brand,
        }


_DECLINED = "Your card was declined."

CARDS = {
    card.token: card
    for card in (
        TestCard("pm_card_visa", "4242", "Test card that works", "approve"),
        TestCard(
            "pm_card_authenticationRequired",
            "3184",
            "Card that asks for confirmation",
            "authenticate",
        ),
        TestCard("pm_card_visa_slow", "0077", "Card that takes a few seconds", "slow"),
        TestCard(
            "pm_card_chargeDeclined",
            "0002",
            "Card that is declined",
            "decline",
            code="card_declined",
            decline_code="generic_decline",
            message=_DECLINED,
        ),
        TestCard(
            "pm_card_chargeDeclinedInsufficientFunds",
            "9995",
            "Card without enough funds",
            "decline",
            code="card_declined",
            decline_code="insufficient_funds",
            message="Your card has insufficient funds.",
        ),
        TestCard(
            "pm_card_chargeDeclinedExpiredCard",
            "0069",
            "Card that has expired",
            "decline",
            code="expired_card",
            message="Your card has expired.",
            in_form=False,
        ),
        TestCard(
            "pm_card_mastercard",
            "4444",
            "Second card that works",
            "approve",
            brand="mastercard",
            in_form=False,
        ),
        TestCard(
            "pm_card_refundFail",
            "5126",
            "Card whose refunds fail",
            "approve",
            refund_fails=True,
            in_form=False,
        ),
    )
}
