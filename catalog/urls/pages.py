"""Pages of the shop window on a brand's host.

Not here: the studio (urls/studio.py) and the API (api/urls.py).
"""

from django.urls import path

from catalog.views.draw import draw
from catalog.views.media import media
from catalog.views.product import product

urlpatterns = [
    path("media/<path:name>", media, name="media"),
    path("products/<slug:slug>/", product, name="product"),
    path("drops/<str:drop_id>/draw/", draw, name="draw"),
]
