"""A person with a browser's manners but no browser: signs up, enters the studio, calls the API.

Not here: what is measured or asserted with it.
"""

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from benchmarks.rig import Rig

PASSWORD = "a quiet shop window"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def browser(rig: Rig, host: str) -> httpx.Client:
    """A client whose requests go to the rig under this host name; its cookies stay with that host."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{rig.ports.web}",
        headers={"Host": f"{host}:{rig.ports.web}", "Accept": "text/html,application/json"},
        timeout=30,
    )


@dataclass(frozen=True)
class Studio:
    """An owner inside the studio of a new brand."""

    rig: Rig
    slug: str
    client: httpx.Client

    @property
    def origin(self) -> str:
        return self.rig.brand_url(self.slug)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """Call the API as the studio's pages do. Raises HTTPStatusError with the answer's words."""
        csrf = self.client.cookies.get("vt_csrf") or ""
        headers = {"X-CSRFToken": csrf, "Origin": self.origin, "Idempotency-Key": key or str(uuid.uuid4())}
        response = self.client.request(method, f"/api/v1/{path}", json=body, headers=headers)
        if response.is_error:
            raise httpx.HTTPStatusError(
                f"{method} {path}: {response.text}", request=response.request, response=response
            )
        return response.json() if response.content else None


def sign_up(rig: Rig, *, slug: str, name: str) -> tuple[Studio, float]:
    """Fill the form, wait for the studio. Returns it, and the seconds from sending the form."""
    platform = browser(rig, "localhost")
    token = _TOKEN.search(platform.get("/sign-up/").text)
    form = {"name": name, "slug": slug, "email": f"owner@{slug}.test", "password": PASSWORD}
    if token:
        form["csrfmiddlewaretoken"] = token.group(1)
    started = time.monotonic()
    answer = platform.post("/sign-up/", data=form, headers={"Origin": rig.platform_url})
    studio = browser(rig, f"{slug}.localhost")
    while answer.is_redirect or answer.headers.get("refresh"):
        if time.monotonic() - started > 60:
            raise RuntimeError(f"the studio did not open within a minute: {answer.text[:400]}")
        if answer.headers.get("refresh"):
            time.sleep(0.2)
            answer = platform.get(answer.request.url.path)
            continue
        target = urlsplit(answer.headers["location"])
        client = (
            studio
            if target.hostname == f"{slug}.localhost" or (answer.request.headers["host"].startswith(slug))
            else platform
        )
        answer = client.get(f"{target.path}?{target.query}" if target.query else target.path)
    answer.raise_for_status()
    return Studio(rig, slug, studio), time.monotonic() - started
