"""HTTP on one port: the API, the browser's script and pages, the sandbox's own endpoints.

Reads and writes sockets only; what to answer is decided by `api`, `pages` and `control`.
"""

import logging
import socket
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from sandbox.stripe.answer import Answer
from sandbox.stripe.api import Api, Request
from sandbox.stripe.control import Control
from sandbox.stripe.courier import Courier
from sandbox.stripe.faults import Faults
from sandbox.stripe.pages import Pages
from sandbox.stripe.session import Settings
from sandbox.stripe.store import Store

log = logging.getLogger("sandbox.stripe")

LARGEST_BODY = 1_000_000
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Version",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Stripe-Account, Stripe-Version, Idempotency-Key",
    "Access-Control-Max-Age": "600",
}


class Sandbox(ThreadingHTTPServer):
    """The whole server. `serve_forever` runs it, `close` stops it with everything on disk."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], store: Store, settings: Settings) -> None:
        super().__init__(address, Handler)
        self.store = store
        self.faults = Faults()
        self.courier = Courier(store, settings)
        self.api = Api(store, settings, self.faults)
        self.pages = Pages(store, settings)
        self.control = Control(store, settings, self.faults, self.courier)
        self.courier.start()

    def close(self) -> None:
        self.server_close()
        self.courier.stop()
        self.store.close()

    def handle_error(self, request: object, client_address: object) -> None:
        # A browser that leaves in mid-answer is no failure of ours.
        problem = sys.exc_info()[1]
        if not isinstance(problem, ConnectionError | TimeoutError):
            log.error("request failed", exc_info=problem)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = 75
    disable_nagle_algorithm = True
    server: Sandbox

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def do_OPTIONS(self) -> None:
        self._write(Answer(204, b"", PREFLIGHT))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """The library's line would show query strings, which may hold a client secret; ours is in `_handle`."""

    def _handle(self) -> None:
        url = urlsplit(self.path)
        body = self._read_body()
        if body is None:
            return
        headers: Mapping[str, str] = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, url.path, headers, body if self.command == "POST" else url.query)
        if url.path.startswith("/v1/"):
            answer = self.server.api.answer(request)
            is_lost = self.server.faults.after(request.method, request.path)
            answer = Answer(answer.status, answer.body, {**answer.headers, **CORS})
        elif url.path.startswith("/_sandbox/"):
            answer, is_lost = self.server.control.answer(request), False
        else:
            answer, is_lost = self.server.pages.answer(request, url.query), False
        if self.command == "POST":
            self.server.courier.wake()
        log.info(
            "%s %s %s%s",
            self.command,
            url.path,
            answer.status,
            " (answer lost on request)" if is_lost else "",
        )
        if is_lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(answer)

    def _read_body(self) -> str | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self._refuse_body(411, "Send the body with a Content-Length.")
            return None
        if int(length) > LARGEST_BODY:
            self._refuse_body(413, "The body is too large.")
            return None
        try:
            return self.rfile.read(int(length)).decode()
        except UnicodeDecodeError:
            self._refuse_body(400, "The body is not UTF-8 text.")
            return None

    def _refuse_body(self, status: int, message: str) -> None:
        self.close_connection = True
        self._write(Answer.json(status, {"error": {"type": "invalid_request_error", "message": message}}))

    def _write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        # Headers wait in a buffer; `end_headers` sends them together, the body follows.
        self.end_headers()
        self.wfile.write(answer.body)
