"""Customers by the viewer that signed in as them.

Not here: signing in (services/customers.py).
"""

from checkout.models import Customer
from kernel.viewers import Viewer


def customer_of(viewer: Viewer | None) -> Customer | None:
    """The customer whom this browser proved to be, or None."""
    if viewer is None or viewer.customer_id is None:
        return None
    return Customer.objects.filter(pk=viewer.customer_id).first()
