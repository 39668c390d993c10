"""Hooks of the RTMP gate, on the platform's host. Not here: pages of brands."""

from django.urls import path

from streams.views import ingest

# No slash at the end: the gate follows no redirect.
urlpatterns = [
    path("publish", ingest.publish, name="ingest-publish"),
    path("unpublish", ingest.unpublish, name="ingest-unpublish"),
]
