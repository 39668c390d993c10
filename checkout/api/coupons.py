"""/api/v1/coupons/: codes that lower an order.

Not here: entering one, which is the checkout's.
"""

from dataclasses import fields as fields_of
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from checkout.api.fields import parse_path_id
from checkout.api.holds import IDEMPOTENCY_KEY
from checkout.errors import CouponNotFound
from checkout.models import Coupon
from checkout.selectors.coupons import written_code
from checkout.services.coupons import CouponTerms, save_coupon
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField
from kernel.idempotency.api import idempotent
from kernel.money import CURRENCIES
from tenants.api.actors import actor_of
from tenants.api.permissions import Staff
from tenants.models import Role


class CouponShape(serializers.ModelSerializer[Coupon]):
    id = serializers.CharField(source="public_id")
    products = serializers.SerializerMethodField()

    class Meta:
        model = Coupon
        fields = (
            "id", "code", "kind", "basis_points", "amount_minor", "minimum_minor", "currency", "most_uses",
            "most_per_person", "uses", "products", "starts_at", "ends_at", "is_active", "created_at",
        )  # fmt: skip

    def get_products(self, coupon: Coupon) -> list[str]:
        return [ids.public_id("prd", product_id) for product_id in coupon.product_ids]


class CouponRequest(ClosedSerializer):
    code = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(Coupon.Kind.choices)
    basis_points = serializers.IntegerField(min_value=0, max_value=10_000, required=False)
    amount_minor = serializers.IntegerField(min_value=0, required=False)
    minimum_minor = serializers.IntegerField(min_value=0, required=False)
    currency = serializers.ChoiceField([*CURRENCIES, ""], required=False)
    most_uses = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    most_per_person = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    products = serializers.ListField(child=PublicIdField("prd"), max_length=200, required=False)
    starts_at = serializers.DateTimeField(required=False, allow_null=True)
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)


class CouponChange(CouponRequest):
    code = serializers.CharField(max_length=40, required=False)
    kind = serializers.ChoiceField(Coupon.Kind.choices, required=False)


class CouponsView(GenericAPIView[Coupon]):
    permission_classes = [Staff]
    read_scope, write_scope = "orders:read", "orders:write"
    read_role, write_role = Role.HOST, Role.OWNER
    serializer_class = CouponShape
    queryset = Coupon.objects.none()


class Coupons(CouponsView):
    @extend_schema(parameters=[OpenApiParameter("code", str)], responses=CouponShape(many=True), tags=["coupons"])
    def get(self, request: Request) -> Response:
        """Coupons, newest first; with `code`, the one of that code."""
        rows = Coupon.objects.order_by("-id")
        if code := request.query_params.get("code"):
            rows = rows.filter(code=written_code(code))
        return self.get_paginated_response(CouponShape(self.paginate_queryset(rows), many=True).data)

    @extend_schema(request=CouponRequest, responses={201: CouponShape}, parameters=[IDEMPOTENCY_KEY], tags=["coupons"])
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a coupon: `basis_points` of a percent, `amount_minor` and `currency` of an amount."""
        wanted = CouponRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        coupon = save_coupon(coupon_id=None, terms=_terms(wanted.validated_data), actor=actor_of(request))
        return Response(CouponShape(coupon).data, status=201)


class OneCoupon(CouponsView):
    @extend_schema(responses=CouponShape, tags=["coupons"])
    def get(self, request: Request, coupon: str) -> Response:
        """One coupon, with how often it was used."""
        return Response(CouponShape(_coupon(coupon)).data)

    @extend_schema(request=CouponChange, responses=CouponShape, tags=["coupons"])
    def patch(self, request: Request, coupon: str) -> Response:
        """Change what is sent; the rest stays. Orders keep what they were placed with."""
        wanted = CouponChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        known = _coupon(coupon)
        terms = {field.name: getattr(known, field.name) for field in fields_of(CouponTerms)}
        changed = save_coupon(coupon_id=known.pk, terms=_terms(wanted.validated_data, terms), actor=actor_of(request))
        return Response(CouponShape(changed).data)


def _terms(data: dict[str, Any], known: dict[str, Any] | None = None) -> CouponTerms:
    sent = dict(data)
    if "products" in sent:
        sent["product_ids"] = sent.pop("products")
    return CouponTerms(**{**(known or {}), **sent})


def _coupon(text: str) -> Coupon:
    found = parse_path_id("cpn", text)
    coupon = Coupon.objects.filter(pk=found).first() if found else None
    if coupon is None:
        raise CouponNotFound
    return coupon
