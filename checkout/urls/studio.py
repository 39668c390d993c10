"""The studio's pages of orders and shipping, below /studio/."""

from django.urls import path

from checkout.views import studio_orders, studio_payments, studio_shipping

urlpatterns = [
    path("settings/payments/", studio_payments.payments, name="studio-payments"),
    path("settings/payments/set-up/", studio_payments.set_up, name="studio-payments-set-up"),
    path("settings/payments/again/", studio_payments.again, name="studio-payments-again"),
    path("settings/payments/check/", studio_payments.check, name="studio-payments-check"),
    path("orders/", studio_orders.orders, name="studio-orders"),
    path("orders/export.csv", studio_orders.export, name="studio-orders-export"),
    path("orders/shipping/", studio_shipping.shipping, name="studio-shipping"),
    path("orders/shipping/tax/", studio_shipping.tax, name="studio-tax"),
    path("orders/shipping/<str:method_id>/", studio_shipping.shipping, name="studio-shipping-method"),
    path("orders/<str:order_id>/", studio_orders.order, name="studio-order"),
    path("orders/<str:order_id>/fulfil/", studio_orders.fulfil, name="studio-order-fulfil"),
    path("orders/<str:order_id>/cancel/", studio_orders.cancel, name="studio-order-cancel"),
    path("orders/<str:order_id>/refund/", studio_orders.refund, name="studio-order-refund"),
]
