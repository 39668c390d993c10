"""Viewers, holds, orders for tests, made by the services; payments go to the sandbox server.

Not here: products. `fill_checkout` makes the same ids in every brand, so that a query that forgot its
brand is caught by the values.
"""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models.functions import Now

from checkout.models import Customer, Hold, Order, OrderLine, Payment, ShippingMethod
from checkout.selectors.quotes import quote
from checkout.services.holds import LENGTH, create_hold
from checkout.services.orders import Buyer, place_order
from checkout.services.sandbox_purchases import buy
from checkout.services.shipping import add_first_shipping
from kernel.viewers import Viewer, new_viewer
from tests.factories.catalog import VARIANT_ID, make_variant

_numbers = itertools.count(1)

VIEWER_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d1")
HOLD_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d2")
ORDER_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d3")
CUSTOMER_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d4")
PAYMENT_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d5")
METHOD_ID = uuid.UUID("01900000-0000-7000-8000-0000000000d6")
EMAIL = "noor@example.test"
TOKEN = "a-token-of-the-tests"


def make_hold(*, viewer: Viewer | None = None, variant_id: uuid.UUID | None = None, **fields: Any) -> Hold:
    """A live hold of one piece of a new product."""
    viewer = viewer or new_viewer()
    fields.setdefault("quantity", 1)
    return create_hold(
        viewer=viewer, variant_id=variant_id or make_variant().pk, actor=f"viewer:{viewer.key}", **fields
    )


def make_buyer(**fields: str) -> Buyer:
    """Somebody in Lyon, with an address of their own unless one is given."""
    known = {
        "email": f"buyer-{next(_numbers)}@example.test",
        "name": "Noor Haddad",
        "line1": "14 rue des Lilas",
        "postal_code": "69003",
        "city": "Lyon",
        "country": "FR",
    }
    return Buyer(**(known | fields))


def make_payment(*, viewer: Viewer, holds: Sequence[Hold], buyer: Buyer | None = None) -> Payment:
    """A placed order that waits for its payment."""
    buyer = buyer or make_buyer()
    total = quote(holds, to=buyer.place).sums.total
    ids = [hold.pk for hold in holds]
    return place_order(viewer=viewer, hold_ids=ids, buyer=buyer, expected=total, actor=f"viewer:{viewer.key}")


def make_paid_order(*, viewer: Viewer | None = None, variant_id: uuid.UUID | None = None, **fields: Any) -> Order:
    """An order that was held, placed and paid."""
    fields.setdefault("buyer", make_buyer())
    return buy(viewer=viewer or new_viewer(), variant_id=variant_id or make_variant().pk, **fields)


def fill_checkout(brand_index: int) -> None:
    """One row of each kind with the same ids in each brand; amounts rise with `brand_index`. Needs
    `fill_catalog`."""
    add_first_shipping(country="DE", currency="EUR")
    viewer = Viewer(id=VIEWER_ID)
    method = ShippingMethod.objects.create(
        id=METHOD_ID, name=f"Parcel of brand {brand_index}", countries=["DE"], currency="EUR", price_minor=brand_index
    )
    customer = Customer.objects.create(id=CUSTOMER_ID, email=EMAIL, name=f"Noor of brand {brand_index}")
    amount = 1000 + brand_index
    order = Order.objects.create(
        id=ORDER_ID,
        number="X-1",
        token=TOKEN,
        status=Order.Status.PAID,
        customer=customer,
        viewer_key=viewer.key,
        shipping_method=method,
        shipping_name=method.name,
        currency="EUR",
        items_minor=amount,
        shipping_minor=0,
        tax_minor=0,
        tax_basis_points=0,
        tax_included=True,
        total_minor=amount,
        **make_buyer(email=EMAIL, name=f"Noor of brand {brand_index}").columns(),
    )
    common = {"variant_id": VARIANT_ID, "quantity": 1, "unit_minor": amount, "currency": "EUR"}
    hold = make_hold(viewer=viewer, variant_id=VARIANT_ID)
    Hold.objects.filter(pk=hold.pk).update(id=HOLD_ID, expires_at=Now() + LENGTH)
    OrderLine.objects.create(order=order, hold_id=HOLD_ID, product_name=f"Serum of brand {brand_index}", **common)
    Payment.objects.create(
        id=PAYMENT_ID,
        order=order,
        provider_intent=f"pi_of_the_tests_{brand_index}",
        status=Payment.Status.CAPTURED,
        amount_minor=amount,
        captured_minor=amount,
        currency="EUR",
    )
