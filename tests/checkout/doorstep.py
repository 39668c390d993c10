"""Asking at the route before Django: a whole request with every header, each of which a test may change.

Not here: the other doors (tests/chat/test_hold_doors.py).
"""

import json
import uuid
from typing import Any

import httpx

from checkout.doors import tickets
from checkout.doors.http import PATH
from kernel.viewers import Viewer, new_viewer


class Doorstep:
    """Somebody in front of a brand's door. Without `port` the door is in this process."""

    def __init__(self, client: httpx.AsyncClient, *, brand: str = "aurora", port: int = 80, **whom: Any) -> None:
        self.client, self.port = client, port
        self.host = f"{brand}.localhost" + (f":{port}" if port != 80 else "")
        self.schema = f"b_{brand}"
        self.viewer: Viewer = whom.get("viewer") or new_viewer()

    def ticket(self, about: str, **terms: Any) -> str:
        return tickets.issue(schema=self.schema, viewer=self.viewer, about=about, **terms)

    async def ask(self, wish: dict[str, Any] | bytes, *, method: str = "POST", **headers: str | None) -> httpx.Response:
        """A header that is None is left out; `ticket_for` names what the ticket is for."""
        about = headers.pop("ticket_for", None)
        if about is None and isinstance(wish, dict):
            about = wish.get("drop") or wish.get("variant")
        known: dict[str, str | None] = {
            "Host": self.host,
            "Origin": f"http://{self.host}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid.uuid4()),
            "X-Hold-Ticket": self.ticket(about) if about else None,
        }
        known |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        sent = [(name.encode(), value.encode()) for name, value in known.items() if value is not None]
        body = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
        return await self.client.request(method, f"http://127.0.0.1:{self.port}{PATH}", content=body, headers=sent)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """What came of it: the status and, of a refusal, its code."""
    if answer.status_code == 201:
        return 201, ""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["x-request-id"]
    return answer.status_code, body["code"]
