"""Parcels: what of an order went out together, with whom, and whether it arrived."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from checkout.models.order import Order, OrderLine
from kernel.models import Record


class Shipment(Record):
    """An order may go out in several. `url` is where the carrier says how far it is, if it says so."""

    id_prefix = "spm"

    class Status(models.TextChoices):
        SENT = "sent"
        DELIVERED = "delivered"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.SENT)
    carrier = models.CharField(max_length=40, blank=True)
    tracking = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80)
    sent_at = models.DateTimeField(db_default=Now())
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["sent", "delivered"]), name="shipment_status_known"),
            models.CheckConstraint(
                condition=Q(status="sent", delivered_at=None) | Q(status="delivered", delivered_at__isnull=False),
                name="shipment_delivered_has_a_time",
            ),
            # What a page links to: never a script.
            models.CheckConstraint(condition=Q(url="") | Q(url__regex=r"^https?://"), name="shipment_url_is_http"),
        ]


class ShipmentLine(models.Model):
    """How many of a line lie in a parcel."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipment_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipment_line_holds_something"),
        ]
