from django.urls import path

from checkout.views import account, checkout, returns
from checkout.views.line import line

urlpatterns = [
    path("bag/", checkout.checkout, name="bag"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/hold/", checkout.hold, name="checkout-hold"),
    path("checkout/holds/<str:hold_id>/extend/", checkout.change_hold, {"act": "extend"}, name="checkout-extend"),
    path("checkout/holds/<str:hold_id>/release/", checkout.change_hold, {"act": "release"}, name="checkout-release"),
    path("checkout/pay/<str:order_id>/", checkout.pay, name="checkout-pay"),
    path("checkout/return/<str:order_id>/", checkout.come_back, name="checkout-return"),
    path("orders/<str:number>/<str:token>/", checkout.order_page, name="order-page"),
    path("line/", line, name="line"),
    path("orders/<str:number>/<str:token>/returns/", returns.ask, name="order-return"),
    path("orders/<str:number>/<str:token>/returns/<str:return_id>/", returns.withdraw, name="order-return-withdraw"),
    path("account/", account.account, name="account"),
    path("account/code/", account.ask_code, name="account-code"),
    path("account/sign-in/", account.enter_code, name="account-sign-in"),
    path("account/sign-out/", account.sign_out, name="account-sign-out"),
]
