"""/api/v1/shows/<id>/line-up/ and /cues/: what a show sells and does, in order.

Not here: pins (on_air).
"""

from dataclasses import replace

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.idempotency.api import idempotent
from streams.api.base import IDEMPOTENCY_KEY, ShowsView, body_of, cue_id, show_id, variant_id
from streams.api.shapes import (
    CueChange,
    CueRequest,
    CueShape,
    ItemShape,
    LineUpRequest,
    PlaceChange,
    PlaceRequest,
)
from streams.errors import CueNotFound, NotInLineUp
from streams.models import Cue, LineUpItem
from streams.selectors.shows import show_by_id
from streams.services.cues import add_cue, change_cue, remove_cue
from streams.services.line_up import (
    Place,
    add_to_line_up,
    current_places,
    move_in_line_up,
    remove_from_line_up,
    set_line_up,
)
from streams.services.locked import lock_show
from streams.services.run_of_show import fire_cue, skip_cue
from tenants.api.actors import actor_of


class LineUp(ShowsView):
    serializer_class = ItemShape
    pagination_class = None

    @extend_schema(tags=["line-up"], responses=ItemShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The whole line-up, in order; at most 100."""
        return _items(LineUpItem.objects.filter(show=show_by_id(show)).order_by("position"))

    @extend_schema(tags=["line-up"], request=LineUpRequest, responses=ItemShape(many=True))
    def put(self, request: Request, show: str) -> Response:
        """Make it exactly this."""
        places = [_place(item) for item in body_of(request, LineUpRequest)["items"]]
        return _items(set_line_up(show_id=show_id(show), places=places, actor=actor_of(request)))

    @extend_schema(tags=["line-up"], request=PlaceRequest, responses=ItemShape(many=True))
    def post(self, request: Request, show: str) -> Response:
        """Add one at the end; one that is in already stays where it is."""
        place = _place(body_of(request, PlaceRequest))
        return _items(add_to_line_up(show_id=show_id(show), place=place, actor=actor_of(request)))


class OneLineUpItem(ShowsView):
    serializer_class = ItemShape
    pagination_class = None

    @extend_schema(tags=["line-up"], request=PlaceChange, responses=ItemShape(many=True))
    def patch(self, request: Request, show: str, variant: str) -> Response:
        """Move it, hide it, note something beside it."""
        fields, key, actor = body_of(request, PlaceChange), variant_id(variant), actor_of(request)
        with transaction.atomic():
            places = current_places(lock_show(show_id(show)))
            if all(place.variant_id != key for place in places):
                raise NotInLineUp(param="variant")
            position = fields.pop("position", None)
            changed = [replace(place, **fields) if place.variant_id == key else place for place in places]
            items = set_line_up(show_id=show_id(show), places=changed, actor=actor)
            if position is not None:
                items = move_in_line_up(show_id=show_id(show), variant_id=key, position=position, actor=actor)
        return _items(items)

    @extend_schema(tags=["line-up"], responses=ItemShape(many=True))
    def delete(self, request: Request, show: str, variant: str) -> Response:
        """Take it out, also off the screen."""
        key = variant_id(variant)
        return _items(remove_from_line_up(show_id=show_id(show), variant_id=key, actor=actor_of(request)))


class Cues(ShowsView):
    serializer_class = CueShape
    pagination_class = None

    @extend_schema(tags=["cues"], responses=CueShape(many=True))
    def get(self, request: Request, show: str) -> Response:
        """The whole run of show, in order; at most 200."""
        rows = Cue.objects.filter(show=show_by_id(show)).order_by("position")
        return Response(CueShape(rows, many=True).data)

    @extend_schema(tags=["cues"], request=CueRequest, responses={201: CueShape}, parameters=[IDEMPOTENCY_KEY])
    @idempotent
    def post(self, request: Request, show: str) -> Response:
        """Write a cue down: `payload` is {variant_id} of a pin, {drop_id} of a drop, {price_id} of a
        flash price, {question, answers, seconds} of a poll, and empty for talk, unpin and end."""
        cue = add_cue(show_id=show_id(show), actor=actor_of(request), **body_of(request, CueRequest))
        return Response(CueShape(cue).data, status=201)


class OneCue(ShowsView):
    serializer_class = CueShape

    @extend_schema(tags=["cues"], responses=CueShape)
    def get(self, request: Request, show: str, cue: str) -> Response:
        found = Cue.objects.filter(pk=cue_id(cue), show=show_by_id(show)).first()
        if found is None:
            raise CueNotFound
        return Response(CueShape(found).data)

    @extend_schema(tags=["cues"], request=CueChange, responses=CueShape)
    def patch(self, request: Request, show: str, cue: str) -> Response:
        """Change or move a cue that was not fired."""
        fields = body_of(request, CueChange)
        changed = change_cue(show_id=show_id(show), cue_id=cue_id(cue), actor=actor_of(request), **fields)
        return Response(CueShape(changed).data)

    @extend_schema(tags=["cues"], responses={204: None})
    def delete(self, request: Request, show: str, cue: str) -> Response:
        """Strike a cue that was not fired."""
        remove_cue(show_id=show_id(show), cue_id=cue_id(cue), actor=actor_of(request))
        return Response(status=204)


class FireCue(ShowsView):
    serializer_class = CueShape

    @extend_schema(tags=["cues"], request=None, responses=CueShape)
    def post(self, request: Request, show: str, cue: str) -> Response:
        """Do what it says, once: a repeat finds it fired."""
        fired = fire_cue(show_id=show_id(show), cue_id=cue_id(cue), actor=actor_of(request))
        return Response(CueShape(fired).data)


class SkipCue(ShowsView):
    serializer_class = CueShape

    @extend_schema(tags=["cues"], request=None, responses=CueShape)
    def post(self, request: Request, show: str, cue: str) -> Response:
        """Pass over it; it may be fired later."""
        skipped = skip_cue(show_id=show_id(show), cue_id=cue_id(cue), actor=actor_of(request))
        return Response(CueShape(skipped).data)


def _items(items: object) -> Response:
    return Response(ItemShape(items, many=True).data)


def _place(fields: dict[str, object]) -> Place:
    return Place(variant_id=fields["variant"], is_hidden=bool(fields["is_hidden"]), note=str(fields["note"]))  # type: ignore[arg-type]
