"""/line/: a place in line by a plain form, as a page or as the sheet over the video.

Not here: the rules (catalog.services: lists, waitlist), and what the live page's card does by itself.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from catalog.selectors import offers
from catalog.selectors.lines import drop_list, place_view
from catalog.services.lists import enter_list
from catalog.services.waitlist import join_waitlist
from checkout.api.fields import parse_path_id
from checkout.api.viewers import give_viewer
from checkout.guards import require_admitted
from checkout.newcomers import count_newcomer
from checkout.people import asker_of, device_behind
from checkout.selectors.customers import customer_of
from checkout.views.checkout import show
from kernel.errors import InvalidInput, Problem
from kernel.tenancy import current_brand, current_schema
from kernel.traces import write_device
from kernel.viewers import new_viewer, viewer_of


class LineForm(forms.Form):
    """The address is asked for, not wanted: the page tells as well."""

    email = forms.EmailField(label=_("E-mail, if we should write to you"), required=False)


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest) -> HttpResponseBase:
    """What there is to wait for; POST takes the place, and says where in line it is."""
    asked = request.POST if request.method == "POST" else request.GET
    variant_id = parse_path_id("var", asked.get("variant", ""))
    if variant_id is None:
        raise InvalidInput(param="variant", reason="Choose a product again.")
    offer = offers([variant_id], current_brand().currency).get(variant_id)
    drop = offer.drop if offer and offer.drop and offer.drop.public_id == asked.get("drop") else None
    customer = customer_of(viewer_of(request))
    context: dict[str, Any] = {
        "offer": offer,
        "drop": drop,
        "list": drop_list(drop.id) if drop else None,
        "form": LineForm(),
        "known_email": customer.email if customer else "",
    }
    if request.method != "POST":
        return show(request, "checkout/line.html", context)
    context["form"] = form = LineForm(request.POST)
    if not form.is_valid():
        return show(request, "checkout/line.html", context, status=422)
    return _join(request, context)


def _join(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    offer, drop, email = context["offer"], context["drop"], context["form"].cleaned_data["email"]
    viewer = viewer_of(request)
    if viewer is None:
        count_newcomer(request)
        viewer = new_viewer()
    device = device_behind(request)
    status = 200
    try:
        require_admitted(request, viewer)
        asker = asker_of(request, viewer, device=device, email=email)
        if drop is not None and context["list"].state == "open":
            place = enter_list(drop_id=drop.id, asker=asker)
        else:
            place = join_waitlist(
                variant_id=offer.variant_id,
                drop_id=drop.id if drop else None,
                asker=asker,
                actor=f"viewer:{viewer.key}",
            )
        context["place"] = place_view(place)
    except Problem as problem:
        context["problem"], status = problem, problem.status
    response = show(request, "checkout/line.html", context, status=status)
    give_viewer(response, viewer)
    write_device(response, device, schema=current_schema())
    return response
