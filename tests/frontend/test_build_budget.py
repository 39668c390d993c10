"""How much of our own a viewer loads before the picture plays, by the manifest of the built front end.

Not here: the player's library, which is fetched beside the page and only where a browser needs it.
"""

import gzip
import json
from typing import Any

import pytest
from django.conf import settings

KILOBYTE = 1000
MOST_SCRIPT = 40 * KILOBYTE
MOST_STYLE = 20 * KILOBYTE


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, Any]]:
    assert settings.VITE_MANIFEST.exists(), "The front end is not built: run `npm run build` in frontend/."
    chunks: dict[str, dict[str, Any]] = json.loads(settings.VITE_MANIFEST.read_text())
    return chunks


def loaded_with(manifest: dict[str, dict[str, Any]], entry: str) -> set[str]:
    """The files a browser needs before the entry's first line runs: what it imports, and all their styles."""
    waiting, chunks = [entry], set()
    while waiting:
        key = waiting.pop()
        if key not in chunks:
            chunks.add(key)
            waiting += manifest[key].get("imports", [])
    return {file for key in chunks for file in [manifest[key]["file"], *manifest[key].get("css", [])]}


def weight(files: set[str], ending: str) -> int:
    folder = settings.VITE_MANIFEST.parent
    return sum(len(gzip.compress((folder / file).read_bytes())) for file in files if file.endswith(ending))


def test_a_show_page_starts_with_little_script_and_style(manifest: dict[str, dict[str, Any]]) -> None:
    files = loaded_with(manifest, "entries/live.ts")

    assert 0 < weight(files, ".js") <= MOST_SCRIPT
    assert 0 < weight(files, ".css") <= MOST_STYLE


def test_the_players_library_waits_for_the_picture(manifest: dict[str, dict[str, Any]]) -> None:
    library = {chunk["file"] for key, chunk in manifest.items() if "hls.js" in key}

    assert library
    assert not library & loaded_with(manifest, "entries/live.ts")


@pytest.mark.parametrize("entry", ["entries/checkout.ts", "entries/base.ts"])
def test_the_till_is_no_heavier_than_the_show(manifest: dict[str, dict[str, Any]], entry: str) -> None:
    files = loaded_with(manifest, entry)

    assert weight(files, ".js") <= MOST_SCRIPT
    assert weight(files, ".css") <= MOST_STYLE
