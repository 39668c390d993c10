"""/api/: version 1, its description and its rendered documentation.

Not here: endpoints; each app brings its own `api/urls.py`.
"""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView

from tenants.api.permissions import Public

urlpatterns = [
    path("v1/", include("tenants.api.urls")),
    path("v1/", include("catalog.api.urls")),
    path("v1/", include("streams.api.urls")),
    path("v1/", include("checkout.api.urls")),
    path("v1/", include("chat.api.urls")),
    path(
        "openapi.json",
        SpectacularAPIView.as_view(permission_classes=[Public], authentication_classes=[]),
        name="openapi",
    ),
    # Read by anybody: a key that is wrong must not keep its owner from the page that explains keys.
    path(
        "docs/",
        SpectacularRedocView.as_view(url_name="openapi", permission_classes=[Public], authentication_classes=[]),
        name="api-docs",
    ),
    path(
        "try/",
        SpectacularSwaggerView.as_view(url_name="openapi", permission_classes=[Public], authentication_classes=[]),
        name="api-try",
    ),
]
