"""Pictures: refused by their header, written anew without metadata, served to their own brand only."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from catalog.errors import ImageRefused, ProductNotFound
from catalog.models import ProductImage
from catalog.selectors import offers
from catalog.services import images as services
from catalog.services.images import add_image, remove_image
from kernel.ids import uuid7
from kernel.tenancy import brand_context
from tenants.models import Brand
from tests.catalog.conftest import shop_client
from tests.factories.catalog import ACTOR, make_product


def picture(size: tuple[int, int] = (2000, 1000), kind: str = "JPEG", mode: str = "RGB", **extra: object) -> io.BytesIO:
    target = io.BytesIO()
    Image.new(mode, size, (120, 40, 60)[: len(mode)] + ((90,) if mode == "RGBA" else ())).save(target, kind, **extra)
    target.seek(0)
    return target


def png_header(width: int, height: int) -> io.BytesIO:
    """A PNG of a hundred bytes that says it is `width` × `height`."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 50)) + chunk(b"IEND", b""))


def stored(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
    return image


def test_a_picture_is_kept_in_three_widths(in_aurora: Brand) -> None:
    product = make_product()
    image = add_image(product_id=product.pk, file=picture(), alt=" A bottle ", actor=ACTOR)
    assert [stored(name).size for name in (image.small, image.medium, image.large)] == [
        (320, 160),
        (800, 400),
        (1600, 800),
    ]
    assert (image.width, image.height, image.alt, image.position) == (1600, 800, "A bottle", 0)
    assert stored(image.large).format == "WEBP"
    assert add_image(product_id=product.pk, file=picture(kind="PNG"), actor=ACTOR).position == 1


def test_small_pictures_are_not_blown_up(in_aurora: Brand) -> None:
    image = add_image(product_id=make_product().pk, file=picture((500, 700), "WEBP"), actor=ACTOR)
    assert (image.width, image.height) == (500, 700)
    assert stored(image.small).size == (320, 448)


def test_metadata_is_gone_and_the_picture_stands_upright(in_aurora: Brand) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "12 Linden Street"
    image = add_image(product_id=make_product().pk, file=picture((900, 600), exif=exif), actor=ACTOR)
    assert (image.width, image.height) == (600, 900)
    for name in (image.small, image.medium, image.large):
        kept = stored(name)
        assert not kept.getexif()
        assert "xmp" not in kept.info
        with default_storage.open(name) as file:
            assert b"Linden" not in file.read()


def test_transparency_stays(in_aurora: Brand) -> None:
    image = add_image(product_id=make_product().pk, file=picture((40, 40), "PNG", "RGBA"), actor=ACTOR)
    assert stored(image.large).mode == "RGBA"


def test_a_bomb_is_refused_before_it_unpacks(in_aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_decoding(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", no_decoding)
    for size in ((8000, 5001), (60_000, 60_000)):
        with pytest.raises(ImageRefused):
            add_image(product_id=make_product().pk, file=png_header(*size), actor=ACTOR)
    with pytest.raises(AssertionError, match="decoded"):  # the check can tell: a fair picture is decoded
        add_image(product_id=make_product().pk, file=picture(), actor=ACTOR)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), id="svg"),
        pytest.param(picture(kind="GIF"), id="gif"),
        pytest.param(picture(kind="TIFF"), id="tiff"),
        pytest.param(io.BytesIO(picture().getvalue()[:400]), id="cut off"),
        pytest.param(png_header(300, 300), id="broken body"),
        pytest.param(io.BytesIO(b""), id="empty"),
    ],
)
def test_what_is_no_picture_is_refused(in_aurora: Brand, file: io.BytesIO) -> None:
    file.seek(0)
    with pytest.raises(ImageRefused, match="Use a JPEG, PNG or WebP"):
        add_image(product_id=make_product().pk, file=file, actor=ACTOR)
    assert not ProductImage.objects.exists()


def test_size_and_number_are_capped(in_aurora: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product()
    monkeypatch.setattr(services, "MOST_IMAGES", 1)
    add_image(product_id=product.pk, file=picture((10, 10)), actor=ACTOR)
    with pytest.raises(ImageRefused, match="at most 1"):
        add_image(product_id=product.pk, file=picture((10, 10)), actor=ACTOR)
    monkeypatch.setattr(services, "MOST_BYTES", 100)
    with pytest.raises(ImageRefused, match="larger than"):
        add_image(product_id=product.pk, file=picture(), actor=ACTOR)
    with pytest.raises(ProductNotFound):
        add_image(product_id=uuid7(), file=picture(), actor=ACTOR)


def test_an_offer_carries_the_first_picture_until_it_is_removed(in_aurora: Brand) -> None:
    product = make_product()
    variant_id = product.variants.get().pk
    first = add_image(product_id=product.pk, file=picture(), alt="Front", actor=ACTOR)
    second = add_image(product_id=product.pk, file=picture((400, 400)), actor=ACTOR)
    offer = offers([variant_id], "EUR")[variant_id]
    assert (offer.image_url, offer.image_alt) == (f"/media/{first.medium}", "Front")
    for _ in range(2):
        remove_image(image_id=first.pk, actor=ACTOR)
    assert offers([variant_id], "EUR")[variant_id].image_small_url == f"/media/{second.small}"


def test_a_picture_is_served_on_its_own_brands_host_for_ever(aurora: Brand, fjord: Brand, uploads: Path) -> None:
    with brand_context(aurora):
        image = add_image(product_id=make_product().pk, file=picture(), actor=ACTOR)
    response = shop_client(aurora).get(f"/media/{image.small}")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(response.content)).size == (320, 160)
    assert shop_client(fjord).get(f"/media/{image.small}").status_code == 404
    (uploads / fjord.schema_name).mkdir()
    climb = f"/media/../{aurora.schema_name}/{image.small}"
    for path in (climb, climb.replace("..", "%2e%2e"), "/media//etc/passwd", "/media/products", "/media/a.webp/"):
        assert shop_client(fjord).get(path).status_code == 404, path


def test_what_is_no_picture_is_not_served(aurora: Brand, uploads: Path) -> None:
    folder = uploads / aurora.schema_name
    folder.mkdir()
    (folder / "page.html").write_text("<script>")
    (folder / "export.csv").write_text("secret")
    for name in ("page.html", "export.csv"):
        assert shop_client(aurora).get(f"/media/{name}").status_code == 404
    assert shop_client(aurora).post("/media/products/a.webp").status_code == 405
