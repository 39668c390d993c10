"""Authentication of API calls: a key in the header, or the studio's session.

Not here: what the caller may do (permissions).
"""

import datetime as dt
import secrets

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from kernel import clock
from tenants.models import ApiKey, User
from tenants.services.api_keys import hash_secret


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer vt_<prefix>_<secret>`. A key of another brand is no key here."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not text.startswith("vt_"):
            return None
        # The brand's slug has no underscore and the prefix's hex neither; a secret may have some.
        slug, _, rest = text.removeprefix("vt_").partition("_")
        handle, _, secret = rest.partition("_")
        key = ApiKey.objects.filter(
            prefix=f"{slug}_{handle}", brand=getattr(request._request, "brand", None), revoked_at=None
        ).first()
        stored = key.secret_hash if key else hash_secret("")
        if not secrets.compare_digest(stored, hash_secret(secret)) or key is None:
            raise AuthenticationFailed
        if key.last_used_at is None or key.last_used_at < clock.now() - dt.timedelta(minutes=1):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=clock.now())
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class MemberSession(SessionAuthentication):
    """The studio's own session cookie, with CSRF. Whether the user is a member is a permission."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        return super().authenticate(request)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the brand: vt_…"}


class MemberSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = MemberSession
    name = "studioSession"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "vt_staff"}
