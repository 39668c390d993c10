"""A page gets the style sheets and scripts of its entry, and of whatever the entry shares."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.settings.env import BASE_DIR
from config.templatetags.assets import asset_scripts, asset_styles

MANIFEST = {
    "src/live.ts": {
        "file": "assets/live-1.js", "name": "live", "isEntry": True,
        "imports": ["_shared"], "css": ["assets/live-1.css"],
    },
    "_shared": {"file": "assets/shared-1.js", "imports": ["_deep"], "css": ["assets/shared-1.css"]},
    "_deep": {"file": "assets/deep-1.js", "css": ["assets/deep-1.css"]},
    "src/fonts.css": {"file": "assets/fonts-1.css", "name": "fonts", "isEntry": True},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _built(tmp_path: Path, settings: Any) -> None:
    settings.VITE_MANIFEST = tmp_path / "manifest.json"
    settings.VITE_MANIFEST.write_text(json.dumps(MANIFEST))


def test_shared_style_sheets_come_with_the_entry() -> None:
    html = asset_styles("live")
    for name in ("live-1", "shared-1", "deep-1"):
        assert html.count(f"/static/build/assets/{name}.css") == 1


def test_an_entry_that_is_a_style_sheet_is_linked() -> None:
    assert "assets/fonts-1.css" in asset_styles("fonts")


def test_scripts_carry_the_nonce_and_preload_what_they_import() -> None:
    html = asset_scripts({"CSP_NONCE": "n0nce"}, "live")
    assert 'src="/static/build/assets/live-1.js" nonce="n0nce"' in html
    assert html.count("modulepreload") == 2


def test_an_unknown_entry_is_nothing() -> None:
    assert asset_styles("nothing") == ""
    assert asset_scripts({}, "nothing") == ""


def test_built_files_are_served_compressed_and_for_ever() -> None:
    """The budgets count compressed bytes, so these are what a page really gets."""
    build = BASE_DIR / "static" / "build"
    file = next(path for path in sorted((build / "assets").glob("live-*.js")))
    response = Client(headers={"host": "localhost", "accept-encoding": "br"}).get(f"/static/build/assets/{file.name}")
    assert response["Content-Encoding"] == "br"
    assert "immutable" in response["Cache-Control"]
