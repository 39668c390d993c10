from django.urls import path

from checkout.api.checkout import Checkout, CheckoutConfirmation, QuoteView
from checkout.api.coupons import Coupons, OneCoupon
from checkout.api.holds import HoldExtension, Holds, HoldTickets, Me, OneHold
from checkout.api.lines import DropEntry, OnePlace, Waitlist
from checkout.api.money import OnePaymentAccount, OnePayoutReport, PayoutReportCsv
from checkout.api.orders import (
    Customers,
    OneOrder,
    OrderCancellation,
    OrderFulfilment,
    OrderRefunds,
    Orders,
    ShippingMethods,
)
from checkout.api.parcels import OrderShipments, PackingList, PackingListCsv, ShipmentDelivery
from checkout.api.returns import OrderReturns, ReturnApproval, ReturnReceipt, ReturnRefusal, Returns
from checkout.api.stock import StockVerification

urlpatterns = [
    path("me/", Me.as_view()),
    path("holds/", Holds.as_view()),
    path("holds/ticket/", HoldTickets.as_view()),
    path("holds/<str:hold>/", OneHold.as_view()),
    path("holds/<str:hold>/extend/", HoldExtension.as_view()),
    path("drops/<str:drop>/entry/", DropEntry.as_view()),
    path("waitlist/", Waitlist.as_view()),
    path("places/<str:place>/", OnePlace.as_view()),
    path("checkout/", Checkout.as_view()),
    path("checkout/quote/", QuoteView.as_view()),
    path("checkout/confirm/", CheckoutConfirmation.as_view()),
    path("orders/", Orders.as_view()),
    path("orders/<str:order>/", OneOrder.as_view()),
    path("orders/<str:order>/refunds/", OrderRefunds.as_view()),
    path("orders/<str:order>/cancel/", OrderCancellation.as_view()),
    path("orders/<str:order>/fulfil/", OrderFulfilment.as_view()),
    path("orders/<str:order>/shipments/", OrderShipments.as_view()),
    path("orders/<str:order>/shipments/<str:shipment>/deliver/", ShipmentDelivery.as_view()),
    path("orders/<str:order>/returns/", OrderReturns.as_view()),
    path("packing-list/", PackingList.as_view()),
    path("packing-list/export.csv", PackingListCsv.as_view()),
    path("returns/", Returns.as_view()),
    path("returns/<str:return>/approve/", ReturnApproval.as_view()),
    path("returns/<str:return>/decline/", ReturnRefusal.as_view()),
    path("returns/<str:return>/receive/", ReturnReceipt.as_view()),
    path("coupons/", Coupons.as_view()),
    path("coupons/<str:coupon>/", OneCoupon.as_view()),
    path("customers/", Customers.as_view()),
    path("payment-account/", OnePaymentAccount.as_view()),
    path("payout-report/", OnePayoutReport.as_view()),
    path("payout-report/export.csv", PayoutReportCsv.as_view()),
    path("shipping-methods/", ShippingMethods.as_view()),
    path("stock/verify/", StockVerification.as_view()),
]
