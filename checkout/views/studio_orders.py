"""The studio's orders: the list, one order in a panel beside it, and what staff does with its money.

Not here: parcels (studio_parcels), returns (studio_returns), ways of delivery and taxes (studio_shipping).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from checkout import selectors
from checkout.carriers import CARRIERS
from checkout.errors import OrderNotFound
from checkout.export import orders_csv
from checkout.forms import CancelForm, RefundForm
from checkout.models import Order, Payment
from checkout.parcel_forms import DecisionForm, ParcelForm, ReceiptForm, RefundPiecesForm, ReturnForm
from checkout.services.refunds import cancel_order, refund_order
from kernel.errors import Problem
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

PAGE = 50
TABS = (
    ("all", "All"),
    ("to_pack", "To pack"),
    ("returns", "Returns"),
    ("unpaid", "Unpaid"),
    ("attention", "Needs a person"),
)


@require_GET
@member_required(role=Role.HOST)
def orders(request: StudioRequest) -> HttpResponseBase:
    return render(request, "studio/orders/list.html", _list(request))


@require_GET
@member_required(role=Role.HOST)
def order(request: StudioRequest, order_id: str) -> HttpResponseBase:
    """The list with one order open beside it, at an address of its own."""
    return panel(request, found_order(order_id))


@require_POST
@member_required(role=Role.HOST)
def cancel(request: StudioRequest, order_id: str) -> HttpResponseBase:
    found = found_order(order_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return panel(request, found, cancel_form=form)
    reason, actor = form.cleaned_data["reason"], actor_of(request)
    words = f"{found.number} is cancelled. The pieces are on sale again, the money goes back."
    return do(request, found, words, lambda: cancel_order(order_id=found.pk, reason=reason, actor=actor))


@require_POST
@member_required(role=Role.HOST)
def refund(request: StudioRequest, order_id: str) -> HttpResponseBase:
    found = found_order(order_id)
    form = RefundForm(request.POST, order=found)
    if not form.is_valid():
        return panel(request, found, refund_form=form)
    data = form.cleaned_data
    return do(
        request,
        found,
        "The refund is on its way. The buyer gets a mail.",
        lambda: refund_order(
            order_id=found.pk,
            amount=form.minor,
            reason=data["reason"],
            restock=data["restock"],
            reserved=data["reserved"],
            actor=actor_of(request),
        ),
    )


@require_POST
@member_required(role=Role.HOST)
def refund_pieces(request: StudioRequest, order_id: str) -> HttpResponseBase:
    """Give back what some pieces cost."""
    found = found_order(order_id)
    form = RefundPiecesForm(request.POST, order=found, reserved=_reserved(found))
    if not form.is_valid():
        return panel(request, found, pieces_form=form)
    data = form.cleaned_data
    return do(
        request,
        found,
        "The refund is on its way. The buyer gets a mail.",
        lambda: refund_order(
            order_id=found.pk,
            pieces=form.pieces(),
            reason=data["reason"],
            restock=data["restock"],
            reserved=data["reserved"],
            actor=actor_of(request),
        ),
    )


@require_GET
@member_required(role=Role.HOST)
def export(request: StudioRequest) -> HttpResponseBase:
    """What the list shows, all pages of it, as a file."""
    found = selectors.orders_list(view=_view(request), search=request.GET.get("q", "").strip()[:80])
    response = HttpResponse(orders_csv(found.iterator(chunk_size=500)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return response


def panel(request: StudioRequest, found: Order, **forms: Any) -> HttpResponse:
    """The list with the order beside it; `forms` are those that have something to say."""
    context = {
        **_list(request),
        "order": found,
        "lines": found.lines.order_by("pk"),
        "steps": selectors.order_steps(found),
        "refund_form": RefundForm(order=found),
        "cancel_form": CancelForm(),
        "parcel_form": ParcelForm(order=found),
        "pieces_form": RefundPiecesForm(order=found, reserved=_reserved(found)),
        "return_form": ReturnForm(choices=selectors.returnable_by_team(found)),
        "shipments": found.shipments.prefetch_related("lines__line").order_by("pk"),
        "returns": [
            (ret, DecisionForm(ret=ret), ReceiptForm(ret=ret))
            for ret in selectors.returns_list(view="all").filter(order=found)
        ],
        "may_take_back": bool(selectors.returnable_by_team(found)),
        "carriers": list(CARRIERS),
        **forms,
    }
    return render(request, "studio/orders/list.html", context, status=422 if forms else 200)


def _list(request: StudioRequest) -> dict[str, Any]:
    view, search = _view(request), request.GET.get("q", "").strip()[:80]
    page = Paginator(selectors.orders_list(view=view, search=search), PAGE).get_page(request.GET.get("page"))
    counts = selectors.order_counts()
    tabs = [{"key": key, "name": name, "count": counts[key], "is_here": key == view} for key, name in TABS]
    return {"page": page, "tabs": tabs, "view": view, "search": search, "counts": counts}


def _view(request: StudioRequest) -> str:
    asked = request.GET.get("view", "all")
    return asked if asked in selectors.VIEWS else "all"


def _reserved(found: Order) -> int:
    """What refunds have claimed of the order so far."""
    paid_by = found.payments.filter(status=Payment.Status.CAPTURED, is_late=False).first()
    return paid_by.reserved_minor if paid_by else 0


def found_order(order_id: str) -> Order:
    """The order of a path. Raises OrderNotFound."""
    try:
        return Order.by_public_id(order_id)
    except Order.DoesNotExist:
        raise OrderNotFound from None


def do(request: StudioRequest, found: Order, words: str, act: Callable[[], object]) -> HttpResponseBase:
    """Do it, say so, and show the order again; a refusal is said in the same place."""
    try:
        act()
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, words)
    return redirect("studio-order", found.public_id)
