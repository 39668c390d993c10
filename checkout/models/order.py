"""What somebody bought, for how much and where it goes, as it was on the day; and the counter of numbers."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from checkout.models.customer import Customer
from checkout.models.shipping import ShippingMethod
from kernel.models import Record
from kernel.money import Money


def new_token() -> str:
    """What opens the confirmation page without signing in: 128 bits."""
    return secrets.token_urlsafe(16)


class Order(Record):
    """Amounts are minor units of `currency`. `tax_minor` lies inside `total_minor`, whether the
    prices included it (`tax_included`) or it was put on top."""

    id_prefix = "ord"

    class Status(models.TextChoices):
        PENDING = "pending"
        PAID = "paid"
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"
        REFUNDED = "refunded"

    class Fulfilment(models.TextChoices):
        UNFULFILLED = "unfulfilled"
        PARTLY = "partly"
        SHIPPED = "shipped"
        DELIVERED = "delivered"

    number = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=32, default=new_token)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    # How far the goods are, whatever became of the money.
    fulfilment = models.CharField(
        max_length=11,
        choices=Fulfilment.choices,
        default=Fulfilment.UNFULFILLED,
        db_default=Fulfilment.UNFULFILLED.value,
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    viewer_key = models.CharField(max_length=40)
    # The browser it was placed in may show its address again, until somebody signs out there.
    is_remembered = models.BooleanField(default=True)
    show_id = models.UUIDField(null=True)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    line1 = models.CharField(max_length=120)
    line2 = models.CharField(max_length=120, blank=True)
    postal_code = models.CharField(max_length=20)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=40, blank=True, db_default="")
    language = models.CharField(max_length=8, default="en")
    shipping_method = models.ForeignKey(ShippingMethod, null=True, on_delete=models.SET_NULL, related_name="+")
    shipping_name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    items_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0, db_default=0)  # what a coupon takes off the goods
    coupon_code = models.CharField(max_length=40, blank=True, db_default="")
    shipping_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    tax_basis_points = models.PositiveIntegerField()
    tax_included = models.BooleanField()
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    tracking = models.CharField(max_length=200, blank=True)
    placed_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True)
    fulfilled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # cancelled or refunded whole
    # What staff has to look into: money that came when the goods were gone, a refund that failed.
    attention = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["pending", "paid", "fulfilled", "cancelled", "refunded"]),
                name="order_status_known",
            ),
            models.CheckConstraint(
                condition=Q(items_minor__gt=0, shipping_minor__gte=0, tax_minor__gte=0, discount_minor__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(tax_included=True, total_minor=F("items_minor") - F("discount_minor") + F("shipping_minor"))
                | Q(
                    tax_included=False,
                    total_minor=F("items_minor") - F("discount_minor") + F("shipping_minor") + F("tax_minor"),
                ),
                name="order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__lte=F("items_minor")), name="order_discount_within_its_goods"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("total_minor")),
                name="order_refunds_within_total",
            ),
            models.CheckConstraint(
                condition=Q(fulfilment__in=["unfulfilled", "partly", "shipped", "delivered"]),
                name="order_fulfilment_known",
            ),
            models.CheckConstraint(condition=Q(country=Upper("country")), name="order_country_is_upper_case"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="order_by_status"),
            models.Index(fields=["viewer_key"], name="order_by_viewer"),
            models.Index(fields=["email"], name="order_by_email"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def items(self) -> Money:
        return Money(self.items_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def shipping(self) -> Money:
        return Money(self.shipping_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)

    @property
    def refundable(self) -> Money:
        return self.total - self.refunded

    @property
    def is_partly_refunded(self) -> bool:
        return 0 < self.refunded_minor < self.total_minor

    @property
    def page_url(self) -> str:
        """The confirmation page: whoever has the link may see it."""
        return f"/orders/{self.number}/{self.token}/"


class OrderLine(Record):
    """One variant of an order, named and priced as it was then."""

    id_prefix = "lne"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    drop = models.ForeignKey("catalog.Drop", null=True, on_delete=models.PROTECT, related_name="+")
    show_id = models.UUIDField(null=True)
    hold_id = models.UUIDField()  # the hold it was placed from
    product_name = models.CharField(max_length=120)
    variant_name = models.CharField(max_length=60, blank=True)
    sku = models.CharField(max_length=60, blank=True)
    image_url = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    returned = models.PositiveIntegerField(default=0)  # units that went back on sale
    shipped = models.PositiveIntegerField(default=0, db_default=0)  # units in parcels
    withdrawn = models.PositiveIntegerField(default=0, db_default=0)  # units that will not be sent any more

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "variant"], name="order_line_once_per_variant"),
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_minor__gt=0), name="order_line_sells_something"),
            models.CheckConstraint(condition=Q(returned__lte=F("quantity")), name="order_line_returns_what_it_sold"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("shipped") + F("withdrawn")), name="order_line_ships_what_it_sold"
            ),
        ]
        indexes = [models.Index(fields=["drop"], name="order_line_by_drop")]

    @property
    def to_send(self) -> int:
        """Units that are still to go out."""
        return self.quantity - self.shipped - self.withdrawn

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def total(self) -> Money:
        return self.unit_price * self.quantity


class OrderCounter(models.Model):
    """One row: the last order number of the brand."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="order_counter_is_one_row")]
