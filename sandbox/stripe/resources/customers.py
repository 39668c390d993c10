"""Customers: kept and given back, with no behaviour of their own."""

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params, merge_metadata
from sandbox.stripe.session import Session

_MEMBERS = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping")
PARAMS = frozenset({*_MEMBERS, "metadata", "expand"})


def create(session: Session, params: Params) -> JsonObject:
    members = {**dict.fromkeys(_MEMBERS), **params.kept(_MEMBERS)}
    return session.make("cus", "customer", balance=0, **members, metadata=merge_metadata({}, params))


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("customer", object_id)


def update(session: Session, params: Params, object_id: str) -> JsonObject:
    customer = session.get("customer", object_id)
    customer.update({name: None for name in _MEMBERS if name in params})
    customer.update(params.kept(_MEMBERS))
    customer["metadata"] = merge_metadata(customer["metadata"], params)
    session.save(customer)
    return customer


def list_all(session: Session, params: Params) -> JsonObject:
    return list_page(session, "customer", "/v1/customers", params, fields={"email": params.text("email")})
