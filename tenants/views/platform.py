"""The platform's own site: what Vitrine is, opening a brand, the way into one's brands.

Not here: signing in and out (allauth) and the studio.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from kernel import ratelimit
from kernel.errors import Problem
from tenants.accounts import sign_in
from tenants.claims import proofs
from tenants.errors import SlugTaken
from tenants.forms import NewBrandForm, SignUpForm, blame
from tenants.models import Brand, Member, User
from tenants.selectors import brands_of, demo_addresses, primary_address
from tenants.services.provisioning import STEPS
from tenants.services.sign_up import entry_ticket
from tenants.services.sign_up import sign_up as open_brand

# What a person reads while a step runs.
_STEP_WORDS = {
    "clone_template": "A place of its own for your data",
    "publish_theme": "Colours that can be read",
    "open_log": "The log of your shows",
    "first_contents": "Sample products and a first way to ship them",
    "activate": "The door opens",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "platform/home.html", {"proofs": proofs(), "demo_shows": demo_addresses()})


@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponseBase:
    """Open a brand; then the page that waits until it stands."""
    person = request.user if isinstance(request.user, User) else None
    kind = NewBrandForm if person else SignUpForm
    form = kind(_with_suggestion(request) if request.method == "POST" else None)
    suggestion = ""
    if request.method == "POST" and form.is_valid():
        try:
            ratelimit.require("sign-up", request.META["REMOTE_ADDR"], limit=20, seconds=3600)
            cleaned: dict[str, Any] = {"email": "", "password": "", **form.cleaned_data}
            brand = open_brand(**cleaned, user=person)
        except Problem as problem:
            blame(form, problem)
            suggestion = problem.data.get("suggestion", "") if isinstance(problem, SlugTaken) else ""
        else:
            if person is None:
                sign_in(request, User.objects.get(email__iexact=form.cleaned_data["email"]))
            return redirect("opening", slug=brand.slug)
    context = {"form": form, "suggestion": suggestion, "platform_host": settings.PLATFORM_HOST}
    return render(request, "platform/sign_up.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def opening(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What is being set up. The page asks again by itself, also without script, then goes in."""
    brand = _own_brand(request, slug)
    if brand.status != Brand.Status.PROVISIONING:
        return redirect("enter", slug=brand.slug)
    done = {step.name: step for step in brand.steps.all()}
    steps = [
        {"words": _STEP_WORDS[name], "is_done": name in done and done[name].finished_at is not None}
        for name, _ in STEPS
    ]
    is_stuck = any(step.attempts > 2 and step.finished_at is None for step in done.values())
    response = render(
        request, "platform/opening.html", {"brand_name": brand.name, "steps": steps, "is_stuck": is_stuck}
    )
    response["Refresh"] = "5" if is_stuck else "1"
    return response


@never_cache
@login_required
@require_GET
def enter(request: HttpRequest, slug: str) -> HttpResponseBase:
    """On to the studio on the brand's own host, with a ticket that signs in there once."""
    brand = _own_brand(request, slug)
    if brand.status == Brand.Status.PROVISIONING:
        return redirect("opening", slug=brand.slug)
    ticket = entry_ticket(brand, request.user)  # type: ignore[arg-type]
    return redirect(f"{primary_address(brand).base_url}/studio/enter/?ticket={ticket}")


@never_cache
@login_required
@require_GET
def brands(request: HttpRequest) -> HttpResponse:
    """The brands this person works for, with their role."""
    assert isinstance(request.user, User)
    roles = {m.brand_id: m.get_role_display() for m in Member.objects.filter(user=request.user)}
    rows = [
        {"brand": brand, "role": roles[brand.pk], "address": primary_address(brand)}
        for brand in brands_of(request.user)
    ]
    return render(request, "platform/brands.html", {"rows": rows})


def _with_suggestion(request: HttpRequest) -> QueryDict:
    """The form as sent; its button "Take maison-orme-live" fills the address in."""
    data = request.POST.copy()
    if "take" in data:
        data["slug"] = str(data["take"])
    return data


def _own_brand(request: HttpRequest, slug: str) -> Brand:
    brand = Brand.objects.filter(slug=slug, members__user_id=request.user.pk or 0).first()
    if brand is None:
        raise Http404
    return brand
