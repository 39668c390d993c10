"""Who may call an endpoint: scopes for keys, roles for members, anybody for the shop window.

Not here: rights on single rows; the schema is the brand's, so that foreign rows do not exist.
"""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from kernel.errors import NotAllowed
from kernel.problems import NotSignedIn
from tenants.errors import ScopeMissing
from tenants.models import ApiKey, Member, Role
from tenants.selectors import member_of

if TYPE_CHECKING:
    from rest_framework.views import APIView

_RANK = {Role.MODERATOR: 0, Role.HOST: 1, Role.OWNER: 2}


def current_member(request: HttpRequest) -> Member | None:
    """The member behind a request, asked for once a request."""
    known: Member | bool | None = getattr(request, "vitrine_member", False)
    if known is False:
        brand = getattr(request, "brand", None)
        known = member_of(brand, request.user) if brand and request.user.is_authenticated else None
        request.vitrine_member = known  # type: ignore[attr-defined]
    return known  # type: ignore[return-value]


def has_role(member: Member | None, least: Role) -> bool:
    """Owner > host > moderator."""
    return member is not None and _RANK[Role(member.role)] >= _RANK[least]


class Closed(BasePermission):
    """The default: an endpoint that names no permission is refused."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        raise NotAllowed


class Public(BasePermission):
    """Anybody on the brand's host: what the live page shows."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return True


class Staff(BasePermission):
    """A key with the view's scope, or a member with at least the view's role.

    The view sets `read_scope`, `write_scope`, and `read_role`, `write_role` (default: moderator
    reads, host writes).
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        if isinstance(request.auth, ApiKey):
            scope: str = view.read_scope if reading else view.write_scope  # type: ignore[attr-defined]
            if scope not in request.auth.scopes:
                raise ScopeMissing(scope=scope)
            return True
        member = current_member(request._request)
        if member is None:
            raise NotAllowed() if request.user.is_authenticated else NotSignedIn()
        default = Role.MODERATOR if reading else Role.HOST
        least: Role = getattr(view, "read_role" if reading else "write_role", default)
        if not has_role(member, least):
            raise NotAllowed
        return True
