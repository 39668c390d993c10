"""`{% asset_styles "live" %}` and `{% asset_scripts "live" %}`: the built files of a front-end entry.

Not here: the build (frontend/).
"""

import functools
import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@functools.lru_cache(maxsize=2)
def _manifest(modified: float) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(settings.VITE_MANIFEST.read_text(encoding="utf-8"))
    return content


def manifest() -> dict[str, Any]:
    """Vite's manifest; empty where the front end was never built."""
    try:
        return _manifest(settings.VITE_MANIFEST.stat().st_mtime)
    except FileNotFoundError:
        return {}


def _entry(name: str) -> dict[str, Any]:
    for chunk in manifest().values():
        if chunk.get("isEntry") and chunk.get("name") == name:
            return dict(chunk)
    return {}


def _imported(chunk: dict[str, Any], known: dict[str, dict[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """The chunks that this one imports, theirs included. What two entries share, style sheets
    too, Vite moves into such a chunk."""
    known = {} if known is None else known
    for key in chunk.get("imports", []):
        if key not in known:
            known[key] = manifest()[key]
            _imported(known[key], known)
    return known


def asset_url(file: str) -> str:
    return f"{settings.STATIC_URL}build/{file}"


@register.simple_tag
def asset_styles(name: str) -> SafeString:
    """<link>s of an entry's style sheets."""
    entry = _entry(name)
    files = [entry["file"]] if entry.get("file", "").endswith(".css") else []
    for chunk in (*_imported(entry).values(), entry):
        files += [file for file in chunk.get("css", []) if file not in files]
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((asset_url(file),) for file in files))


@register.simple_tag(takes_context=True)
def asset_scripts(context: dict[str, Any], name: str) -> SafeString:
    """The <script type=module> of an entry, with the page's nonce, and preloads of what it imports."""
    entry = _entry(name)
    if not entry.get("file", "").endswith(".js"):
        return mark_safe("")
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((asset_url(chunk["file"]),) for chunk in _imported(entry).values()),
    )
    nonce = context.get("CSP_NONCE", "")
    script = format_html('<script type="module" src="{}" nonce="{}"></script>', asset_url(entry["file"]), nonce)
    return preloads + script
