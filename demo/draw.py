"""Renders the drawings in demo/art/svg to JPEG by headless Chromium; run by whoever changes a drawing.

The results are committed, because a fresh machine may have no browser and ffmpeg's own SVG reader lacks gradients.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

ART = Path(__file__).parent / "art"
LARGEST_BYTES = 120_000
PAGE = """<!doctype html><style>html,body{{margin:0}}img{{display:block;width:{width}px;height:{height}px;
object-fit:cover;object-position:50% {focus}%}}</style><img src="{source}">"""


def size_of(name: str) -> tuple[int, int] | None:
    """Pixels of a drawing's render; None for logos and marks, which stay SVG."""
    if "-logo" in name or name.endswith("-mark"):
        return None
    if name.startswith("scene-"):
        if name.endswith("-portrait"):
            return 1080, 1920
        return (1220, 1330) if name.endswith("-lobby") else (1600, 900)
    return 800, 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for source in sorted((ART / "svg").glob("*.svg")):
            size = size_of(source.stem)
            if size is None:
                continue
            width, height = size
            page.set_viewport_size({"width": width, "height": height})
            focus = 24 if size == (1600, 900) else 50
            target = ART / f"{source.stem}.html"
            target.write_text(PAGE.format(width=width, height=height, focus=focus, source=f"svg/{source.name}"))
            page.goto(target.as_uri(), wait_until="load")
            target.unlink()
            for quality in (88, 82, 76, 70, 60):
                picture = page.screenshot(type="jpeg", quality=quality)
                if len(picture) <= LARGEST_BYTES:
                    break
            (ART / f"{source.stem}.jpg").write_bytes(picture)
            print(f"{source.stem}.jpg {width}x{height} {len(picture)} bytes, quality {quality}")
        browser.close()


if __name__ == "__main__":
    main()
