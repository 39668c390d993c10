"""/api/v1/drops/: planned and changed, announced, opened and closed.

Not here: holds taken from a drop (checkout).
"""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.lookup import IDEMPOTENCY_KEY, StaffView, choice_in_query, found, id_in_path, id_in_query
from catalog.api.shapes import DropChange, DropRequest, DropShape
from catalog.errors import DropNotFound
from catalog.models import Drop
from catalog.services.drops import amend_drop, announce_drop, close_drop, open_drop, plan_drop
from kernel.idempotency.api import idempotent
from kernel.money import Money
from tenants.api.actors import actor_of


class DropsView(StaffView):
    read_scope, write_scope = "drops:read", "drops:write"
    serializer_class: Any = DropShape


class Drops(DropsView):
    @extend_schema(
        tags=["drops"],
        responses=DropShape(many=True),
        parameters=[
            OpenApiParameter("status", enum=Drop.Status.values),
            OpenApiParameter("variant", description="Drops of this variant."),
            OpenApiParameter("show", description="Drops in this show."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Drops, newest first."""
        rows, asked = Drop.objects.all(), request.query_params
        if text := asked.get("status"):
            rows = rows.filter(status=choice_in_query("status", text, Drop.Status.values))
        if text := asked.get("variant"):
            rows = rows.filter(variant_id=id_in_query("var", "variant", text))
        if text := asked.get("show"):
            rows = rows.filter(show_id=id_in_query("shw", "show", text))
        return self.page(rows)

    @extend_schema(tags=["drops"], request=DropRequest, responses={201: DropShape}, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request) -> Response:
        """Plan a drop. Without `opens_at` it is opened by hand."""
        wanted = DropRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        fields = wanted.validated_data
        drop = plan_drop(
            variant_id=fields["variant"],
            show_id=fields["show"],
            title=fields["title"],
            units=fields["units"],
            price=Money(fields["price_minor"], fields["currency"]),
            per_buyer=fields["per_buyer"],
            opens_at=fields["opens_at"],
            closes_at=fields["closes_at"],
            run_seconds=fields["run_seconds"],
            mode=fields["mode"],
            window_seconds=fields["window_seconds"],
            actor=actor_of(request),
        )
        return Response(DropShape(Drop.objects.get(pk=drop.pk)).data, status=status.HTTP_201_CREATED)


class OneDrop(DropsView):
    @extend_schema(tags=["drops"], responses=DropShape)
    def get(self, request: Request, drop: str) -> Response:
        return Response(DropShape(found(Drop.objects.all(), "drp", drop, DropNotFound)).data)

    @extend_schema(tags=["drops"], request=DropChange, responses=DropShape)
    def patch(self, request: Request, drop: str) -> Response:
        """Change what is sent; the rest stays. Only while it is planned: viewers are held to no terms
        that moved, so one that was announced or opened is closed, and another planned."""
        wanted = DropChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        drop_id = id_in_path("drp", drop, DropNotFound)
        return Response(DropShape(amend_drop(drop_id=drop_id, actor=actor_of(request), **wanted.validated_data)).data)


class DropStep(DropsView):
    """The base of the three steps: the same address shape, the same answer."""

    step: ClassVar[Callable[..., Drop]]

    def take(self, request: Request, drop: str) -> Response:
        done = type(self).step(drop_id=id_in_path("drp", drop, DropNotFound), actor=actor_of(request))
        return Response(DropShape(done).data)


class AnnounceDrop(DropStep):
    step = staticmethod(announce_drop)

    @extend_schema(tags=["drops"], request=None, responses=DropShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, drop: str) -> Response:
        """Show it to viewers."""
        return self.take(request, drop)


class OpenDrop(DropStep):
    step = staticmethod(open_drop)

    @extend_schema(tags=["drops"], request=None, responses=DropShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, drop: str) -> Response:
        """Start the sale now."""
        return self.take(request, drop)


class CloseDrop(DropStep):
    step = staticmethod(close_drop)

    @extend_schema(tags=["drops"], request=None, responses=DropShape, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, drop: str) -> Response:
        """End it. Holds that were taken stay valid until their deadline."""
        return self.take(request, drop)
