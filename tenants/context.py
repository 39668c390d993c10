"""What every template knows of the brand.

Not here: what one page shows.
"""

from typing import Any

from django.http import HttpRequest


def brand(request: HttpRequest) -> dict[str, Any]:
    """`brand` is the brand of the host, or None on the platform's own site."""
    return {"brand": getattr(request, "brand", None)}
