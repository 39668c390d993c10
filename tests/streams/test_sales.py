"""What a show has sold, as the desk's bar shows it.

Not here: orders.
"""

from django.db import transaction

from checkout.events import OrderPaid
from kernel.eventlog.store import append, show_topic
from streams.selectors.sales import show_sales
from tenants.models import Brand
from tests.factories.streams import make_show


def test_paid_orders_of_the_show_are_counted_and_summed(in_aurora: Brand) -> None:
    show, other = make_show(), make_show(title="Another")
    assert show_sales(show, "EUR") == {"orders": 0, "minor": 0, "currency": "EUR"}
    with transaction.atomic():
        orders = ((show, 4600, "EUR"), (show, 3800, "EUR"), (show, 900, "USD"), (other, 100, "EUR"))
        for target, minor, currency in orders:
            paid = OrderPaid(
                order_id="ord_x",
                number="1",
                total_minor=minor,
                currency=currency,
                pieces=1,
                show_id=target.public_id,
                variants=[],
            )
            append(paid, topic=show_topic(target.pk), to="vwr_x")
    assert show_sales(show, "EUR") == {"orders": 2, "minor": 8400, "currency": "EUR"}
