"""The checkout of a viewer: as a page, or as the sheet over the video when a script asks for it.

Works without script up to the payment, whose fields are the provider's own.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.selectors import offers
from checkout import selectors
from checkout.api.fields import parse_path_id
from checkout.api.viewers import give_viewer
from checkout.errors import HoldNotFound, OrderNotFound, PaymentsNotReady
from checkout.forms import AddressForm
from checkout.guards import require_admitted
from checkout.models import Hold, Order, Payment
from checkout.newcomers import count_newcomer
from checkout.parcel_forms import ReturnForm
from checkout.selectors.quotes import Destination, Quote
from checkout.services.coupon_tries import tried_code
from checkout.services.holds import create_hold, extend_hold, release_hold
from checkout.services.orders import place_order
from checkout.services.payments import confirm_payment
from kernel import clock
from kernel.errors import InvalidInput, Problem
from kernel.money import Money
from kernel.tenancy import current_brand, current_schema
from kernel.traces import device_hash
from kernel.viewers import Viewer, new_viewer, viewer_of
from tenants.currency import chosen_currency


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page's frame leads."""

    home: str = "/"
    bag: str = "/checkout/"
    checkout: str = "/checkout/"
    sign_in: str = "/account/"


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page, or its middle alone for a sheet; never kept by a cache."""
    base = "checkout/bare.html" if request.headers.get("X-Vitrine-Sheet") else "base/page.html"
    common = {"base": base, "urls": Links(), "now": clock.now()}
    response = render(request, template, common | context, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Cookie, X-Vitrine-Sheet"
    return response


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponseBase:
    """What is held, the address, the total; POST places the order and goes on to pay."""
    viewer = viewer_of(request)
    wanted = request.GET.get("variant") or request.GET.get("add")
    if wanted and request.method != "POST":
        return _offer_to_hold(request, wanted)
    holds = selectors.live_holds(viewer.key) if viewer else []
    if viewer is None or not holds:
        return show(request, "checkout/empty.html", {})
    return _checkout_page(request, viewer, *_by_currency(holds, chosen_currency(request)))


def _by_currency(holds: list[Hold], chosen: str) -> tuple[list[Hold], list[Hold]]:
    """What is paid together: one currency, the chosen one when something is held in it. And the rest."""
    currency = chosen if any(hold.currency == chosen for hold in holds) else holds[0].currency
    return [one for one in holds if one.currency == currency], [one for one in holds if one.currency != currency]


def _checkout_page(request: HttpRequest, viewer: Viewer, holds: list[Hold], others: list[Hold]) -> HttpResponseBase:
    countries = selectors.delivery_countries(holds[0].currency)
    sent = request.POST if request.method == "POST" else None
    form = AddressForm(sent, countries=countries, initial=_known_of(viewer, countries))
    known = {name: str(form[name].value() or "") for name in ("country", "region", "postal_code")}
    typed = str((sent if sent is not None else request.GET).get("coupon", ""))[:60]
    only_look = sent is not None and sent.get("act") == "coupon"
    can_pay = selectors.can_be_paid()
    problem: Problem | None = None if can_pay else PaymentsNotReady()
    priced, coupon_problem = None, None
    try:
        method_id = parse_path_id("shp", request.POST.get("shipping_method", ""))
        code = tried_code(viewer, typed)
        priced, coupon_problem = _priced(holds, Destination(**known), method_id, code, viewer)
        if sent is not None and not only_look and coupon_problem is None and form.is_valid():
            payment = place_order(
                viewer=viewer,
                hold_ids=[hold.pk for hold in holds],
                buyer=form.buyer(get_language() or "en"),
                expected=_seen_total(request, priced.sums.total),
                shipping_method_id=method_id,
                coupon_code=code,
                actor=f"viewer:{viewer.key}",
            )
            return redirect("checkout-pay", payment.order.public_id)
    except Problem as refused:
        problem = refused
    status = 200 if problem is None or (sent is None and not can_pay) else problem.status
    if problem is None and sent is not None and not (only_look and coupon_problem is None):
        status = 422  # a valid form has left by now
    if only_look and sent is not None:
        form = AddressForm(countries=countries, initial=sent.dict())  # what is missing is asked for when they pay
    context = {
        "form": form,
        "coupon": typed,
        "coupon_problem": coupon_problem,
        "lines": selectors.bag_lines(holds),
        "others": selectors.bag_lines(others),
        "first": min(holds, key=lambda hold: hold.expires_at),
        "quote": priced,
        "problem": problem,
        "can_pay": can_pay,
        "payment": provider_facts(),
    }
    return show(request, "checkout/checkout.html", context, status=status)


def _priced(
    holds: list[Hold], to: Destination, method_id: uuid.UUID | None, code: str, viewer: Viewer
) -> tuple[Quote, Problem | None]:
    """The sums with this coupon, or without it and why it does not count."""
    try:
        with_it = selectors.quote(holds, to=to, shipping_method_id=method_id, coupon_code=code, viewer=viewer)
    except Problem as problem:
        if problem.param != "coupon":
            raise
        return selectors.quote(holds, to=to, shipping_method_id=method_id), problem
    return with_it, None


@require_POST
def hold(request: HttpRequest) -> HttpResponseBase:
    """Hold one thing by a plain form, then go to the checkout."""
    viewer = viewer_of(request)
    fresh = viewer is None
    if viewer is None:
        count_newcomer(request)
        viewer = new_viewer()
    variant_id = parse_path_id("var", request.POST.get("variant", ""))
    drop_id = parse_path_id("drp", request.POST.get("drop", ""))
    if variant_id is None:
        raise InvalidInput(param="variant", reason="Choose a product again.")
    require_admitted(request, viewer)
    create_hold(
        viewer=viewer,
        variant_id=variant_id,
        quantity=_pieces(request),
        currency="" if drop_id else chosen_currency(request),
        drop_id=drop_id,
        show_id=parse_path_id("shw", request.POST.get("show", "")),
        device=device_hash(request.COOKIES, schema=current_schema()),
        actor=f"viewer:{viewer.key}",
    )
    response = redirect("checkout")
    if fresh:
        give_viewer(response, viewer)
    return response


@require_POST
def change_hold(request: HttpRequest, hold_id: str, act: str) -> HttpResponseBase:
    """Let a hold go, or give it more time, by a plain form."""
    viewer, found = viewer_of(request), parse_path_id("hld", hold_id)
    if viewer is None or found is None:
        raise HoldNotFound
    change = extend_hold if act == "extend" else release_hold
    change(viewer=viewer, hold_id=found, actor=f"viewer:{viewer.key}")
    return redirect("checkout")


@never_cache
@require_GET
def pay(request: HttpRequest, order_id: str) -> HttpResponseBase:
    """The payment step of those who came without the one-page form; also after a refused card."""
    payment = _payment_of(request, order_id)
    order = payment.order
    if order.status != Order.Status.PENDING:
        return redirect(order.page_url)
    context = {"order": order, "open": payment, "payment": provider_facts()}
    return show(request, "checkout/pay.html", context)


@never_cache
@require_GET
def come_back(request: HttpRequest, order_id: str) -> HttpResponseBase:
    """Where the provider sends the browser after a detour to the bank. Asks how the payment stands."""
    payment = confirm_payment(payment_id=_payment_of(request, order_id).pk)
    order = Order.objects.get(pk=payment.order_id)
    if order.status != Order.Status.PENDING:
        return redirect(order.page_url)
    if payment.failure_ref:
        return redirect("checkout-pay", order.public_id)
    return show(request, "checkout/waiting.html", {"order": order})


@never_cache
@require_GET
def order_page(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    """The confirmation, for whoever has its link."""
    return show(request, "checkout/order.html", order_facts(selectors.order_by_link(number, token)))


def order_facts(order: Order, **forms: Any) -> dict[str, Any]:
    """What an order's page shows; `forms` are those that have something to say."""
    choices = selectors.returnable_lines(order)
    return {
        "order": order,
        "lines": order.lines.order_by("pk"),
        "shipments": order.shipments.prefetch_related("lines__line").order_by("pk"),
        "returns": selectors.returns_list(view="all").filter(order=order),
        "may_return": bool(choices),
        "return_form": ReturnForm(choices=choices),
        **forms,
    }


def provider_facts() -> dict[str, str]:
    """What the payment field needs to know; nothing of it is secret."""
    own = selectors.payment_account()
    return {
        "script": settings.STRIPE_JS_URL,
        "key": settings.STRIPE_PUBLISHABLE_KEY,
        "account": own.account if own else (current_brand().stripe_account or ""),
    }


def _offer_to_hold(request: HttpRequest, wanted: str) -> HttpResponse:
    """A link to buy changes nothing by being opened: it shows the thing and a button that holds it."""
    variant_id = parse_path_id("var", wanted)
    drop_id = parse_path_id("drp", request.GET.get("drop", ""))
    currency = current_brand().currency if drop_id else chosen_currency(request)
    show_id = None if drop_id else parse_path_id("shw", request.GET.get("show", ""))
    offer = offers([variant_id], currency, show_id=show_id).get(variant_id) if variant_id else None
    drop = offer.drop if offer and offer.drop and offer.drop.id == drop_id else None
    context = {"offer": offer, "drop": drop, "show": request.GET.get("show", "")}
    return show(request, "checkout/hold.html", context, status=200 if offer else 404)


def _pieces(request: HttpRequest) -> int:
    """How many; the service refuses what is too much."""
    typed = request.POST.get("quantity", "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1


def _payment_of(request: HttpRequest, order_id: str) -> Payment:
    """The newest payment of this viewer's own order. Raises OrderNotFound."""
    viewer, found = viewer_of(request), parse_path_id("ord", order_id)
    if viewer is None or found is None:
        raise OrderNotFound
    mine = Payment.objects.select_related("order").filter(order=found, order__viewer_key=viewer.key)
    payment = mine.order_by("-pk").first()
    if payment is None:
        raise OrderNotFound
    return payment


def _known_of(viewer: Viewer, countries: list[str]) -> dict[str, str]:
    """What the form begins with: the last address of this browser, else the brand's country."""
    country = current_brand().country
    known = {"country": country if country in countries else next(iter(countries), "")}
    last = selectors.last_order_of(viewer)
    if last is not None:
        names = ("email", "name", "line1", "line2", "postal_code", "city", "region")
        known |= {name: getattr(last, name) for name in names}
        if last.country in countries:
            known["country"] = last.country
    customer = selectors.customer_of(viewer)
    if customer is not None:
        known |= {"email": customer.email}
    return known


def _seen_total(request: HttpRequest, total: Money) -> Money:
    """The total that stood on the page which was sent; another one now asks the buyer first."""
    seen = request.POST.get("total_minor", "")
    is_number = seen.isascii() and seen.isdigit() and len(seen) < 15
    return Money(int(seen) if is_number else 0, total.currency)
