"""The customer's account: sign in by a code from the mail, see the orders, sign out.

Not here: staff accounts (tenants, allauth).
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from checkout import selectors
from checkout.api.viewers import give_viewer
from checkout.errors import SignInCodeWrong
from checkout.forms import CodeForm, EmailForm
from checkout.services import customers
from checkout.views.checkout import show
from kernel.viewers import new_viewer, viewer_of


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponseBase:
    """The orders of who is signed in; else the form that asks for the mailbox."""
    customer = selectors.customer_of(viewer_of(request))
    if customer is None:
        return show(request, "customer/sign_in.html", {"form": EmailForm()})
    orders = selectors.orders_of_customer(customer)
    return show(request, "customer/orders.html", {"customer": customer, "orders": orders})


@require_POST
def ask_code(request: HttpRequest) -> HttpResponseBase:
    """Mail a code and show where to type it, whether or not the shop knows the mailbox."""
    form = EmailForm(request.POST)
    if not form.is_valid():
        return show(request, "customer/sign_in.html", {"form": form}, status=422)
    email = form.cleaned_data["email"]
    customers.request_code(email=email, address=str(request.META.get("REMOTE_ADDR", "")))
    return show(request, "customer/code.html", {"form": CodeForm(initial={"email": email}), "email": email})


@require_POST
def enter_code(request: HttpRequest) -> HttpResponseBase:
    """Compare the code; on success this browser is the customer's."""
    form = CodeForm(request.POST)
    email = request.POST.get("email", "")
    if form.is_valid():
        try:
            viewer = customers.sign_in(
                viewer=viewer_of(request) or new_viewer(),
                email=form.cleaned_data["email"],
                code=form.cleaned_data["code"],
                address=str(request.META.get("REMOTE_ADDR", "")),
            )
        except SignInCodeWrong as wrong:
            form.add_error("code", wrong.detail)
        else:
            response = redirect("account")
            give_viewer(response, viewer)
            return response
    return show(request, "customer/code.html", {"form": form, "email": email}, status=422)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Forget the customer and the addresses on this browser; what it holds stays its own."""
    response = redirect("account")
    viewer = viewer_of(request)
    if viewer is not None:
        give_viewer(response, customers.sign_out(viewer=viewer))
    return response
