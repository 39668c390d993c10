"""/api/v1/payment-account/, /payout-report/: the brand's own account at the payment provider, for owners and
their books.

Not here: orders and refunds (orders), and setting the account up, which is a person's task in the studio.
"""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from checkout.api.parcels import csv_answer
from checkout.payouts_csv import payouts_csv
from checkout.selectors import can_be_paid, payment_account
from checkout.selectors.payouts import PayoutReport, payout_report
from kernel.errors import InvalidInput
from tenants.api.permissions import Staff
from tenants.models import Brand, Role
from tenants.services.payment_account import fee_basis_points


class PaymentAccountShape(serializers.Serializer[Any]):
    """`account` is null while the brand has none of its own."""

    can_be_paid = serializers.BooleanField(help_text="Whether buyers can pay now.")
    fee_basis_points = serializers.IntegerField(help_text="The platform's part of each payment; 200 is 2 %.")
    account = serializers.CharField(allow_null=True)
    details_submitted = serializers.BooleanField()
    charges_enabled = serializers.BooleanField()
    payouts_enabled = serializers.BooleanField()
    requirements_due = serializers.ListField(child=serializers.CharField())
    disabled_reason = serializers.CharField(allow_blank=True)
    checked_at = serializers.DateTimeField(allow_null=True)


class MoneyView(APIView):
    """The base of what is about the brand's money: owners, and keys with its scope."""

    permission_classes = (Staff,)
    read_scope = write_scope = "money:read"
    read_role = write_role = Role.OWNER


class OnePaymentAccount(MoneyView):
    @extend_schema(operation_id="payment_account_read", responses=PaymentAccountShape, tags=["money"])
    def get(self, request: Request) -> Response:
        """The brand's own account, as the provider described it last."""
        brand: Brand = request._request.brand  # type: ignore[attr-defined]
        own = payment_account()
        facts = {
            "can_be_paid": can_be_paid(),
            "fee_basis_points": fee_basis_points(brand),
            "account": own.account if own else None,
            "details_submitted": bool(own and own.details_submitted),
            "charges_enabled": bool(own and own.charges_enabled),
            "payouts_enabled": bool(own and own.payouts_enabled),
            "requirements_due": own.requirements_due if own else [],
            "disabled_reason": own.disabled_reason if own else "",
            "checked_at": own.checked_at if own else None,
        }
        return Response(PaymentAccountShape(facts).data)


class PeriodSumsShape(serializers.Serializer[Any]):
    """Minor units. `net` is gross and refunds less both fees, and what else the provider booked."""

    currency = serializers.CharField()
    gross = serializers.IntegerField()
    refunds = serializers.IntegerField()
    platform_fee = serializers.IntegerField()
    provider_fee = serializers.IntegerField()
    other = serializers.IntegerField()
    net = serializers.IntegerField()
    paid_out = serializers.IntegerField()


class PayoutReportShape(serializers.Serializer[Any]):
    """`faults` are lines where the provider's ledger and our books differ; `is_cut`: the period was too long."""

    since = serializers.DateField()
    until = serializers.DateField()
    account = serializers.CharField()
    is_cut = serializers.BooleanField()
    sums = PeriodSumsShape(many=True)
    faults = serializers.ListField(child=serializers.CharField())


_PERIOD = [
    OpenApiParameter("from", OpenApiTypes.DATE, required=True, description="The first day, by the brand's clock."),
    OpenApiParameter("to", OpenApiTypes.DATE, required=True, description="The last day, counted too."),
]


class OnePayoutReport(MoneyView):
    @extend_schema(operation_id="payout_report_read", parameters=_PERIOD, responses=PayoutReportShape, tags=["money"])
    def get(self, request: Request) -> Response:
        """What the account earned in a period, held against our own books. Asks the provider."""
        return Response(PayoutReportShape(_report(request)).data)


class PayoutReportCsv(MoneyView):
    @extend_schema(
        operation_id="payout_report_file", parameters=_PERIOD, responses={(200, "text/csv"): str}, tags=["money"]
    )
    def get(self, request: Request) -> HttpResponse:
        """The same, line by line, as a file."""
        return csv_answer(payouts_csv(_report(request)), "payouts.csv")


def _report(request: Request) -> PayoutReport:
    try:
        since, until = (dt.date.fromisoformat(request.query_params.get(name, "")) for name in ("from", "to"))
    except ValueError:
        raise InvalidInput(param="from", reason="Name both days, as 2026-11-01.") from None
    if not (since.year >= 2000 and since <= until and until.year <= 2100):
        raise InvalidInput(param="to", reason="The last day is not before the first one.")
    return payout_report(since=since, until=until)
