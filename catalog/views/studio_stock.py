"""/studio/products/<id>/stock/: units that arrive, counts put right, the whole journal.

Not here: holds and sales, which come from buyers.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from catalog.errors import VariantNotFound
from catalog.forms import CorrectForm, ReceiveForm
from catalog.models import StockMove, Variant
from catalog.selectors.stock import verify_stock
from catalog.services.stock import Counts, correct_stock, receive_stock
from catalog.views.studio_products import described
from kernel.errors import Problem
from tenants.api.actors import actor_of
from tenants.forms import blame
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@member_required(Role.HOST)
@require_POST
def receive(request: StudioRequest, variant_id: str) -> HttpResponseBase:
    """Units that arrived."""
    form = ReceiveForm(request.POST)
    return _move(request, variant_id, form, receive_stock, "{quantity} received. {counts.available} are free.")


@member_required(Role.HOST)
@require_POST
def correct(request: StudioRequest, variant_id: str) -> HttpResponseBase:
    """A count put right, with the reason."""
    form = CorrectForm(request.POST)
    return _move(
        request, variant_id, form, correct_stock, "The count is {counts.total} now. {counts.available} are free."
    )


@member_required(Role.HOST)
@require_safe
def journal(request: StudioRequest, variant_id: str) -> HttpResponseBase:
    """Every move of one variant, newest first, and whether they add up."""
    variant = _variant(variant_id)
    number = request.GET.get("page", "1")
    moves = StockMove.objects.filter(variant=variant).order_by("-id")
    page = Paginator(moves, 100).get_page(number)
    context = {
        "variant": variant,
        "page": page,
        "moves": [described(move) for move in page],
        "check": verify_stock(variant.pk),
    }
    return render(request, "studio/products/journal.html", context)


def _move(
    request: StudioRequest, variant_id: str, form: ReceiveForm | CorrectForm, act: Callable[..., Counts], words: str
) -> HttpResponseBase:
    """Do what the panel's form asks, and say how many there are then, in `words`."""
    variant = _variant(variant_id)
    if form.is_valid():
        try:
            counts = act(variant_id=variant.pk, actor=actor_of(request), **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, words.format(counts=counts, **form.cleaned_data))
    _say_faults(request, form)
    return redirect(_panel(variant))


def _variant(text: str) -> Variant:
    try:
        return Variant.objects.select_related("product", "stock").get(pk=Variant.parse_id(text))
    except Variant.DoesNotExist:
        raise VariantNotFound from None


def _panel(variant: Variant) -> str:
    return reverse("studio-product", args=[variant.product.public_id]) + f"?variant={variant.public_id}"


def _say_faults(request: StudioRequest, form: ReceiveForm | CorrectForm) -> None:
    """The panel's forms are small: what is wrong is said above the table, and nothing was moved."""
    for name, faults in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, " ".join([f"{label}:" if label else "", *map(str, faults)]).strip())
