"""/api/: version 1, its description and its rendered documentation.

Not here: endpoints; each app brings its own `api/urls.py`.
"""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView

from tenants.api.permissions import Public

# Both are read by anybody: a key that is wrong must not keep its owner from the page that explains
# keys. Redoc writes its styles into the page as it draws; nothing of a person is on that page.
description = SpectacularAPIView.as_view(permission_classes=[Public], authentication_classes=[])
documentation = csp_update({"style-src": [UNSAFE_INLINE]})(
    SpectacularRedocView.as_view(url_name="openapi", permission_classes=[Public], authentication_classes=[])
)

urlpatterns = [
    path("v1/", include("tenants.api.urls")),
    path("v1/", include("catalog.api.urls")),
    path("v1/", include("streams.api.urls")),
    path("v1/", include("checkout.api.urls")),
    path("v1/", include("chat.api.urls")),
    path("openapi.json", description, name="openapi"),
    path("docs/", documentation, name="api-docs"),
]
