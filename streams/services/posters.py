"""The poster of a show: whatever is uploaded becomes one plain JPEG of a bounded size.

Not here: the poster that the engine takes from a recording.
"""

import hashlib
import io
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from streams.errors import PosterUnreadable
from streams.events import ShowUpdated
from streams.models import Show
from streams.services.locked import lock_show
from streams.services.show_log import show_facts, tell

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP")


def set_poster(*, show_id: uuid.UUID, data: bytes, actor: str) -> Show:
    """Re-encode a picture and make it the show's poster. What the file carried besides its pixels is
    dropped. Raises PosterUnreadable, ShowNotFound. Locks the show; files are written before that."""
    picture = _encode(data)
    name = f"posters/{show_id}-{hashlib.sha256(picture).hexdigest()[:12]}.jpg"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(picture))
    with transaction.atomic():
        show = lock_show(show_id)
        if show.poster != name:
            show.poster = name
            show.save(update_fields=["poster"])
            tell(show, ShowUpdated(**show_facts(show)), actor=actor)
    return show


def _encode(data: bytes) -> bytes:
    if not data or len(data) > MOST_BYTES:
        raise PosterUnreadable(param="poster")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as source:
            # Size is known from the header, before a single pixel is decoded.
            if source.width * source.height > MOST_PIXELS:
                raise PosterUnreadable(param="poster")
            upright = ImageOps.exif_transpose(source).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PosterUnreadable(param="poster") from error
    upright.thumbnail((SIDE, SIDE))
    target = io.BytesIO()
    upright.save(target, "JPEG", quality=82, progressive=True, optimize=True)
    return target.getvalue()
