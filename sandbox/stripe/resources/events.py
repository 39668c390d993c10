"""Events of the last 30 days, listed and retrieved. They are written by `session.emit`."""

from typing import Any

from sandbox.stripe.errors import JsonObject, ParameterError
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params
from sandbox.stripe.session import Session

KEPT_SECONDS = 30 * 24 * 3600


def list_all(session: Session, params: Params) -> JsonObject:
    where: list[tuple[str, Any]] = [("created >= ?", session.now - KEPT_SECONDS)]
    one, many = params.text("type"), params.texts("types")
    if one and many:
        raise ParameterError("Give type or types, not both.", param="types")
    if one:
        # `charge.*` asks for a family, as at Stripe; the other GLOB characters mean nothing in a type.
        where.append(("json_extract(body, '$.type') GLOB ?", one.replace("[", "").replace("?", "")))
    if many:
        if len(many) > 20:
            raise ParameterError("Give at most 20 types.", param="types")
        where.append(("instr(?, ' ' || json_extract(body, '$.type') || ' ') > 0", f" {' '.join(many)} "))
    return list_page(session, "event", "/v1/events", params, where=where)


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("event", object_id)
