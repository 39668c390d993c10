"""Who may call what: asked of every operation and compared with api_rights.txt, which people review.

Write the table anew with `WRITE_RIGHTS=1 pytest tests/contract/test_rights.py`.
"""

import json
import os
from pathlib import Path

import pytest

from kernel.tenancy import brand_context
from tenants.services.api_keys import SCOPES, create_api_key
from tests.contract.operations import Operation, operations
from tests.isolation.identities import Identity, identities_of
from tests.isolation.sweep import forget_limits, quiet, undone
from tests.isolation.world import World

HOST = "aurora.localhost"
TABLE = Path(__file__).with_name("api_rights.txt")
HEAD = "# operation | who may call it: everybody, or roles | which scope a key needs\n"
ROLES = ("moderator", "host", "owner")
STRANGERS = ("anonymous", "viewer", "customer", "wrong key")
# What a page calls for somebody who has not signed in anywhere.
PUBLIC = {
    "POST /api/v1/checkout/",
    "POST /api/v1/checkout/confirm/",
    "POST /api/v1/checkout/quote/",
    "POST /api/v1/holds/",
    "POST /api/v1/holds/ticket/",
    "DELETE /api/v1/holds/{hold}/",
    "POST /api/v1/holds/{hold}/extend/",
    "POST /api/v1/drops/{drop}/entry/",
    "GET /api/v1/drops/{drop}/draw/",
    "POST /api/v1/waitlist/",
    "DELETE /api/v1/places/{place}/",
    "GET /api/v1/brand/",
    "GET /api/v1/me/",
    "GET /api/v1/shows/{show}/moments/",
}


@pytest.fixture(scope="module")
def callers(world: World) -> dict[str, Identity]:
    """Everybody of the brand, a key without a scope of the API, and one for each scope."""
    brand = world.brands["aurora"]
    people = {who.name: who for who in identities_of(world, "aurora", signed_in_at=HOST) if who.name != "key"}
    with brand_context(brand):
        for scope in SCOPES:
            _, text = create_api_key(brand=brand, name=scope, scopes=[scope], created_by=None)
            people[scope] = Identity(scope, headers={"authorization": f"Bearer {text}"})
    people["wrong key"] = Identity("wrong key", headers={"authorization": f"Bearer {text[:-1]}x"})
    return people


def ask(world: World, who: Identity, operation: Operation) -> int:
    """The status of an empty request: a right is judged before any input."""
    forget_limits()
    with quiet(), undone():
        response = who.client(HOST, html=False).generic(
            operation.method, operation.route.path(world.samples["aurora"]), "{}", content_type="application/json"
        )
    if response.status_code in (401, 403):
        body = json.loads(response.content)
        # A room or an order may be closed to somebody who has the right as such.
        return response.status_code if body["code"] in ("not_signed_in", "not_allowed", "scope_missing") else 200
    return response.status_code


@pytest.fixture(scope="module")
def rights(world: World, callers: dict[str, Identity]) -> dict[str, dict[str, int]]:
    return {str(each): {name: ask(world, who, each) for name, who in callers.items()} for each in operations()}


def line(operation: str, statuses: dict[str, int]) -> str:
    """One line of the table."""
    may = {name for name, status in statuses.items() if status not in (401, 403)}
    if "anonymous" in may:
        return f"{operation} | everybody | any or none"
    roles = ", ".join(role for role in ROLES if role in may)
    scopes = ", ".join(scope for scope in SCOPES if scope in may)
    return f"{operation} | {roles or 'nobody'} | {scopes or 'none'}"


def test_rights_are_those_of_the_table(rights: dict[str, dict[str, int]]) -> None:
    found = HEAD + "".join(f"{line(operation, statuses)}\n" for operation, statuses in rights.items())
    if os.environ.get("WRITE_RIGHTS"):
        TABLE.write_text(found, encoding="utf-8")
    assert TABLE.read_text(encoding="utf-8") == found, "if the change is meant, write the table anew and review it"


def test_nothing_is_open_that_is_not_on_the_list(rights: dict[str, dict[str, int]]) -> None:
    open_ones = {operation for operation, statuses in rights.items() if statuses["anonymous"] not in (401, 403)}
    assert open_ones == PUBLIC


def test_refusals_are_of_the_right_kind(rights: dict[str, dict[str, int]]) -> None:
    """401 for somebody unknown, 403 for somebody known; shoppers are unknown here."""
    wrong = []
    for operation, statuses in rights.items():
        if operation in PUBLIC:
            continue
        wrong += [
            f"{operation}: {name} {statuses[name]}"
            for name in ("anonymous", "viewer", "customer", "wrong key")
            if statuses[name] != 401
        ]
        wrong += [f"{operation}: {name} 401" for name in (*ROLES, *SCOPES) if statuses[name] == 401]
    assert wrong == []


def test_roles_only_grow(rights: dict[str, dict[str, int]]) -> None:
    """What a moderator may a host may, and what a host may the owner may."""
    for operation, statuses in rights.items():
        allowed = [statuses[role] not in (401, 403) for role in ROLES]
        assert allowed == sorted(allowed), operation


def test_a_key_reads_with_read_scopes_and_writes_with_write_scopes(rights: dict[str, dict[str, int]]) -> None:
    for operation, statuses in rights.items():
        if operation in PUBLIC:
            continue
        scopes = {scope for scope in SCOPES if statuses[scope] not in (401, 403)}
        kind = ":read" if operation.startswith("GET ") else ":write"
        assert all(scope.endswith(kind) for scope in scopes), f"{operation}: {scopes}"
        assert len(scopes) <= 1, f"{operation}: {scopes}"


def test_each_scope_opens_something(rights: dict[str, dict[str, int]]) -> None:
    guarded = [statuses for operation, statuses in rights.items() if operation not in PUBLIC]
    opening = {scope for scope in SCOPES if any(statuses[scope] not in (401, 403) for statuses in guarded)}
    assert opening == set(SCOPES)
