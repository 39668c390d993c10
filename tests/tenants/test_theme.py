"""The studio's Theme page: publishing, serving by hash, logos.

Not here: the colours themselves (test_palette).
"""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from tenants.errors import LogoTooLarge, LogoUnreadable
from tenants.models import Brand, Theme, ThemeRevision
from tenants.services.logos import replace_logo
from tenants.services.theme import ThemeInputs, publish_theme
from tests.tenants.browsing import body, studio

GREEN = ThemeInputs(accent="#17523f", surface="#f1f3ef", ink="#13211d", font="sturdy", radius=6)


def test_a_published_sheet_sets_the_palette_and_nothing_else(aurora: Brand) -> None:
    theme = publish_theme(brand=aurora, inputs=GREEN)
    palette = Path("frontend/src/styles/tokens/palette.css").read_text()
    assert set(re.findall(r"--vt-brand-[a-z-]+", theme.css)) == set(re.findall(r"--vt-brand-[a-z-]+(?=:)", palette))
    assert re.fullmatch(r":root\{(--vt-brand-[a-z-]+:(#[0-9a-f]{6}|\d+px);?)+\}\n", theme.css)


def test_older_sheets_stay_readable_and_are_kept_for_ever(aurora: Brand) -> None:
    first = publish_theme(brand=aurora, inputs=GREEN)
    publish_theme(brand=aurora, inputs=ThemeInputs("#843a47", "#f6f1ec", "#261f1d", "editorial", 2))
    visitor = Client(HTTP_HOST="aurora.localhost")
    for revision in ThemeRevision.objects.filter(brand=aurora):
        response = visitor.get(f"/theme/{revision.content_hash}.css")
        assert response.content.decode() == revision.css
        assert "immutable" in response["Cache-Control"]
        assert response["Content-Type"].startswith("text/css")
    assert Client(HTTP_HOST="fjord.localhost").get(f"/theme/{first.content_hash}.css").status_code == 404
    assert visitor.get("/theme/0000000000000000.css").status_code == 404


def test_publishing_tells_open_pages_once(aurora: Brand) -> None:
    with brand_context(aurora):
        before = EventRecord.objects.filter(type="theme.published").count()
        theme = publish_theme(brand=aurora, inputs=GREEN, actor="member:x")
        publish_theme(brand=aurora, inputs=GREEN, actor="member:x")
        events = list(EventRecord.objects.filter(type="theme.published").order_by("id"))[before:]
    assert [event.data["css_url"] for event in events] == [theme.css_url]


def test_an_owner_publishes_from_the_page(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    assert "Contrast" in body(owner.get("/studio/theme/"))
    answer = owner.post(
        "/studio/theme/",
        {"accent": "#17523F", "surface": "#f1f3ef", "ink": "#13211d", "font": "sturdy", "radius": 6},
    )
    assert answer.status_code == 302
    assert Theme.objects.get(brand=aurora).accent == "#17523f"


def test_a_refused_theme_is_said_at_its_field_and_changes_nothing(aurora: Brand) -> None:
    before = Theme.objects.get(brand=aurora).content_hash
    answer = studio("owner", aurora).post(
        "/studio/theme/",
        {"accent": "#ff00ff", "surface": "#111111", "ink": "#eeeeee", "font": "house", "radius": 4},
    )
    assert answer.status_code == 422
    assert "would have a contrast of" in body(answer)
    assert 'value="#111111"' in body(answer)
    assert Theme.objects.get(brand=aurora).content_hash == before


def test_the_preview_hears_what_would_follow(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    inputs = {"accent": "#17523f", "surface": "#f1f3ef", "ink": "#13211d", "font": "sturdy", "radius": "6"}
    derived = owner.get("/studio/theme/derived/", inputs).json()
    assert derived["tokens"]["--vt-brand-radius"] == "6px"
    assert {row["name"] for row in derived["contrast"]} >= {"Ink on surface", "Words on accent"}
    refused = owner.get("/studio/theme/derived/", {**inputs, "accent": "crimson"})
    assert (refused.status_code, refused.json()["param"]) == (422, "accent")


def picture(size: tuple[int, int], kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#843a47").save(out, kind)
    return out.getvalue()


def test_a_logo_is_written_anew_and_served(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    sent = picture((1200, 300)) + b"<script>alert(1)</script>"
    answer = owner.post("/studio/theme/logo/", {"kind": "logo", "file": SimpleUploadedFile("x.png", sent)})
    assert answer.status_code == 302
    url = Theme.objects.get(brand=aurora).logo_url
    served = Client(HTTP_HOST="aurora.localhost").get(url)
    assert served["Content-Type"] == "image/webp"
    assert b"script" not in served.content
    assert Image.open(io.BytesIO(served.content)).size == (640, 160)
    assert Client(HTTP_HOST="fjord.localhost").get(url).status_code == 404


def test_what_is_no_picture_or_too_large_is_refused(aurora: Brand) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    for content, error in (
        (svg, LogoUnreadable),
        (b"\x89PNG broken", LogoUnreadable),
        (b"0" * 2_100_000, LogoTooLarge),
    ):
        with pytest.raises(error):
            replace_logo(brand=aurora, kind="logo", upload=SimpleUploadedFile("x", content))
    with pytest.raises(LogoTooLarge):
        replace_logo(brand=aurora, kind="mark", upload=SimpleUploadedFile("x", picture((4001, 10))))
    assert Theme.objects.get(brand=aurora).logo == ""


def test_a_logo_name_is_no_way_into_the_files(aurora: Brand) -> None:
    visitor = Client(HTTP_HOST="aurora.localhost")
    for name in ("..%2f..%2fsettings", "logo-0000000000000000.webp", "logo.webp"):
        assert visitor.get(f"/brand/{name}").status_code == 404


def test_a_picture_that_would_unpack_to_gigabytes_is_refused_by_its_header(aurora: Brand) -> None:
    header = bytearray(picture((10, 10)))
    header[16:24] = struct.pack(">II", 60_000, 60_000)
    header[29:33] = struct.pack(">I", zlib.crc32(bytes(header[12:29])))
    with pytest.raises(LogoTooLarge):
        replace_logo(brand=aurora, kind="logo", upload=SimpleUploadedFile("x.png", bytes(header)))


def test_the_page_shows_what_is_published_also_when_another_process_did_it(aurora: Brand) -> None:
    owner = studio("owner", aurora)
    owner.get("/studio/theme/")  # this process knows the host, and the theme with it, from now on
    Theme.objects.filter(brand=aurora).update(accent="#17523f")
    assert 'value="#17523f"' in body(owner.get("/studio/theme/"))
