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


def asset_url(file: str) -> str:
    return f"{settings.STATIC_URL}build/{file}"


@register.simple_tag
def asset_styles(name: str) -> SafeString:
    """<link>s of an entry's style sheets."""
    entry = _entry(name)
    files = [*entry.get("css", [])]
    if entry.get("file", "").endswith(".css"):
        files.insert(0, entry["file"])
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((asset_url(file),) for file in files))


@register.simple_tag(takes_context=True)
def asset_scripts(context: dict[str, Any], name: str) -> SafeString:
    """The <script type=module> of an entry, with the page's nonce, and preloads of what it imports."""
    entry = _entry(name)
    if not entry.get("file", "").endswith(".js"):
        return mark_safe("")
    chunks = manifest()
    preloads = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        ((asset_url(chunks[key]["file"]),) for key in entry.get("imports", [])),
    )
    nonce = context.get("CSP_NONCE", "")
    script = format_html('<script type="module" src="{}" nonce="{}"></script>', asset_url(entry["file"]), nonce)
    return preloads + script
