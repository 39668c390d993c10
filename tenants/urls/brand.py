"""What of the tenants app a brand's host serves outside the studio.

Not here: the shop window (streams, catalog, checkout).
"""

from django.urls import path

from tenants.views import brand_files, currency, entry

urlpatterns = [
    path("theme/<slug:content_hash>.css", brand_files.theme_css, name="theme-css"),
    path("brand/<str:name>", brand_files.logo, name="brand-logo"),
    path("currency/", currency.choose_currency, name="choose-currency"),
    path("join/<str:token>/", entry.join, name="join"),
]
