"""An order under its lock, and the payment that paid it: where every change of an order begins.

Not here: the changes.
"""

import uuid

from checkout.errors import OrderNotFound, RefundNotPossible
from checkout.models import Order, Payment


def locked_order(order_id: uuid.UUID) -> Order:
    """The order under its row lock. Raises OrderNotFound."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound
    return order


def captured_payment(order: Order) -> Payment:
    """The payment that paid the order. Raises RefundNotPossible."""
    payment = order.payments.filter(status=Payment.Status.CAPTURED, is_late=False).first()
    if payment is None:
        raise RefundNotPossible
    return payment
