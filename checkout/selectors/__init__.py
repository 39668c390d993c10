"""Reads of the checkout: bags, orders, customers.

Not here: changes (services).
"""

from checkout.selectors.bag import bag_lines, hold_view, hold_views, live_holds
from checkout.selectors.customers import customer_of

__all__ = ["bag_lines", "customer_of", "hold_view", "hold_views", "live_holds"]
