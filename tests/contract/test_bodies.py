"""Bodies nobody should send, methods nobody offers, pages nobody can carry: refused in one shape, never a crash.

Not here: what good bodies do (each app's tests).
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.pagination import MAX_PAGE
from kernel.viewers import COOKIE
from tests.contract.operations import METHODS, Operation, api_routes, operations
from tests.isolation.bodies import json_body
from tests.isolation.identities import Identity, identities_of, viewer_ticket
from tests.isolation.routes import Route
from tests.isolation.sweep import forget_limits, quiet, undone
from tests.isolation.world import World

HOST = "aurora.localhost"
JSON = "application/json"
DEEP = 20_000
WRITES = [operation for operation in operations() if operation.method in ("POST", "PUT", "PATCH")]

ABUSES: dict[str, tuple[str, bytes]] = {
    "not JSON": (JSON, b"<xml/>"),
    "half of it": (JSON, b'{"name": "x'),
    "nothing": (JSON, b""),
    "deep lists": (JSON, b"[" * DEEP + b"]" * DEEP),
    "deep objects": (JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP),
    "a deep field": (JSON, b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}"),
    "not a number": (JSON, b'{"quantity": NaN, "minor": NaN}'),
    "infinity": (JSON, b'{"quantity": Infinity, "minor": -Infinity}'),
    "a long number": (JSON, b'{"quantity": 1' + b"0" * 6000 + b"}"),
    "a huge number": (JSON, b'{"quantity": 1e308, "minor": 99999999999999999999, "units": -1}'),
    "three megabytes": (JSON, b'{"name": "' + b"x" * 3_000_000 + b'"}'),
    "many keys": (JSON, json.dumps({f"key{number}": 1 for number in range(50_000)}).encode()),
    "not UTF-8": (JSON, b'{"name": "\xff\xfe"}'),
    "half a surrogate": (JSON, b'{"name": "\\ud800", "title": "\\ud800"}'),
    "a list": (JSON, b"[]"),
    "a text": (JSON, b'"text"'),
    "null": (JSON, b"null"),
    "XML": ("application/xml", b"<xml/>"),
    "plain text": ("text/plain", b"{}"),
    "no type": ("", b"{}"),
    "another charset": ("application/json; charset=utf-99", b"{}"),
}


@pytest.fixture(scope="module")
def caller(world: World) -> Identity:
    """One who may call everything: a key with all scopes, and a viewer for the shop window."""
    key = next(who for who in identities_of(world, "aurora", signed_in_at=HOST) if who.name == "key")
    return Identity("caller", cookies={COOKIE: viewer_ticket(world.brands["aurora"])}, headers=key.headers)


def send(world: World, who: Identity, route: Route, method: str, kind: str, body: bytes) -> Any:
    forget_limits()
    with quiet(), undone():
        client = who.client(HOST, html=False)
        headers = {"idempotency-key": "an-abuse"}
        return client.generic(method, route.path(world.samples["aurora"]), body, content_type=kind, headers=headers)


def faults(operation: Operation, what: str, response: Any) -> Iterator[str]:
    """What is wrong with an answer to abuse."""
    said = f"{operation} with {what}: {response.status_code}"
    if response.status_code >= 500 and response.status_code != 503:
        yield said
    elif response.status_code >= 400:
        if response["Content-Type"] != "application/problem+json":
            yield f"{said} as {response['Content-Type']}"
        elif not {"type", "title", "status", "detail", "code", "request_id"} <= set(response.json()):
            yield f"{said} without all members"


@pytest.mark.parametrize("what", ABUSES)
def test_abuse_is_refused_in_one_shape(world: World, caller: Identity, what: str) -> None:
    kind, body = ABUSES[what]
    found: list[str] = []
    for operation in WRITES:
        response = send(world, caller, operation.route, operation.method, kind, body)
        found += faults(operation, what, response)
    assert not found, "\n".join(found)


def twisted(value: Any, text: Any) -> Any:
    """The body with every text and number replaced."""
    if isinstance(value, dict):
        return {key: twisted(inner, text) for key, inner in value.items()}
    if isinstance(value, list):
        return [twisted(inner, text) for inner in value]
    return text


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 5000, -1, 2**70, 1.5, None, True, [], {}, "2026-99-99"])
def test_good_bodies_with_bad_values_are_refused(world: World, caller: Identity, text: Any) -> None:
    """The shape is right and each value wrong: refused by a field, never by the database."""
    found: list[str] = []
    for operation in WRITES:
        good = json_body(operation.route, operation.method, world.samples["aurora"])
        for name in good if isinstance(good, dict) else ():
            body = json.dumps(good | {name: twisted(good[name], text)}).encode()
            response = send(world, caller, operation.route, operation.method, JSON, body)
            found += faults(operation, f"{name}={text!r:.20}", response)
    assert not found, "\n".join(found)


def test_other_methods_get_405_and_what_is_allowed(world: World, caller: Identity) -> None:
    found: list[str] = []
    for route in api_routes():
        for method in METHODS:
            if not route.takes(method):
                response = send(world, caller, route, method, JSON, b"{}")
                if response.status_code != 405 or not response.get("Allow") or method in response["Allow"]:
                    found.append(f"{method} /{route.template}: {response.status_code} {response.get('Allow')}")
                elif response["Content-Type"] != "application/problem+json":
                    found.append(f"{method} /{route.template}: {response['Content-Type']}")
    assert not found, "\n".join(found)


LISTS = [
    "?limit=1000000000",
    "?limit=0",
    "?limit=-1",
    "?limit=many",
    "?limit=1",
    "?cursor=broken",
    "?cursor=%00",
    "?cursor=cD0x",
]


def test_pages_keep_their_limits(world: World, caller: Identity) -> None:
    found: list[str] = []
    for operation in operations():
        if operation.method != "GET":
            continue
        path = operation.route.path(world.samples["aurora"])
        for query in LISTS:
            forget_limits()
            with quiet(), undone():
                response = caller.client(HOST, html=False).get(path + query)
            found += faults(operation, query, response)
            if response.status_code == 200 and response["Content-Type"] == JSON:
                body = response.json()
                if isinstance(body, dict) and "next_cursor" in body:
                    most = 1 if query == "?limit=1" else MAX_PAGE
                    if len(body["data"]) > most:
                        found.append(f"{operation}{query}: {len(body['data'])} items")
    assert not found, "\n".join(found)
