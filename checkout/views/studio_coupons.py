"""The studio's page of coupons: all of them, and one in a form.

Not here: their rules (services/coupons).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from catalog.selectors.choices import product_names
from checkout.coupon_forms import CouponForm
from checkout.errors import CouponNotFound
from checkout.models import Coupon
from checkout.services.coupons import save_coupon
from kernel.errors import Problem
from tenants.api.actors import actor_of
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

_FIELDS = {"basis_points": "percent", "amount_minor": "amount", "minimum_minor": "minimum"}
_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(role=Role.OWNER)
def coupons(request: StudioRequest, coupon_id: str = "") -> HttpResponseBase:
    """One coupon open in a form, or an empty form for the next; what is refused stands at its field."""
    opened = _coupon(coupon_id) if coupon_id else None
    form = CouponForm(
        request.POST if request.method == "POST" else None,
        currencies=request.brand.currencies,
        products=product_names(),
        coupon=opened,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_coupon(coupon_id=opened.pk if opened else None, terms=form.terms(), actor=actor_of(request))
        except Problem as problem:
            name = _FIELDS.get(problem.param, problem.param)
            form.add_error(name if name in form.fields else None, problem.detail)
        else:
            messages.success(request, f"{saved.code} is saved. It counts from the next checkout on.")
            return redirect("studio-coupons")
    context = {"coupons": Coupon.objects.order_by("-id")[:_SHOWN], "form": form, "opened": opened}
    return render(request, "studio/orders/coupons.html", context, status=422 if form.errors else 200)


def _coupon(text: str) -> Coupon:
    try:
        return Coupon.by_public_id(text)
    except Coupon.DoesNotExist:
        raise CouponNotFound from None
