"""What pages of a brand load of its look: published style sheets and logos.

Not here: pictures of products (catalog).
"""

import re

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kernel.errors import NotFound
from tenants.models import ThemeRevision

_LOGO = re.compile(r"(logo|logo-night|mark)-[0-9a-f]{16}\.webp")
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def theme_css(request: HttpRequest, content_hash: str) -> HttpResponse:
    """A style sheet under its hash: the newest, or one that an open page still asks for."""
    brand = request.brand  # type: ignore[attr-defined]
    revision = ThemeRevision.objects.filter(brand=brand, content_hash=content_hash).first()
    if revision is None:
        raise NotFound
    return HttpResponse(revision.css, content_type="text/css; charset=utf-8", headers={"Cache-Control": _FOR_EVER})


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    """A re-encoded logo; its name is the hash of its content."""
    if not _LOGO.fullmatch(name):
        raise NotFound
    try:
        with default_storage.open(f"theme/{name}") as file:
            content = file.read()
    except FileNotFoundError:
        raise NotFound from None
    return HttpResponse(content, content_type="image/webp", headers={"Cache-Control": _FOR_EVER})
