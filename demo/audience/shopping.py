"""A purchase from outside: hold, quote, order, pay at the provider as the payment form does, confirm.

Not here: who buys what (guest).
"""

import os
from dataclasses import dataclass
from typing import Any

import httpx

from demo.audience.door import TIMEOUT, Door

CARD, DECLINED_CARD = "pm_card_visa", "pm_card_chargeDeclined"
# Where the browser's script would send the payment to.
PROVIDER = os.environ.get("STRIPE_API_BASE") or "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class Bought:
    """`status` is what the shop says: paid, processing, failed or cancelled."""

    status: str
    number: str
    page: str
    message: str


async def hold(
    door: Door, *, variant: str, quantity: int = 1, show: str | None = None, drop: str | None = None
) -> dict[str, Any]:
    """Keep pieces. Raises Refused."""
    body = {"variant": variant, "quantity": quantity, "show": show, "drop": drop}
    answer: dict[str, Any] = await door.send("/api/v1/holds/", body)
    return answer


async def buy(door: Door, held: dict[str, Any], shopper: dict[str, Any], *, card: str = CARD) -> Bought:
    """Pay for one hold. Raises Refused; a declined card is no refusal but a status."""
    address = shopper["address"]
    quote = await door.send("/api/v1/checkout/quote/", {"country": address["country"]})
    payment = await door.send(
        "/api/v1/checkout/",
        {
            "holds": [one["id"] for one in quote["holds"]] or [held["id"]],
            "email": shopper["email"],
            "name": shopper["name"],
            "address": address,
            "shipping_method": quote["shipping_method"],
            "total_minor": quote["total_minor"],
            "currency": quote["currency"],
        },
    )
    await _pay(payment, card, return_url=door.origin + payment["return_url"])
    outcome = await door.send("/api/v1/checkout/confirm/", {"order": payment["order"]})
    return Bought(outcome["status"], outcome["number"], outcome["page"], outcome["message"])


async def _pay(payment: dict[str, Any], card: str, *, return_url: str) -> None:
    """The provider's browser call. What it answers is not believed: the shop asks the provider itself."""
    secret = payment["client_secret"]
    form = {
        "key": payment["publishable_key"],
        "client_secret": secret,
        "payment_method": card,
        "return_url": return_url,
        "use_stripe_sdk": "true",
    }
    if payment["account"]:
        form["_stripe_account"] = payment["account"]
    url = f"{PROVIDER}/v1/payment_intents/{secret.partition('_secret_')[0]}/confirm"
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        await client.post(url, data=form)
