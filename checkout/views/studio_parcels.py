"""The studio's parcels: sending one, saying that it arrived, and the list that somebody packs from.

Not here: the order around them (studio_orders).
"""

import datetime as dt
import uuid

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from checkout.api.fields import parse_path_id
from checkout.api.parcels import csv_answer
from checkout.errors import ShipmentNotFound
from checkout.packing_csv import packing_csv
from checkout.parcel_forms import ParcelForm
from checkout.selectors.packing import GROUPS, MOST, orders_to_pack, packing_groups
from checkout.services.fulfilment import deliver_shipment, ship_order
from checkout.views.studio_orders import do, found_order, panel
from kernel import clock
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@require_POST
@member_required(role=Role.HOST)
def ship(request: StudioRequest, order_id: str) -> HttpResponseBase:
    found = found_order(order_id)
    form = ParcelForm(request.POST, order=found)
    if not form.is_valid():
        return panel(request, found, parcel_form=form)
    data = form.cleaned_data
    return do(
        request,
        found,
        "The parcel is on its way. The buyer gets a mail.",
        lambda: ship_order(
            order_id=found.pk,
            carrier=data["carrier"],
            tracking=data["tracking"],
            url=data["url"],
            pieces=form.pieces(),
            parcels=data["parcels"],
            actor=actor_of(request),
        ),
    )


@require_POST
@member_required(role=Role.HOST)
def deliver(request: StudioRequest, order_id: str, shipment_id: str) -> HttpResponseBase:
    found = found_order(order_id)
    parcel_id = parse_path_id("spm", shipment_id)
    if parcel_id is None or not found.shipments.filter(pk=parcel_id).exists():
        raise ShipmentNotFound
    words = "The parcel is marked as delivered."
    return do(request, found, words, lambda: deliver_shipment(shipment_id=parcel_id, actor=actor_of(request)))


@require_GET
@member_required(role=Role.HOST)
def packing(request: StudioRequest) -> HttpResponseBase:
    """What is to be packed, under shows or days; printed, each group begins a page."""
    by = request.GET.get("by", "show")
    by = by if by in GROUPS else "show"
    show_id, day = _asked(request)
    orders = list(orders_to_pack(show_id=show_id, day=day)[: MOST + 1])
    context = {
        "groups": packing_groups(orders[:MOST], by=by),
        "by": by,
        "day": day,
        "show": request.GET.get("show", "") if show_id else "",
        "count": len(orders[:MOST]),
        "is_more": len(orders) > MOST,
        "printed_at": clock.now(),
    }
    return render(request, "studio/orders/packing.html", context)


@require_GET
@member_required(role=Role.HOST)
def packing_export(request: StudioRequest) -> HttpResponseBase:
    show_id, day = _asked(request)
    return csv_answer(packing_csv(orders_to_pack(show_id=show_id, day=day)[:MOST]), "packing-list.csv")


def _asked(request: StudioRequest) -> tuple[uuid.UUID | None, dt.date | None]:
    """The show and the day of the address; what cannot be one is no filter."""
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = None
    return parse_path_id("shw", request.GET.get("show", "")), day
