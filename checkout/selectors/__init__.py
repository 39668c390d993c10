"""Reads of the checkout: bags, quotes, orders, customers.

Not here: changes (services).
"""

from checkout.selectors.bag import bag_lines, hold_view, hold_views, live_holds
from checkout.selectors.customers import customer_of, last_order_of
from checkout.selectors.orders import (
    VIEWS,
    order_by_link,
    order_counts,
    order_steps,
    orders_list,
    orders_of_customer,
)
from checkout.selectors.quotes import Quote, delivery_countries, quote

__all__ = [
    "VIEWS",
    "Quote",
    "bag_lines",
    "customer_of",
    "delivery_countries",
    "hold_view",
    "hold_views",
    "last_order_of",
    "live_holds",
    "order_by_link",
    "order_counts",
    "order_steps",
    "orders_list",
    "orders_of_customer",
    "quote",
]
