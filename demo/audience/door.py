"""One person's way to a host of the demo: an HTTP client with cookies of its own.

Not here: sockets (room). Names under localhost are resolved here, because not every machine's resolver does.
"""

import re
import uuid
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

LOOPBACK = "127.0.0.1"
TIMEOUT = 15.0
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Refused(Exception):
    """An answer that is no success: its status and what it says."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.code = ""
        detail = response.text[:200]
        if "json" in response.headers.get("content-type", ""):
            body = response.json()
            self.code = str(body.get("code", ""))
            detail = str(body.get("detail") or body.get("error") or body)[:300]
        super().__init__(f"{response.request.method} {response.request.url.path}: {self.status} {self.code} {detail}")


class Door:
    """`origin` is a site's address as people type it, such as http://aurora.localhost:8000."""

    def __init__(self, origin: str, *, key: str = "") -> None:
        parts = urlsplit(origin)
        self.origin, self.host, self.port = origin, parts.netloc, parts.port or 80
        headers = {"Host": self.host}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self.client = httpx.AsyncClient(
            base_url=f"http://{LOOPBACK}:{self.port}", headers=headers, timeout=TIMEOUT, trust_env=False
        )

    async def __aenter__(self) -> "Door":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    async def get(self, path: str) -> httpx.Response:
        """The answer, if it is a success. Raises Refused."""
        return _accept(await self.client.get(path, headers={"Accept": "text/html, */*"}))

    async def read(self, path: str) -> Any:
        """The JSON at a path. Raises Refused."""
        return _accept(await self.client.get(path, headers={"Accept": "application/json"})).json()

    async def send(self, path: str, body: Any = None, *, method: str = "POST") -> Any:
        """Send JSON under an idempotency key of its own, and read the JSON that comes back. Raises Refused."""
        headers = {"Accept": "application/json", "Idempotency-Key": uuid.uuid4().hex}
        response = _accept(await self.client.request(method, path, json=body, headers=headers))
        return response.json() if response.content else None

    async def sign_in(self, email: str, password: str) -> None:
        """Staff's sign-in, by the form that people fill in. Raises Refused."""
        page = await self.get("/accounts/login/")
        token = _CSRF.search(page.text)
        answer = await self.client.post(
            "/accounts/login/",
            data={"login": email, "password": password, "csrfmiddlewaretoken": token[1] if token else ""},
            headers={"Referer": f"{self.origin}/accounts/login/", "Origin": self.origin, "Accept": "text/html"},
        )
        if answer.status_code != httpx.codes.FOUND:
            raise Refused(answer)

    def cookies(self) -> str:
        """The cookies as a header, for a socket."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies.jar)


def _accept(response: httpx.Response) -> httpx.Response:
    if not response.is_success:
        raise Refused(response)
    return response
