"""Customers by the viewer that signed in as them, and what they filled in last.

Not here: signing in (services/customers.py).
"""

from django.db.models import Q

from checkout.models import Customer, Order
from kernel.viewers import Viewer


def customer_of(viewer: Viewer | None) -> Customer | None:
    """The customer whom this browser proved to be, or None."""
    if viewer is None or viewer.customer_id is None:
        return None
    return Customer.objects.filter(pk=viewer.customer_id).first()


def last_order_of(viewer: Viewer) -> Order | None:
    """The last order of the customer who is signed in, else of this browser since anybody signed out of
    it: nobody is asked for an address twice, and nobody is shown another's."""
    mine = Q(customer=viewer.customer_id) if viewer.customer_id else Q(viewer_key=viewer.key, is_remembered=True)
    return Order.objects.filter(mine).order_by("-id").first()
