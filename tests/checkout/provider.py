"""The real sandbox server, and what it posts to our hook, kept raw so that tests can deliver it as they like.

Not here: what the deliveries should do.
"""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.test import Client

from tests.sandbox.running import RunningSandbox, wait_until


@dataclass(frozen=True)
class Post:
    """One delivery: the bytes and the signature over them."""

    body: bytes
    signature: str
    type: str

    def deliver(self, client: Client) -> Any:
        """Put it before our hook on the platform's host."""
        return client.post(
            "/hooks/stripe/",
            data=self.body,
            content_type="application/json",
            HTTP_HOST="localhost",
            HTTP_STRIPE_SIGNATURE=self.signature,
        )


class Postbox:
    """Takes what the sandbox posts and keeps it."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks/stripe/"

    def wait_for(self, type_: str, intent: str = "") -> Post:
        """The first post of a type, about an object whose id appears in it."""

        def found() -> list[Post]:
            return [post for post in self.posts if post.type == type_ and intent.encode() in post.body]

        wait_until(lambda: bool(found()), f"{type_} to be posted")
        return found()[0]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        posts = self.posts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posts.append(Post(body, self.headers["Stripe-Signature"], json.loads(body)["type"]))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
                """Quiet: the tests say what arrived."""

        return Handler


class Provider(RunningSandbox):
    """The sandbox with a postbox behind its webhook URL."""

    def __init__(self, state: Path) -> None:
        self.box = Postbox()
        super().__init__(state, "--slow-seconds", "0.4", "--webhook-url", self.box.url)

    def intents(self, order: str) -> list[dict[str, Any]]:
        """All payments at the provider that name an order."""
        listed = self.call("GET", "/v1/payment_intents?limit=100").json()["data"]
        return [intent for intent in listed if intent["metadata"].get("order") == order]

    def fault(self, kind: str, path: str, **options: Any) -> None:
        self.control("faults", kind=kind, path=path, **options)

    def stop(self) -> None:
        super().stop()
        self.box.close()
