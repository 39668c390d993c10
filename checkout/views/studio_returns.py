"""The studio's returns: asked for on a buyer's behalf, allowed or not, taken in.

Not here: the order around them (studio_orders).
"""

from django.http import HttpResponseBase
from django.views.decorators.http import require_POST

from checkout import selectors
from checkout.api.fields import parse_path_id
from checkout.errors import ReturnNotFound
from checkout.models import Order, Return
from checkout.parcel_forms import DecisionForm, ReceiptForm, ReturnForm
from checkout.services.returns import approve_return, decline_return, receive_return, request_return
from checkout.views.studio_orders import do, found_order, panel
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@require_POST
@member_required(role=Role.HOST)
def begin(request: StudioRequest, order_id: str) -> HttpResponseBase:
    """Take pieces back for a buyer who wrote or called."""
    found = found_order(order_id)
    form = ReturnForm(request.POST, choices=selectors.returnable_by_team(found))
    if not form.is_valid():
        return panel(request, found, return_form=form)
    return do(
        request,
        found,
        "The return is noted. The buyer gets a mail with where to send it.",
        lambda: request_return(
            order_id=found.pk,
            pieces=form.pieces(),
            reason=form.cleaned_data["reason"],
            actor=actor_of(request),
            by_team=True,
        ),
    )


@require_POST
@member_required(role=Role.HOST)
def decide(request: StudioRequest, order_id: str, return_id: str) -> HttpResponseBase:
    """Approve, decline or take in, as the pressed button says."""
    found = found_order(order_id)
    ret = _return(found, return_id)
    if request.POST.get("step") == "receive":
        return _receive(request, found, ret)
    form = DecisionForm(request.POST, ret=ret)
    if not form.is_valid():
        return panel(request, found, returns=_with(found, ret, decision=form))
    note, actor = form.cleaned_data["note"], actor_of(request)
    if request.POST.get("step") == "approve":
        words = "The return is approved. The buyer gets a mail."
        return do(request, found, words, lambda: approve_return(return_id=ret.pk, note=note, actor=actor))
    words = "The return is declined. The buyer gets a mail."
    return do(request, found, words, lambda: decline_return(return_id=ret.pk, note=note, actor=actor))


def _receive(request: StudioRequest, found: Order, ret: Return) -> HttpResponseBase:
    form = ReceiptForm(request.POST, ret=ret)
    if not form.is_valid():
        return panel(request, found, returns=_with(found, ret, receipt=form))
    restock, amount, actor = form.cleaned_data["restock"], form.minor, actor_of(request)
    words = "The return is taken in. What goes back is on its way."
    return do(
        request,
        found,
        words,
        lambda: receive_return(return_id=ret.pk, restock=restock, amount=amount, actor=actor),
    )


def _with(
    found: Order, ret: Return, *, decision: DecisionForm | None = None, receipt: ReceiptForm | None = None
) -> list[tuple[Return, DecisionForm, ReceiptForm]]:
    """The order's returns, one of them with a form that has something to say."""
    return [
        (
            each,
            decision if decision and each == ret else DecisionForm(ret=each),
            receipt if receipt and each == ret else ReceiptForm(ret=each),
        )
        for each in selectors.returns_list(view="all").filter(order=found)
    ]


def _return(found: Order, text: str) -> Return:
    return_id = parse_path_id("rtn", text)
    ret = selectors.returns_list(view="all").filter(order=found, pk=return_id).first() if return_id else None
    if ret is None:
        raise ReturnNotFound
    return ret
