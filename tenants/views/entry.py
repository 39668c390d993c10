"""Ways into a studio on the brand's own host: the platform's ticket, and an invitation.

Not here: login by password (allauth).
"""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kernel import ratelimit
from kernel.errors import Problem
from tenants.accounts import sign_in
from tenants.forms import JoinForm, blame
from tenants.models import Brand, User
from tenants.services.entry import redeem_ticket
from tenants.services.members import accept_invitation, read_invitation


@never_cache
@require_GET
def enter(request: HttpRequest) -> HttpResponseBase:
    """Sign in by a ticket, once. A spent one leads to the login."""
    brand: Brand = request.brand  # type: ignore[attr-defined]
    sign_in(request, redeem_ticket(brand=brand, token=request.GET.get("ticket", "")))
    return redirect("studio-home")


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """Accept an invitation: with the account that has its address, or with a new one."""
    brand: Brand = request.brand  # type: ignore[attr-defined]
    ratelimit.require("join", request.META["REMOTE_ADDR"], limit=60, seconds=3600)
    invitation = read_invitation(brand=brand, token=token)
    owner = User.objects.filter(email__iexact=invitation.email).first()
    person = request.user if isinstance(request.user, User) else None
    is_other = person is not None and person.email.lower() != invitation.email.lower()
    form = JoinForm(request.POST or None) if owner is None and person is None else None
    if request.method == "POST" and not is_other and (person or (form and form.is_valid())):
        try:
            member = accept_invitation(
                brand=brand, token=token, user=person, **(form.cleaned_data if form is not None else {})
            )
        except Problem as problem:
            if form is None:
                raise
            blame(form, problem)
        else:
            if person is None:
                sign_in(request, member.user)
            return redirect("studio-home")
    context = {"invitation": invitation, "form": form, "is_other": is_other, "has_account": owner is not None}
    return render(request, "platform/join.html", context, status=422 if form and form.errors else 200)
