"""Pages of the shop window on a brand's host.

Not here: the studio (urls/studio.py) and the API (api/urls.py).
"""

from django.urls import path

from catalog.views.media import media

urlpatterns = [
    path("media/<path:name>", media, name="media"),
]
