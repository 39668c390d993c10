"""Where uploaded pictures are read: always on the brand's own host, whatever store holds them.

Not here: what may be uploaded (services/images.py).
"""

from urllib.parse import quote

from django.conf import settings


def media_url(name: str) -> str:
    """The address of a stored picture. The page's policy allows no other host for images."""
    return f"{settings.MEDIA_URL}{quote(name)}"
