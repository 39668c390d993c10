from django.urls import path

from checkout.api.holds import HoldExtension, Holds, Me, OneHold

urlpatterns = [
    path("me/", Me.as_view()),
    path("holds/", Holds.as_view()),
    path("holds/<str:hold>/", OneHold.as_view()),
    path("holds/<str:hold>/extend/", HoldExtension.as_view()),
]
