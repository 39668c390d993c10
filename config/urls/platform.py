"""The platform's own host: what Vitrine is, sign-up, the platform's admin, hooks of our servers.

Not here: anything of a brand (urls/brand.py).
"""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("tenants.urls.platform")),
    path("internal/ingest/", include("streams.urls.ingest")),
    path("hooks/stripe/", include("checkout.urls.hooks")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "config.errors.bad_request"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
