"""The studio's front door and a member's own page.

Not here: the places behind it; each app brings its own.
"""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from tenants.studio import StudioRequest, member_required


@member_required()
def studio_home(request: StudioRequest) -> HttpResponseBase:
    return redirect("/studio/shows/")


@member_required()
def account(request: StudioRequest) -> HttpResponseBase:
    """Name, password and second factor of the person who is signed in."""
    return render(request, "studio/account.html")
