"""The live templates served to a real browser, with their built script and style: no brand, no database.

Not here: what is checked on them (test_accessibility.py), the whole running shop (tests/e2e).
"""

import contextlib
import mimetypes
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from config.settings.env import BASE_DIR
from tests.frontend.live_context import chapters, context, drop, poll, without_pictures

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "lobby": ("live/lobby.html", context(status="scheduled")),
    "live": ("live/show.html", context(poll=poll())),
    "landscape": ("live/show.html", context(orientation="landscape")),
    "ended": ("live/show.html", context(status="ended", pin=None)),
    "drop-announced": ("live/show.html", context(drop=drop("announced"))),
    "drop-open": ("live/show.html", context(drop=drop("open"))),
    "drop-sold-out": ("live/show.html", context(drop=drop("sold_out"))),
    "replay": ("live/replay.html", context(status="replay", orientation="landscape")),
    "replay-portrait": ("live/replay.html", context(status="replay", chapters=chapters(12))),
    "replay-chapters": ("live/replay.html", context(status="replay", chapters=chapters(40))),
    "no-pictures": ("live/show.html", without_pictures(context(drop=drop("open")))),
}
_FOLDERS = {"/static/": BASE_DIR / "static", "/art/": BASE_DIR / "static" / "art"}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        language = query.removeprefix("lang=") or "en"
        name = path.removeprefix("/page/")
        if name in PAGES:
            template, values = PAGES[name]
            with translation.override(language):
                page = render_to_string(template, values)
            self._answer("text/html; charset=utf-8", page.encode())
            return
        for prefix, folder in _FOLDERS.items():
            file = folder / path.removeprefix(prefix)
            if path.startswith(prefix) and file.is_file():
                self._answer(mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())
                return
        self.send_error(404)

    do_POST = do_GET  # noqa: N815 - the name is the standard library's

    def log_message(self, *args: Any) -> None:
        """Quiet: a failing check says enough."""

    def _answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def served_pages() -> Iterator[str]:
    """The address of a server on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
