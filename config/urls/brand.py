"""A brand's host: its live pages, checkout, account, studio and API.

Not here: the platform's own site (urls/platform.py).
"""

from django.urls import include, path

from config.urls import api

urlpatterns = [
    path("api/", include(api)),
    path("studio/", include("tenants.urls.studio")),
    path("studio/", include("catalog.urls.studio")),
    path("studio/", include("checkout.urls.studio")),
    path("studio/", include("streams.urls.studio")),
    path("accounts/", include("allauth.urls")),
    path("", include("tenants.urls.brand")),
    path("", include("catalog.urls.pages")),
    path("", include("checkout.urls.pages")),
    path("", include("streams.urls.pages")),
    path("", include("chat.urls.pages")),
]
handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
