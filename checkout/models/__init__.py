"""The tables of the app, one noun a file."""

from checkout.models.coupon import Coupon, CouponUse
from checkout.models.customer import Customer, SignInCode
from checkout.models.hold import Hold
from checkout.models.hold_key import HoldKey
from checkout.models.mail import OrderMail
from checkout.models.order import Order, OrderCounter, OrderLine
from checkout.models.payment import Payment, ProviderEvent
from checkout.models.payment_account import PaymentAccount
from checkout.models.refund import Refund, RefundLine
from checkout.models.return_ import Return, ReturnLine
from checkout.models.shipment import Shipment, ShipmentLine
from checkout.models.shipping import RegionTaxRate, ShippingMethod, TaxRate

__all__ = [
    "Coupon",
    "CouponUse",
    "Customer",
    "Hold",
    "HoldKey",
    "Order",
    "OrderCounter",
    "OrderLine",
    "OrderMail",
    "Payment",
    "PaymentAccount",
    "ProviderEvent",
    "Refund",
    "RefundLine",
    "RegionTaxRate",
    "Return",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "ShippingMethod",
    "SignInCode",
    "TaxRate",
]
