"""A real sandbox server in a process of its own, and a small real receiver for its webhooks.

What is asked of them is in the tests.
"""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import stripe

CHECKOUT = Path(__file__).resolve().parents[2]
SECRET_KEY = "sk_test_sandbox"
PUBLISHABLE_KEY = "pk_test_sandbox"
WEBHOOK_SECRET = "whsec_of_the_tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


class Reply:
    def __init__(self, status: int, body: bytes, headers: "Message[str, str]") -> None:
        self.status = status
        self.body = body
        self.headers = headers

    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Gives the redirect itself."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class RunningSandbox:
    """Started with options, may be killed and started again on the same port and state file."""

    def __init__(self, state: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._command = [
            *(sys.executable, "-m", "sandbox.stripe", "--port", str(self.port), "--state", str(state)),
            *("--webhook-secret", WEBHOOK_SECRET, *options),
        ]
        self._log = state.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, cwd=CHECKOUT, stdout=log, stderr=log)
        wait_until(self._is_up, f"the sandbox to come up: {self._log.read_text()[-2000:]}")

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        try:
            return self.call("GET", "/_sandbox/health").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As the kernel kills: no chance to tidy up."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=15)

    def client(self, retries: int = 0) -> stripe.StripeClient:
        return stripe.StripeClient(SECRET_KEY, base_addresses={"api": self.url}, max_network_retries=retries)

    def call(
        self,
        method: str,
        path: str,
        body: str = "",
        *,
        key: str | None = SECRET_KEY,
        follow: bool = True,
        **headers: str,
    ) -> Reply:
        """A request of our own making, where the client library would not send such a thing."""
        request = urllib.request.Request(
            self.url + path, data=body.encode() if method == "POST" else None, method=method
        )
        if key:
            request.add_header("Authorization", f"Bearer {key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            opener = urllib.request.build_opener(*([] if follow else [_Stay]))
            with opener.open(request, timeout=20) as response:
                return Reply(response.status, response.read(), response.headers)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Reply(refusal.code, refusal.read(), refusal.headers)

    def open_account(self, **given: Any) -> str:
        """A connected account that may charge; its id."""
        account = self.client().v1.accounts.create(given).id  # type: ignore[arg-type]
        self.control("onboard", account=account)
        return account

    def control(self, action: str, /, **given: Any) -> Any:
        reply = self.call("POST", f"/_sandbox/{action}", json.dumps(given))
        assert reply.status == 200, reply.body
        return reply.json()


class Receiver:
    """Takes webhooks, checks each signature with the real library, and answers as told."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/webhooks/stripe"
        self.events: list[dict[str, Any]] = []
        self.refused = 0
        self.refuse_next = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.refuse_next > 0:
                    receiver.refuse_next -= 1
                    receiver.refused += 1
                    self.send_response(500)
                    self.end_headers()
                    return
                stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], WEBHOOK_SECRET)
                receiver.events.append(json.loads(body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
                """Quiet: the tests say what arrived."""

        return Handler
