from django.urls import path

from checkout.api.checkout import Checkout, CheckoutConfirmation, QuoteView
from checkout.api.holds import HoldExtension, Holds, Me, OneHold

urlpatterns = [
    path("me/", Me.as_view()),
    path("holds/", Holds.as_view()),
    path("holds/<str:hold>/", OneHold.as_view()),
    path("holds/<str:hold>/extend/", HoldExtension.as_view()),
    path("checkout/", Checkout.as_view()),
    path("checkout/quote/", QuoteView.as_view()),
    path("checkout/confirm/", CheckoutConfirmation.as_view()),
]
