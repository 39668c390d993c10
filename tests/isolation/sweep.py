"""One identity, one route, every method and body; what came back, and what it left in the database.

Not here: what the answers must be (the tests).
"""

import contextlib
import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from kernel.redis import client as redis_client
from kernel.tenancy import public_context
from tests.isolation.bodies import file_body, json_body
from tests.isolation.checksum import Checksum
from tests.isolation.identities import Identity
from tests.isolation.routes import Route, routes_of
from tests.isolation.world import World

JSON = "application/json"
FILES = MULTIPART_CONTENT
FORM = "application/x-www-form-urlencoded"
SAMPLE_KEY = "an-idempotency-key-of-the-sweep"


@dataclass(frozen=True)
class Answer:
    """One answer: `sent` says how it was asked for, `leak` is what it shows of the other brand."""

    route: Route
    who: str
    sent: str
    status: int
    leak: str
    fault: str = ""

    def __str__(self) -> str:
        return f"{self.who}: {self.sent} /{self.route.template} → {self.status} {self.fault}"


def attempts(
    route: Route, samples: Mapping[str, str], forms: Mapping[str, dict[str, str]]
) -> Iterator[tuple[str, str, Any]]:
    """(method, content type, body) of each request to a route; what takes away comes last."""
    yield "GET", "", None
    form = forms.get(route.path(samples))
    for method in ("POST", "PUT", "PATCH"):
        yield method, JSON, json.dumps(json_body(route, method, samples))
        yield method, JSON, "{}"
        files = file_body(route, method)
        if files is not None:
            yield method, FILES, files
    if not route.template.startswith("api/"):
        yield "POST", FORM, form or {**samples, "email": "somebody@example.test", "quantity": "1"}
        yield "POST", FORM, {}
    yield "DELETE", "", None


@dataclass
class Findings:
    """All answers of a sweep, and which tables of the watched brand changed, by route and identity."""

    answers: list[Answer] = field(default_factory=list)
    changes: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def leaks(self) -> list[str]:
        return [f"{answer} shows {answer.leak}" for answer in self.answers if answer.leak]

    def broken(self) -> list[str]:
        return [str(answer) for answer in self.answers if answer.status == 500]

    def changed_by(self, who: str) -> set[str]:
        return {route for route, name in self.changes if name == who}


def sweep(
    world: World,
    *,
    urlconf: str,
    host: str,
    people: list[Identity],
    forms: Mapping[str, dict[str, str]],
    secret_of: str,
    watched: str,
) -> Findings:
    """Send everything to every route of a host in the name of each of these people, with aurora's
    ids, looking for canaries of `secret_of` in what comes back and for changes of `watched`."""
    found, own = Findings(), world.samples["aurora"]
    needle = f"canary-{secret_of}".encode()
    checksum = Checksum(world.brands[watched])
    before = checksum.take()
    untaken: set[tuple[str, str]] = set()  # what a route answered 405 once, it answers everybody
    for who in people:
        for route in routes_of(urlconf):
            forget_limits()
            client = who.client(host, html=not route.template.startswith("api/v1/"))
            with quiet(), undone():
                for method, kind, body in attempts(route, own, forms):
                    if (route.template, method) in untaken:
                        continue
                    answer = call(client, route, who, (method, kind, body), own, needle)
                    found.answers.append(answer)
                    if answer.status == 405 or not route.takes(method):
                        untaken.add((route.template, method))
                if changed := checksum.changed(before):
                    found.changes[(route.template, who.name)] = changed
    return found


def call(
    client: Client,
    route: Route,
    who: Identity,
    request: tuple[str, str, Any],
    samples: Mapping[str, str],
    needle: bytes,
) -> Answer:
    """Send one request and read the whole answer, head and body."""
    method, kind, body = request
    path = route.path(samples)
    more: dict[str, Any] = {"headers": {"idempotency-key": SAMPLE_KEY}} if method == "POST" else {}
    faults: list[str] = []

    def note(**_: object) -> None:
        last = traceback.extract_tb(sys.exc_info()[2])[-1]
        faults.append(f"{sys.exc_info()[1]!r} in {last.filename}:{last.lineno}")

    got_request_exception.connect(note)
    response: Any
    if kind == FORM:
        response = client.post(path, body, **more)
    elif kind == FILES:
        response = client.generic(method, path, encode_multipart(BOUNDARY, body), content_type=FILES, **more)
    elif kind:
        response = client.generic(method, path, body, content_type=kind, **more)
    else:
        response = client.generic(method, path, **more)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    head = "".join(f"{name}: {value}\n" for name, value in response.headers.items()) + str(response.cookies)
    raw = head.encode() + content
    at = raw.find(needle)
    leak = raw[max(0, at - 40) : at + 40].decode(errors="replace") if at >= 0 else ""
    got_request_exception.disconnect(note)
    return Answer(route, who.name, f"{method} {kind or '-'}", response.status_code, leak, " ".join(faults))


def forget_limits() -> None:
    """Take off the rate limits, which a sweep of thousands would reach at once."""
    keys = list(redis_client().scan_iter("vitrine:limit:*"))
    if keys:
        redis_client().delete(*keys)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that the next route finds the world as it was."""
    with public_context(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No log lines: a sweep makes thousands of refusals, and keeps what broke by itself."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
