"""Who did it, as events and journals note it.

Not here: whether they may (permissions).
"""

from django.http import HttpRequest
from rest_framework.request import Request

from tenants.api.permissions import current_member
from tenants.models import ApiKey


def actor_of(request: Request | HttpRequest) -> str:
    """`member:mem_…` for a member's session, `key:<prefix>` for a partner's key."""
    key = getattr(request, "auth", None)
    if isinstance(key, ApiKey):
        return f"key:{key.prefix}"
    member = current_member(request._request if isinstance(request, Request) else request)
    return f"member:{member.public_id}" if member else "anonymous"


def name_of(request: Request | HttpRequest) -> str:
    """The same for people to read: a member's own name, or the name of the key."""
    key = getattr(request, "auth", None)
    if isinstance(key, ApiKey):
        return key.name
    member = current_member(request._request if isinstance(request, Request) else request)
    return member.user.display_name if member else ""
