"""The platform's own site.

Not here: hooks of our servers and the admin (config.urls.platform).
"""

from django.urls import path

from tenants.views import platform

urlpatterns = [
    path("", platform.home, name="home"),
    path("sign-up/", platform.sign_up, name="sign-up"),
    path("brands/", platform.brands, name="brands"),
    path("brands/<slug:slug>/opening/", platform.opening, name="opening"),
    path("brands/<slug:slug>/enter/", platform.enter, name="enter"),
]
