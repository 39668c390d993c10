"""Reads Vite's manifest: which built files an entry needs.
Not here: HTML; the tags in templatetags write it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

BUILD_DIRECTORY = Path(__file__).resolve().parent.parent / "static" / "build"


class AssetsNotBuilt(RuntimeError):
    """A page asked for an entry that the last build did not make."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Paths under the build directory that one entry needs."""

    script: str | None
    styles: tuple[str, ...]


def find_entry(source: str) -> Entry:
    """Return the built files of an entry, named by its source under frontend/src, such as "entries/live.ts".

    Raises AssetsNotBuilt when there is no build, or none of this name.
    """
    manifest = _read_manifest(_stamp())
    try:
        chunk = manifest[source]
    except KeyError:
        raise AssetsNotBuilt(f"No “{source}” in static/build. Run: npm --prefix frontend run build") from None
    file = str(chunk["file"])
    if file.endswith(".css"):
        return Entry(script=None, styles=(file,))
    return Entry(script=file, styles=_collect_styles(manifest, source))


def _collect_styles(manifest: dict[str, Any], source: str) -> tuple[str, ...]:
    """Styles of the chunks an entry imports come before its own."""
    styles: dict[str, None] = {}
    for imported in manifest[source].get("imports", []):
        styles.update(dict.fromkeys(_collect_styles(manifest, imported)))
    styles.update(dict.fromkeys(manifest[source].get("css", [])))
    return tuple(styles)


def _stamp() -> int:
    """In development a new build is seen at once; elsewhere the manifest is read one time."""
    path = BUILD_DIRECTORY / "manifest.json"
    return path.stat().st_mtime_ns if settings.DEBUG and path.exists() else 0


@lru_cache(maxsize=1)
def _read_manifest(stamp: int) -> dict[str, Any]:
    path = BUILD_DIRECTORY / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        raise AssetsNotBuilt("static/build is empty. Run: npm --prefix frontend run build") from None
    return manifest
