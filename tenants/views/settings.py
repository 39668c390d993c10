"""/studio/settings/: members and invitations, domains, API keys, the brand's details.

Not here: the rules (services). A page posts to itself and says what happened.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.errors import NotFound, Problem
from tenants.api.actors import actor_of
from tenants.forms import ApiKeyForm, BrandForm, DomainForm, InviteForm, RoleForm, blame
from tenants.models import ApiKey, Domain, Invitation, Member, Role
from tenants.selectors import members_of
from tenants.services.api_keys import create_api_key, revoke_api_key
from tenants.services.brand_details import update_brand
from tenants.services.domains import add_domain, remove_domain
from tenants.services.members import change_role, invite_member, remove_member, withdraw_invitation
from tenants.studio import StudioRequest, member_required


@member_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def members(request: StudioRequest) -> HttpResponseBase:
    """Who works here, who was asked to; invite on POST."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_member(
                brand=request.brand,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                invited_by=request.member.user,
                actor=actor_of(request),
            )
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, f"We wrote to {invitation.email}. The link works for seven days.")
            return redirect("studio-members")
    invitations = Invitation.objects.filter(brand=request.brand, accepted_at=None, withdrawn_at=None)
    context = {
        "form": form,
        "members": members_of(request.brand),
        "invitations": invitations.order_by("created_at"),
        "roles": Role.choices,
    }
    return _page(request, "studio/settings/members.html", context)


@member_required(Role.OWNER)
@require_POST
def member(request: StudioRequest, member_id: str) -> HttpResponseBase:
    """Change the role of a member, or remove them."""

    def act() -> str:
        key = _key(Member, member_id)
        if "remove" in request.POST:
            remove_member(brand=request.brand, member_id=key, actor=actor_of(request))
            return "Removed. Their next click in this studio is refused."
        form = RoleForm(request.POST)
        if not form.is_valid():
            raise NotFound
        changed = change_role(
            brand=request.brand, member_id=key, role=Role(form.cleaned_data["role"]), actor=actor_of(request)
        )
        return f"{changed.user.display_name} is {changed.get_role_display().lower()} now."

    return _done(request, act, "studio-members")


@member_required(Role.OWNER)
@require_POST
def invitation(request: StudioRequest, invitation_id: str) -> HttpResponseBase:
    """Withdraw an invitation."""

    def act() -> str:
        withdraw_invitation(brand=request.brand, invitation_id=_key(Invitation, invitation_id))
        return "Withdrawn. The link in the mail no longer works."

    return _done(request, act, "studio-members")


@member_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def domains(request: StudioRequest) -> HttpResponseBase:
    """The brand's addresses; claim a domain, or give one up, on POST."""
    if "remove" in request.POST:
        name = request.POST["remove"]

        def act() -> str:
            remove_domain(brand=request.brand, name=name, actor=actor_of(request))
            return f"{name} no longer leads here."

        return _done(request, act, "studio-domains")
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = add_domain(brand=request.brand, name=form.cleaned_data["name"], actor=actor_of(request))
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, f"{added.domain} is noted. It leads nowhere until it is verified.")
            return redirect("studio-domains")
    rows = Domain.objects.filter(tenant=request.brand).order_by("kind", "domain").reverse()
    return _page(
        request,
        "studio/settings/domains.html",
        {"form": form, "domains": rows, "platform_host": settings.PLATFORM_HOST},
    )


@member_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def keys(request: StudioRequest) -> HttpResponseBase:
    """Keys of the API. A new one is in this answer and nowhere else, so no redirect follows it."""
    form = ApiKeyForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = create_api_key(
                brand=request.brand,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                created_by=request.member.user,
                actor=actor_of(request),
            )
            form = ApiKeyForm()
        except Problem as problem:
            blame(form, problem)
    rows = ApiKey.objects.filter(brand=request.brand, revoked_at=None).order_by("created_at")
    return _page(request, "studio/settings/keys.html", {"form": form, "keys": rows, "secret": secret})


@member_required(Role.OWNER)
@require_POST
def revoke_key(request: StudioRequest, key_id: str) -> HttpResponseBase:
    """Revoke a key of this brand."""

    def act() -> str:
        key = ApiKey.objects.filter(brand=request.brand, pk=_key(ApiKey, key_id)).first()
        if key is None:
            raise NotFound
        revoke_api_key(key=key, actor=actor_of(request))
        return f"{key.name} is revoked. Calls with it are refused from now on."

    return _done(request, act, "studio-keys")


@member_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def details(request: StudioRequest) -> HttpResponseBase:
    """Name, contact, currency, language and time zone."""
    brand = type(request.brand).objects.get(pk=request.brand.pk)  # the form writes on it; the host's copy is shared
    form = BrandForm(request.POST or None, instance=brand)
    if request.method == "POST" and form.is_valid():
        try:
            update_brand(brand=brand, **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Saved.")
            return redirect("studio-details")
    return _page(request, "studio/settings/details.html", {"form": form})


@member_required(Role.OWNER)
@require_safe
def settings_home(request: StudioRequest) -> HttpResponseBase:
    """The first of the settings' pages."""
    return redirect("studio-members")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context, status=422 if context["form"].errors else 200)


def _done(request: HttpRequest, act: Callable[[], str], page: str) -> HttpResponseBase:
    """Do something, say so, and go back to the page; a refusal is said there too."""
    try:
        messages.success(request, act())
    except NotFound:
        raise
    except Problem as problem:
        messages.error(request, problem.detail)
    return redirect(page)


def _key(model: type[Member | Invitation | ApiKey], text: str) -> Any:
    try:
        return model.parse_id(text)
    except model.DoesNotExist:
        raise NotFound from None
