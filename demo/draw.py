"""Renders the drawings in demo/art/svg to JPEG, logos to PNG, by headless Chromium; run by whoever changes a drawing.

The results are committed, because a fresh machine may have no browser and ffmpeg's own SVG reader lacks gradients.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ART = Path(__file__).parent / "art"
LARGEST_BYTES = 120_000
PAGE = """<!doctype html><style>html,body{{margin:0}}img{{display:block;width:{width}px;height:{height}px;
object-fit:cover;object-position:50% {focus}%}}</style><img src="{source}">"""
# Logos are drawn 40 high; this is what the pages' largest screens need.
LOGO_HEIGHT = 160


def is_logo(name: str) -> bool:
    return "-logo" in name or name.endswith("-mark")


def size_of(name: str) -> tuple[int, int]:
    """Pixels of a picture's render."""
    if name.startswith("scene-"):
        if name.endswith("-portrait"):
            return 1080, 1920
        return (1220, 1330) if name.endswith("-lobby") else (1600, 900)
    return 800, 1000


def _render_picture(page: Page, source: Path) -> None:
    """A JPEG of the best quality that stays small."""
    width, height = size_of(source.stem)
    page.set_viewport_size({"width": width, "height": height})
    focus = 24 if (width, height) == (1600, 900) else 50
    _open(page, PAGE.format(width=width, height=height, focus=focus, source=f"svg/{source.name}"))
    for quality in (88, 82, 76, 70, 60):
        picture = page.screenshot(type="jpeg", quality=quality)
        if len(picture) <= LARGEST_BYTES:
            break
    (ART / f"{source.stem}.jpg").write_bytes(picture)
    print(f"{source.stem}.jpg {width}x{height} {len(picture)} bytes, quality {quality}")


def _render_logo(page: Page, source: Path) -> None:
    """A PNG on a clear ground, in the drawing's own proportions."""
    _open(page, f'<!doctype html><style>html,body{{margin:0}}img{{display:block;height:{LOGO_HEIGHT}px}}</style>'
                f'<img src="svg/{source.name}">')  # fmt: skip
    picture = page.locator("img").screenshot(type="png", omit_background=True)
    (ART / f"{source.stem}.png").write_bytes(picture)
    print(f"{source.stem}.png {len(picture)} bytes")


def _open(page: Page, html: str) -> None:
    """From a file beside the drawings: a page without one may not load them."""
    target = ART / "render.html"
    target.write_text(html)
    page.goto(target.as_uri(), wait_until="load")
    target.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for source in sorted((ART / "svg").glob("*.svg")):
            if is_logo(source.stem):
                _render_logo(page, source)
            else:
                _render_picture(page, source)
        browser.close()


if __name__ == "__main__":
    main()
