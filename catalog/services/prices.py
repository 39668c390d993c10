"""The ordinary price of a variant, and the ledger that remembers every one.

Not here: prices of drops (drops) and what a buyer pays in the end (checkout).
"""

import uuid

from django.db import transaction

from catalog.errors import VariantNotFound
from catalog.events import PriceChanged
from catalog.models import Price, PriceChange, Variant
from catalog.selectors.on_sale import is_on_sale
from catalog.selectors.prices import lowest_before
from kernel import clock, ids
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import lock_timeout
from kernel.money import CURRENCIES, Money

HIGHEST = 100_000_000  # minor units; a slip of the finger, not a price


@transaction.atomic
def set_price(*, variant_id: uuid.UUID, price: Money, actor: str, compare_at_minor: int | None = None) -> Price:
    """Set what a variant costs in one currency from now on. The same price again changes nothing.

    Of a product that is not on sale nobody is told. Raises InvalidInput, VariantNotFound. Locks the
    variant's row.
    """
    if not 1 <= price.minor <= HIGHEST:
        raise InvalidInput(param="minor", reason=f"Enter a price from 1 to {HIGHEST} in minor units.")
    require_currency(price)
    if compare_at_minor is not None and not price.minor < compare_at_minor <= HIGHEST:
        raise InvalidInput(param="compare_at_minor", reason="The struck-out price must be above the price.")
    with lock_timeout():
        # Not the key: buyers' holds refer to it, and an import that goes on to the stock row would wait for them.
        variant = Variant.objects.select_for_update(no_key=True).filter(pk=variant_id).first()
    if variant is None:
        raise VariantNotFound
    known = Price.objects.filter(variant=variant, currency=price.currency).first()
    if known and (known.minor, known.compare_at_minor) == (price.minor, compare_at_minor):
        return known
    row, _ = Price.objects.update_or_create(
        variant=variant,
        currency=price.currency,
        defaults={"minor": price.minor, "compare_at_minor": compare_at_minor},
    )
    if known is None or known.minor != price.minor:
        _book(variant, price, actor)
    tell_price(row, actor=actor)
    return row


def require_currency(price: Money) -> None:
    """Raises InvalidInput for a currency that no brand sells in, and for an amount that no card can be charged."""
    if price.currency not in CURRENCIES:
        raise InvalidInput(param="currency", reason=f"Choose a currency out of {', '.join(CURRENCIES)}.")
    if price.minor % price.step:
        raise InvalidInput(
            param="minor", reason=f"In {price.currency} the last figure is 0: cards take no finer price."
        )


def tell_price(price: Price, *, actor: str) -> None:
    """Tell viewers what a variant costs now; of what is not on sale they hear nothing. Under the
    variant's lock."""
    if not is_on_sale(price.variant_id):
        return
    lows = lowest_before([price.variant_id], price.currency) if price.compare_at_minor else {}
    event = PriceChanged(
        variant_id=ids.public_id(Variant.id_prefix, price.variant_id),
        currency=price.currency,
        price_minor=price.minor,
        was_minor=price.compare_at_minor,
        low_30d_minor=lows.get((price.variant_id, None)),
    )
    append(event, topic=SHOP_TOPIC, actor=actor)


def _book(variant: Variant, price: Money, actor: str) -> None:
    """End the row of the ledger that held until now and begin the next."""
    moment = clock.now()
    holding = PriceChange.objects.filter(
        variant=variant, currency=price.currency, drop__isnull=True, special__isnull=True, until__isnull=True
    )
    holding.update(until=moment)
    PriceChange.objects.create(variant=variant, currency=price.currency, minor=price.minor, actor=actor, at=moment)
