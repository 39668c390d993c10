"""The studio's pages of orders and shipping, below /studio/."""

from django.urls import path

from checkout.views import (
    studio_coupons,
    studio_orders,
    studio_parcels,
    studio_payments,
    studio_payouts,
    studio_returns,
    studio_shipping,
)

urlpatterns = [
    path("settings/payments/", studio_payments.payments, name="studio-payments"),
    path("settings/payments/set-up/", studio_payments.set_up, name="studio-payments-set-up"),
    path("settings/payments/again/", studio_payments.again, name="studio-payments-again"),
    path("settings/payments/check/", studio_payments.check, name="studio-payments-check"),
    path("orders/", studio_orders.orders, name="studio-orders"),
    path("orders/export.csv", studio_orders.export, name="studio-orders-export"),
    path("orders/packing/", studio_parcels.packing, name="studio-packing"),
    path("orders/packing/export.csv", studio_parcels.packing_export, name="studio-packing-export"),
    path("orders/coupons/", studio_coupons.coupons, name="studio-coupons"),
    path("orders/coupons/<str:coupon_id>/", studio_coupons.coupons, name="studio-coupon"),
    path("orders/payouts/", studio_payouts.payouts, name="studio-payouts"),
    path("orders/payouts/export.csv", studio_payouts.payouts_export, name="studio-payouts-export"),
    path("orders/shipping/", studio_shipping.shipping, name="studio-shipping"),
    path("orders/shipping/tax/", studio_shipping.tax, name="studio-tax"),
    path("orders/shipping/<str:method_id>/", studio_shipping.shipping, name="studio-shipping-method"),
    path("orders/<str:order_id>/", studio_orders.order, name="studio-order"),
    path("orders/<str:order_id>/ship/", studio_parcels.ship, name="studio-order-ship"),
    path("orders/<str:order_id>/parcels/<str:shipment_id>/", studio_parcels.deliver, name="studio-order-deliver"),
    path("orders/<str:order_id>/returns/", studio_returns.begin, name="studio-order-return"),
    path("orders/<str:order_id>/returns/<str:return_id>/", studio_returns.decide, name="studio-return"),
    path("orders/<str:order_id>/pieces/", studio_orders.refund_pieces, name="studio-order-refund-pieces"),
    path("orders/<str:order_id>/cancel/", studio_orders.cancel, name="studio-order-cancel"),
    path("orders/<str:order_id>/refund/", studio_orders.refund, name="studio-order-refund"),
]
