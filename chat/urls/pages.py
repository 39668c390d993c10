"""The room's address on a brand's host; the socket is in chat.routing."""

from django.urls import path

from chat.views import Join

urlpatterns = [path("rooms/join/", Join.as_view(), name="room-join")]
