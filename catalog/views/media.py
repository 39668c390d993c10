"""/media/<name>: uploaded pictures of this brand, from whatever store holds them.

Not here: what was let in (services/images.py), and live segments (streams).
"""

from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Names carry the hash of their content, so that what is under a name never changes. Anything that
# is no picture is not served from here, also when it lies in the brand's folder.
_LONGEST: Final = 200  # far above any name we give, far below what a file system refuses
_TYPES: Final = {"webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse:
    """One file out of the folder of the request's brand; another brand's name is a 404."""
    kind = _TYPES.get(name.rpartition(".")[2])
    if kind is None or len(name) > _LONGEST:
        raise Http404
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except (FileNotFoundError, IsADirectoryError, SuspiciousOperation) as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
