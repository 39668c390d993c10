"""The studio's page of the brand's own account at the payment provider: how it stands, and the way to set it up.

Not here: what was paid out (studio_payouts).
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from checkout import selectors
from checkout.errors import PaymentProviderAway
from checkout.services.connecting import begin_set_up, refresh_account
from kernel.errors import Problem
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.services.payment_account import fee_basis_points
from tenants.studio import StudioRequest, member_required


@require_GET
@member_required(role=Role.OWNER)
def payments(request: StudioRequest) -> HttpResponseBase:
    """How the account stands. Who comes back from the provider's form (`returned`) has it asked anew."""
    if "returned" in request.GET:
        try:
            refresh_account(actor=actor_of(request))
        except PaymentProviderAway as away:
            messages.error(request, away.detail)
        return redirect("studio-payments")
    context = {
        "account": selectors.payment_account(),
        "can_be_paid": selectors.can_be_paid(),
        "fee_percent": fee_basis_points(request.brand) / 100,
    }
    return render(request, "studio/settings/payments.html", context)


@require_POST
@member_required(role=Role.OWNER)
def set_up(request: StudioRequest) -> HttpResponseBase:
    """To the provider's own form."""
    return _lead_to_form(request)


@require_GET
@member_required(role=Role.OWNER)
def again(request: StudioRequest) -> HttpResponseBase:
    """Where the provider sends somebody whose link was too old: to a new one."""
    return _lead_to_form(request)


@require_POST
@member_required(role=Role.OWNER)
def check(request: StudioRequest) -> HttpResponseBase:
    """Ask the provider now how the account stands."""
    try:
        refresh_account(actor=actor_of(request))
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        messages.success(request, "Asked the payment provider just now.")
    return redirect("studio-payments")


def _lead_to_form(request: StudioRequest) -> HttpResponseBase:
    try:
        link = begin_set_up(
            return_url=_absolute(request, reverse("studio-payments") + "?returned=1"),
            refresh_url=_absolute(request, reverse("studio-payments-again")),
            actor=actor_of(request),
        )
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect("studio-payments")
    return redirect(link)


def _absolute(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)
