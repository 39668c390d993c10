"""Logos: what is uploaded is read, measured and written anew; nothing of the file itself is served.

Not here: colours (services/theme.py).
"""

import hashlib
import io
import warnings
from typing import Literal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from PIL import Image, UnidentifiedImageError

from kernel.tenancy import brand_context
from tenants.errors import LogoTooLarge, LogoUnreadable
from tenants.models import Brand, Theme
from tenants.selectors import forget_hosts

Kind = Literal["logo", "logo_night", "mark"]
MOST_BYTES, MOST_PIXELS = 2 * 1024 * 1024, 4000
_BOX: dict[Kind, tuple[int, int]] = {"logo": (800, 160), "logo_night": (800, 160), "mark": (256, 256)}


def replace_logo(*, brand: Brand, kind: Kind, upload: UploadedFile) -> Theme:
    """Store a logo as WebP under the hash of its content and show it from now on.

    Raises LogoTooLarge before anything is decoded, LogoUnreadable for what is no raster picture.
    The file is written before the transaction: a name that nobody refers to does no harm.
    """
    content = _reencoded(upload, _BOX[kind])
    name = f"{kind.replace('_', '-')}-{hashlib.sha256(content).hexdigest()[:16]}.webp"
    with brand_context(brand):
        path = f"theme/{name}"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
        return _show(brand, kind, name)


def remove_logo(*, brand: Brand, kind: Kind) -> Theme:
    """Show the brand's name instead; the file stays for pages that are open."""
    return _show(brand, kind, "")


def _show(brand: Brand, kind: Kind, name: str) -> Theme:
    with transaction.atomic():
        Theme.objects.filter(pk=brand.pk).update(**{kind: name})
        Brand.objects.filter(pk=brand.pk).update(revision=F("revision") + 1)
        transaction.on_commit(forget_hosts)
    return Theme.objects.get(pk=brand.pk)


def _reencoded(upload: UploadedFile, box: tuple[int, int]) -> bytes:
    if (upload.size or 0) > MOST_BYTES:
        raise LogoTooLarge(param="file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=("PNG", "WEBP", "JPEG")) as picture:
                if max(picture.size) > MOST_PIXELS:
                    raise LogoTooLarge(param="file")
                drawn = picture.convert("RGBA")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise LogoTooLarge(param="file") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise LogoUnreadable(param="file") from error
    drawn.thumbnail(box)
    out = io.BytesIO()
    drawn.save(out, "WEBP", lossless=True, method=4)
    return out.getvalue()
