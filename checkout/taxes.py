"""What a tax is asked of: the brand's own table, or a service that a setting names.

Not here: adding it up (sums) and the table's rows (models/shipping, services/shipping).
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from checkout.models import RegionTaxRate, TaxRate
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class TaxQuestion:
    """Where goods go and what they cost, after a coupon. `region` and `postal_code` may be empty: a quote is
    asked for before the address is written."""

    country: str
    region: str
    postal_code: str
    goods: Money
    shipping: Money


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """A rate, inside the prices or on top of them; with `amount`, that instead of the rate's."""

    basis_points: int
    included: bool
    amount: Money | None = None


class TaxService(Protocol):
    """What TAX_SERVICE names. It is asked again while an order is written, inside a transaction: one that
    asks over the network keeps the answer to the same question for some minutes."""

    def __call__(self, question: TaxQuestion, /) -> TaxAnswer: ...


def ask_tax(question: TaxQuestion) -> TaxAnswer:
    """The tax of an order, by the service that TAX_SERVICE names."""
    service: TaxService = import_string(settings.TAX_SERVICE)
    return service(question)


def table_tax(question: TaxQuestion, /) -> TaxAnswer:
    """The brand's table: the region's rate, else the country's, else none."""
    region = question.region.strip().upper()
    if region:
        row = RegionTaxRate.objects.filter(country=question.country, region=region).first()
        if row is not None:
            return TaxAnswer(row.basis_points, row.included)
    rate = TaxRate.objects.filter(country=question.country).first()
    return TaxAnswer(rate.basis_points, rate.included) if rate else TaxAnswer(0, True)
