"""/api/v1/payment-account/: how the brand's own account at the payment provider stands, for owners and their books.

Not here: orders and refunds (orders), and setting the account up, which is a person's task in the studio.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from checkout.selectors import can_be_paid, payment_account
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
