"""Pages of objects and the `expand` parameter, the same for every resource.

Which filters a resource has is said by its own module.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.stripe.errors import JsonObject, ParameterError, ResourceMissingError
from sandbox.stripe.params import Params
from sandbox.stripe.session import Session, public

LIST_PARAMS = frozenset({"limit", "starting_after", "ending_before", "created", "expand"})

_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

# kind → member → the kind that member's id names
EXPANDABLE: dict[str, dict[str, str]] = {
    "payment_intent": {
        "latest_charge": "charge",
        "customer": "customer",
        "payment_method": "payment_method",
    },
    "charge": {
        "payment_intent": "payment_intent",
        "customer": "customer",
        "balance_transaction": "balance_transaction",
    },
    "refund": {
        "charge": "charge",
        "payment_intent": "payment_intent",
        "balance_transaction": "balance_transaction",
    },
    "balance_transaction": {"source": ""},
}
# What a balance transaction came from is told by the prefix of its id.
_SOURCES = {"ch": "charge", "re": "refund", "po": "payout", "fee": "application_fee", "fr": "fee_refund"}


def list_page(
    session: Session,
    kind: str,
    url: str,
    params: Params,
    *,
    fields: Mapping[str, str | None] | None = None,
    where: list[tuple[str, Any]] | None = None,
) -> JsonObject:
    """Newest first, as Stripe lists; `starting_after` walks to older objects, `ending_before` to newer ones."""
    limit = params.integer("limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise ParameterError("Invalid integer: limit must be between 1 and 100.", param="limit")
    clauses = [*(where or []), *_created(params)]
    after, before = params.text("starting_after"), params.text("ending_before")
    if after and before:
        raise ParameterError("Give starting_after or ending_before, not both.", param="ending_before")
    if after:
        clauses.append(("seq < ?", _cursor(session, kind, after, "starting_after")))
    if before:
        clauses.append(("seq > ?", _cursor(session, kind, before, "ending_before")))
    found = session.store.select(
        session.account,
        kind,
        fields={name: value for name, value in (fields or {}).items() if value is not None},
        where=clauses,
        limit=limit + 1,
        order="ASC" if before else "DESC",
    )
    page = found[:limit]
    if before:
        page.reverse()
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": page}


def _created(params: Params) -> list[tuple[str, Any]]:
    if "created" not in params:
        return []
    try:
        exact = params.integer("created")
    except ParameterError:
        bounds = params.nested("created")
        bounds.refuse_unknown(frozenset(_COMPARISONS))
        return [
            (f"created {sign} ?", bounds.require_integer(name)) for name, sign in _COMPARISONS.items() if name in bounds
        ]
    return [] if exact is None else [("created = ?", exact)]


def _cursor(session: Session, kind: str, object_id: str, param: str) -> int:
    place = session.store.sequence_of(session.account, kind, object_id)
    if place is None:
        raise ResourceMissingError(f"No such {kind}: '{object_id}'", param=param)
    return place


def expand(session: Session, body: JsonObject, paths: list[str]) -> JsonObject:
    """A public copy with the named ids replaced by their objects; a list takes `data.` paths."""
    if body.get("object") == "list":
        inner = [_inner_path(path) for path in paths]
        return {**body, "data": [expand(session, item, inner) for item in body["data"]]}
    shown = public(body)
    for path in paths:
        member, _, rest = path.partition(".")
        target = EXPANDABLE.get(str(body.get("object")), {}).get(member)
        if target is None:
            raise ParameterError(f"This property cannot be expanded ({member}).", param="expand")
        value = shown.get(member)
        if value is None:
            continue
        # A member that an earlier path expanded is expanded further.
        child = value if isinstance(value, dict) else session.get(target or _SOURCES[value.partition("_")[0]], value)
        shown[member] = expand(session, child, [rest] if rest else [])
    return shown


def _inner_path(path: str) -> str:
    head, _, rest = path.partition(".")
    if head != "data" or not rest:
        raise ParameterError(
            f"This property cannot be expanded ({path}). Start list paths with data.",
            param="expand",
        )
    return rest
