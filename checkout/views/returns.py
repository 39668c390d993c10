"""What a buyer sends back, from the page of the order: asked for, and taken back.

Not here: what the team decides (studio_returns). Whoever has the order's link may ask, as on the page itself.
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from checkout import selectors
from checkout.api.fields import parse_path_id
from checkout.errors import ReturnNotFound
from checkout.parcel_forms import ReturnForm
from checkout.services.returns import request_return, withdraw_return
from checkout.views.checkout import order_facts, show
from kernel import ratelimit
from kernel.errors import Problem


@require_POST
def ask(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    """Ask to send pieces back; a refusal is said beside the form."""
    order = selectors.order_by_link(number, token)
    ratelimit.require("return", order.public_id, limit=10, seconds=3600)
    form = ReturnForm(request.POST, choices=selectors.returnable_lines(order))
    if form.is_valid():
        try:
            request_return(
                order_id=order.pk,
                pieces=form.pieces(),
                reason=form.cleaned_data["reason"],
                actor=f"viewer:{order.viewer_key}",
            )
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            return redirect(order.page_url)
    return show(request, "checkout/order.html", order_facts(order, return_form=form), status=422)


@require_POST
def withdraw(request: HttpRequest, number: str, token: str, return_id: str) -> HttpResponseBase:
    """Keep it after all. Pressed twice, it is withdrawn once."""
    order = selectors.order_by_link(number, token)
    found = parse_path_id("rtn", return_id)
    if found is None or not order.returns.filter(pk=found).exists():
        raise ReturnNotFound
    withdraw_return(return_id=found, actor=f"viewer:{order.viewer_key}")
    return redirect(order.page_url)
