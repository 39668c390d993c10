"""Charges and payment methods: made by payments, only read here."""

from sandbox.stripe.errors import JsonObject
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params
from sandbox.stripe.session import Session


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("charge", object_id)


def list_all(session: Session, params: Params) -> JsonObject:
    fields = {"payment_intent": params.text("payment_intent"), "customer": params.text("customer")}
    return list_page(session, "charge", "/v1/charges", params, fields=fields)


def retrieve_method(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("payment_method", object_id)
