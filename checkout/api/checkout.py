"""/api/v1/checkout/: what the bag costs, placing the order, and asking whether it is paid.

Not here: card data, which goes from the browser to the provider and never through here.
"""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from checkout import selectors
from checkout.api.fields import PublicIdField, StrictSerializer
from checkout.api.hold_shapes import HoldShape
from checkout.api.holds import IDEMPOTENCY_KEY
from checkout.api.viewers import ViewerView, viewer_behind
from checkout.errors import OrderNotFound
from checkout.models import Order, Payment
from checkout.selectors.quotes import Destination, Quote, quote
from checkout.services.coupon_tries import tried_code
from checkout.services.orders import Buyer, place_order
from checkout.services.payments import confirm_payment
from kernel import ids
from kernel.idempotency.api import idempotent
from kernel.money import CURRENCIES, Money


class CountryField(serializers.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[A-Z]{2}$", **kwargs)


class CouponField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, required=False, allow_blank=True, default="", **kwargs)


class QuoteRequest(StrictSerializer):
    country = CountryField()
    region = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    shipping_method = PublicIdField("shp", required=False, allow_null=True)
    coupon = CouponField()
    currency = serializers.ChoiceField(CURRENCIES, required=False)


class DeliveryShape(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    price_minor = serializers.IntegerField()
    price = serializers.CharField()
    days_min = serializers.IntegerField()
    days_max = serializers.IntegerField()


class QuoteShape(serializers.Serializer[Any]):
    holds = HoldShape(many=True)
    deliveries = DeliveryShape(many=True)
    shipping_method = serializers.CharField()
    items_minor = serializers.IntegerField()
    discount_minor = serializers.IntegerField()
    saved_minor = serializers.IntegerField(help_text="All that the coupon takes off, goods and delivery.")
    coupon = serializers.CharField(allow_blank=True)
    shipping_minor = serializers.IntegerField()
    tax_minor = serializers.IntegerField()
    tax_included = serializers.BooleanField()
    tax_basis_points = serializers.IntegerField()
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    formatted = serializers.DictField(child=serializers.CharField())


class AddressRequest(StrictSerializer):
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20)
    city = serializers.CharField(max_length=80)
    region = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    country = CountryField()


class OrderRequest(StrictSerializer):
    """`total_minor` and `currency` are what the buyer saw; another total now is refused, not charged."""

    holds = serializers.ListField(child=PublicIdField("hld"), min_length=1, max_length=20)
    email = serializers.EmailField(max_length=254)
    name = serializers.CharField(max_length=120)
    address = AddressRequest()
    shipping_method = PublicIdField("shp", required=False, allow_null=True)
    coupon = CouponField()
    total_minor = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(CURRENCIES)


class PaymentShape(serializers.Serializer[Any]):
    order = serializers.CharField()
    number = serializers.CharField()
    client_secret = serializers.CharField()
    publishable_key = serializers.CharField()
    account = serializers.CharField(allow_blank=True)
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    return_url = serializers.CharField()


class ConfirmRequest(StrictSerializer):
    order = PublicIdField("ord")


class OutcomeShape(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["paid", "processing", "failed", "cancelled"])
    message = serializers.CharField(allow_blank=True)
    number = serializers.CharField()
    page = serializers.CharField()


class QuoteView(ViewerView):
    @extend_schema(request=QuoteRequest, responses=QuoteShape, tags=["checkout"])
    def post(self, request: Request) -> Response:
        """Add up what this viewer holds, for delivery to a country."""
        wanted = QuoteRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data, viewer = wanted.validated_data, viewer_behind(request)
        holds = selectors.live_holds(viewer.key)
        if "currency" in data:
            holds = [hold for hold in holds if hold.currency == data["currency"]]
        priced = quote(
            holds,
            to=Destination(data["country"], data["region"], data["postal_code"]),
            shipping_method_id=data.get("shipping_method"),
            coupon_code=tried_code(viewer, data["coupon"]),
            viewer=viewer,
        )
        return Response({"holds": selectors.hold_views(holds), **_quote_view(priced)})


class Checkout(ViewerView):
    @extend_schema(request=OrderRequest, responses={201: PaymentShape}, parameters=[IDEMPOTENCY_KEY], tags=["checkout"])
    @idempotent
    def post(self, request: Request) -> Response:
        """Place the order. The answer's `client_secret` lets the browser pay it with the provider."""
        wanted = OrderRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        data = wanted.validated_data
        viewer = viewer_behind(request)
        payment = place_order(
            viewer=viewer,
            hold_ids=data["holds"],
            buyer=_buyer(data, request),
            expected=Money(data["total_minor"], data["currency"]),
            shipping_method_id=data.get("shipping_method"),
            coupon_code=tried_code(viewer, data["coupon"]),
            actor=f"viewer:{viewer.key}",
        )
        return Response(payment_view(payment), status=status.HTTP_201_CREATED)


class CheckoutConfirmation(ViewerView):
    @extend_schema(request=ConfirmRequest, responses=OutcomeShape, tags=["checkout"])
    def post(self, request: Request) -> Response:
        """Ask the provider how the payment of this viewer's order stands, and book it."""
        wanted = ConfirmRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        mine = Payment.objects.filter(
            order=wanted.validated_data["order"], order__viewer_key=viewer_behind(request).key
        )
        payment = mine.order_by("-pk").first()
        if payment is None:
            raise OrderNotFound
        payment = confirm_payment(payment_id=payment.pk)
        payment.order.refresh_from_db()
        return Response(outcome_view(payment))


def payment_view(payment: Payment) -> dict[str, Any]:
    order = payment.order
    return {
        "order": order.public_id,
        "number": order.number,
        "client_secret": payment.client_secret,
        "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
        "account": payment.account,
        "total_minor": payment.amount_minor,
        "currency": payment.currency,
        "return_url": f"/checkout/return/{order.public_id}/",
    }


def outcome_view(payment: Payment) -> dict[str, Any]:
    order = payment.order
    if order.status in (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.REFUNDED):
        outcome, message = "paid", ""
    elif order.status == Order.Status.CANCELLED:
        outcome, message = "cancelled", "This order was cancelled. What was charged goes back by itself."
    elif payment.failure_ref:
        outcome, message = "failed", f"{payment.failure_message} Your card was not charged."
    else:
        outcome, message = "processing", "The payment is at the bank. We mail you when it is through."
    return {"status": outcome, "message": message, "number": order.number, "page": order.page_url}


def _buyer(data: dict[str, Any], request: Request) -> Buyer:
    address = data["address"]
    return Buyer(
        email=data["email"].strip().lower(),
        name=data["name"].strip(),
        line1=address["line1"],
        line2=address["line2"],
        postal_code=address["postal_code"],
        city=address["city"],
        region=address["region"].strip(),
        country=address["country"],
        language=getattr(request._request, "LANGUAGE_CODE", "en"),
    )


def _quote_view(priced: Quote) -> dict[str, Any]:
    sums = priced.sums
    parts = {
        "items": sums.items,
        "discount": sums.discount,
        "saved": priced.saved,
        "shipping": sums.shipping,
        "tax": sums.tax,
        "total": sums.total,
    }
    return {
        "deliveries": [
            {
                "id": delivery.method.public_id,
                "name": delivery.method.name,
                "price_minor": delivery.price.minor,
                "price": delivery.price.formatted,
                "days_min": delivery.method.days_min,
                "days_max": delivery.method.days_max,
            }
            for delivery in priced.deliveries
        ],
        "coupon": priced.coupon.code if priced.coupon else "",
        "shipping_method": ids.public_id("shp", priced.chosen.method.pk),
        **{f"{name}_minor": amount.minor for name, amount in parts.items()},
        "tax_included": sums.included,
        "tax_basis_points": sums.basis_points,
        "currency": sums.total.currency,
        "formatted": {name: amount.formatted for name, amount in parts.items()},
    }
