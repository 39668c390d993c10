"""Endpoints that a viewer's browser calls: known by the viewer cookie, which they give out when missing.

Not here: endpoints of staff and partners (orders, customers).
"""

from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from checkout.newcomers import count_newcomer
from kernel.viewers import COOKIE, Viewer, new_viewer, ticket_of, viewer_of, write_viewer
from tenants.api.permissions import Public


class ViewerView(APIView):
    """Takes JSON alone, so that no page of another site, nor of a sister brand, can send it: a form
    can't, and a script is stopped by its browser's preflight."""

    authentication_classes = []
    permission_classes = [Public]
    makes_viewers: ClassVar[bool] = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Counted by address before it is somebody, or a script without cookies would have no limit.
        super().initial(request, *args, **kwargs)
        self.new_viewer: Viewer | None = None
        if self.makes_viewers and viewer_of(request._request) is None:
            count_newcomer(request._request)
            self.new_viewer = new_viewer()
            # From here on the request is this viewer's: its Idempotency-Key too.
            request._request.COOKIES[COOKIE] = ticket_of(self.new_viewer)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        fresh = getattr(self, "new_viewer", None)
        if fresh is not None and final.status_code < 400:
            give_viewer(final, fresh)
        return final


def viewer_behind(request: Request) -> Viewer:
    """The viewer of a request to a ViewerView."""
    viewer = viewer_of(request._request)
    assert viewer is not None, "ViewerView.initial made one"
    return viewer


def give_viewer(response: HttpResponseBase, viewer: Viewer) -> None:
    write_viewer(response, viewer, secure=settings.SESSION_COOKIE_SECURE)
