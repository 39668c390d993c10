"""Pictures of products: refused by their header, else decoded once and written anew in three widths.

Not here: how they are served (views/media.py). Nothing of the uploaded file reaches a viewer:
neither its bytes nor its metadata.
"""

import hashlib
import io
import uuid
import warnings
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from catalog.errors import ImageRefused, ProductNotFound
from catalog.events import ProductUpdated
from catalog.models import Product, ProductImage
from catalog.services.product_facts import product_facts
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import lock_timeout

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_IMAGES = 12  # of one product
WIDTHS = (320, 800, 1600)
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class _Encoded:
    """One picture in its three widths, named by what is in them; `size` is the largest one's."""

    names: tuple[str, str, str]
    size: tuple[int, int]


def add_image(*, product_id: uuid.UUID, file: IO[bytes], actor: str, alt: str = "") -> ProductImage:
    """Add a picture behind the others of a product.

    The files are written before the row: a process killed in between leaves files that nobody names,
    never a row without files; and the same picture again has the same names. Raises ImageRefused,
    ProductNotFound. Locks the product's row.
    """
    if not Product.objects.filter(pk=product_id).exists():
        raise ProductNotFound
    encoded = _store(_decode(file))
    with transaction.atomic():
        with lock_timeout():
            product = Product.objects.select_for_update().get(pk=product_id)
        count = product.images.count()
        if count >= MOST_IMAGES:
            raise ImageRefused(reason=f"A product has at most {MOST_IMAGES} pictures. Remove one first.")
        small, medium, large = encoded.names
        last = product.images.last()
        image = ProductImage.objects.create(
            product=product,
            small=small,
            medium=medium,
            large=large,
            width=encoded.size[0],
            height=encoded.size[1],
            alt=alt.strip()[:200],
            position=last.position + 1 if last else 0,
        )
        append(ProductUpdated(**product_facts(product)), topic=SHOP_TOPIC, actor=actor)
    return image


@transaction.atomic
def remove_image(*, image_id: uuid.UUID, actor: str) -> None:
    """Take a picture off its product. Its files stay: pages in browsers and replays still name
    them. Removing it twice changes nothing."""
    image = ProductImage.objects.select_related("product").filter(pk=image_id).first()
    if image is None:
        return
    image.delete()
    append(ProductUpdated(**product_facts(image.product)), topic=SHOP_TOPIC, actor=actor)


def _decode(file: IO[bytes]) -> Image.Image:
    """The picture, upright, in RGB or RGBA. Size and format are read from the header: a picture
    that would unpack to gigabytes is refused before a pixel of it is made."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ImageRefused(param="file", reason=f"The file is larger than {MOST_BYTES >> 20} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own cap is lower
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise ImageRefused(
                param="file",
                reason=f"The picture has {picture.width} × {picture.height} pixels. "
                f"Make it smaller than {MOST_PIXELS // 1_000_000} million.",
            )
        picture.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2))
        upright = ImageOps.exif_transpose(picture)
        return _in_srgb(upright.convert("RGBA" if upright.has_transparency_data else "RGB"), picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ImageRefused(param="file", reason="This is no picture we can read. Use a JPEG, PNG or WebP.") from error


def _in_srgb(picture: Image.Image, original: Image.Image) -> Image.Image:
    """Colours as every screen shows them: a phone's wide-gamut profile is applied, not just cut off."""
    profile = original.info.get("icc_profile")
    if not profile or original.mode not in ("RGB", "RGBA"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile is no reason to refuse the picture
    return converted or picture


def _store(picture: Image.Image) -> _Encoded:
    names = []
    size = picture.size
    for width in WIDTHS:
        scaled = picture
        if picture.width > width:
            height = max(1, round(picture.height * width / picture.width))
            scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
        size = scaled.size
        target = io.BytesIO()
        # A picture that was never given metadata has none to leak: EXIF and profiles stay behind.
        scaled.save(target, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
        content = target.getvalue()
        name = f"products/{hashlib.sha256(content).hexdigest()[:32]}-{width}.webp"
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
        names.append(name)
    small, medium, large = names
    return _Encoded(names=(small, medium, large), size=size)
