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
from checkout.selectors.payment_account import can_be_paid, payment_account
from checkout.selectors.quotes import Quote, delivery_countries, quote
from checkout.selectors.returns import returnable_by_team, returnable_lines, returns_list

__all__ = [
    "VIEWS",
    "Quote",
    "bag_lines",
    "can_be_paid",
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
    "payment_account",
    "quote",
    "returnable_by_team",
    "returnable_lines",
    "returns_list",
]
