"""How parcels go out and what they cost, and the tax of each country."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from kernel.models import Record
from kernel.money import Money


class ShippingMethod(Record):
    """Offered to `countries` (ISO 3166, two letters). From `free_over_minor` of goods on it is free."""

    id_prefix = "shp"

    name = models.CharField(max_length=80)
    countries = ArrayField(models.CharField(max_length=2))
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    free_over_minor = models.BigIntegerField(null=True)
    days_min = models.PositiveSmallIntegerField(default=2)
    days_max = models.PositiveSmallIntegerField(default=4)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="shipping_price_not_negative"),
            models.CheckConstraint(
                condition=Q(free_over_minor__isnull=True) | Q(free_over_minor__gt=0), name="shipping_free_over_positive"
            ),
            models.CheckConstraint(condition=Q(days_max__gte=F("days_min")), name="shipping_days_in_order"),
            models.CheckConstraint(condition=~Q(countries=[]), name="shipping_goes_somewhere"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def free_over(self) -> Money | None:
        return Money(self.free_over_minor, self.currency) if self.free_over_minor is not None else None


class TaxRate(models.Model):
    """One a country: 1900 basis points are 19 %. `included`: prices hold it already, as in the EU."""

    country = models.CharField(max_length=2, primary_key=True)
    basis_points = models.PositiveIntegerField()
    included = models.BooleanField(default=True)

    class Meta:
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="tax_country_is_iso"),
            models.CheckConstraint(condition=Q(basis_points__lt=10000), name="tax_below_the_price"),
        ]

    @property
    def percent(self) -> Decimal:
        """As people write it: 19, 25.5."""
        return (Decimal(self.basis_points) / 100).normalize() + 0


class RegionTaxRate(models.Model):
    """The rate of one region of a country, in place of the country's: a state, a province, an island."""

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=40)
    basis_points = models.PositiveIntegerField()
    included = models.BooleanField(default=False)

    class Meta:
        ordering = ["country", "region"]
        constraints = [
            models.UniqueConstraint(fields=["country", "region"], name="region_tax_once"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="region_tax_country_is_iso"),
            models.CheckConstraint(
                condition=Q(region=Upper("region")) & ~Q(region=""), name="region_tax_region_is_upper_case"
            ),
            models.CheckConstraint(condition=Q(basis_points__lt=10000), name="region_tax_below_the_price"),
        ]

    @property
    def percent(self) -> Decimal:
        return (Decimal(self.basis_points) / 100).normalize() + 0
