"""Public pages of a brand's shows. Not here: the studio (urls/studio)."""

from django.urls import path

from streams.views import live

urlpatterns = [
    path("", live.home, name="home"),
    path("live/", live.index, name="live-index"),
    path("live/<slug:slug>/", live.show_page, name="show"),
    path("live/<slug:slug>/calendar.ics", live.calendar, name="show-calendar"),
    path("live/<slug:slug>/poster.jpg", live.poster, name="show-poster"),
    path("live/<slug:slug>/remind/", live.remind, name="show-remind"),
]
