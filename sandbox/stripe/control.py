"""The sandbox's own endpoints under `/_sandbox/`: troubles on request, webhook switches, what was delivered.

Stripe has none of these; they need the secret key so that no web page can pull them.
"""

import json
import time
from collections.abc import Callable
from typing import Any

from sandbox.stripe.answer import Answer
from sandbox.stripe.api import Request
from sandbox.stripe.callers import identify
from sandbox.stripe.courier import Courier
from sandbox.stripe.errors import (
    ApiError,
    JsonObject,
    ParameterError,
    ResourceMissingError,
    RouteUnknownError,
    SecretKeyRequiredError,
)
from sandbox.stripe.faults import KINDS, Fault, Faults
from sandbox.stripe.resources.accounts import finish_onboarding, restrict
from sandbox.stripe.session import Session, Settings
from sandbox.stripe.store import Store


class Control:
    def __init__(self, store: Store, settings: Settings, faults: Faults, courier: Courier) -> None:
        self._store = store
        self._settings = settings
        self._faults = faults
        self._courier = courier

    def answer(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/_sandbox/health"):
            return Answer.json(200, {"status": "ok"})
        try:
            if identify(request.headers, {}, self._store).is_browser:
                raise SecretKeyRequiredError("The sandbox's own endpoints need the secret key.")
            return Answer.json(200, self._act(request))
        except ApiError as refusal:
            return Answer.json(refusal.status, refusal.body())

    def _act(self, request: Request) -> JsonObject:
        actions: dict[tuple[str, str], Callable[[JsonObject], JsonObject]] = {
            ("POST", "/_sandbox/faults"): self._add_fault,
            ("POST", "/_sandbox/faults/clear"): self._clear_faults,
            ("POST", "/_sandbox/webhooks"): self._switch_webhooks,
            ("GET", "/_sandbox/deliveries"): self._list_deliveries,
            ("POST", "/_sandbox/deliveries"): self._send_again,
            ("POST", "/_sandbox/onboard"): self._onboard,
            ("POST", "/_sandbox/restrict"): self._restrict,
        }
        action = actions.get((request.method, request.path))
        if action is None:
            raise RouteUnknownError(f"Unrecognized request URL ({request.method}: {request.path}).")
        return action(_json(request.form) if request.method == "POST" else {})

    def _add_fault(self, given: JsonObject) -> JsonObject:
        _refuse_unknown(given, {"kind", "times", "method", "path", "seconds"})
        if given.get("kind") not in KINDS:
            raise ParameterError(f"kind must be one of {', '.join(KINDS)}.", param="kind")
        self._faults.add(
            Fault(
                kind=given["kind"],
                times=int(_number(given, "times", 1)),
                method=str(given.get("method", "POST")),
                path=str(given.get("path", "/v1/")),
                seconds=_number(given, "seconds", 0),
            )
        )
        return {"added": given}

    def _clear_faults(self, given: JsonObject) -> JsonObject:
        self._faults.clear()
        self._courier.fail_next(0)
        return {"cleared": True}

    def _switch_webhooks(self, given: JsonObject) -> JsonObject:
        rates = (
            "duplicate_rate",
            "reorder",
            "reorder_seconds",
            "retry_seconds",
            "delivery_timeout",
        )
        _refuse_unknown(given, {*rates, "fail_next", "paused"})
        for name in rates:
            if name in given:
                setattr(self._settings, name, _number(given, name, 0))
        if "fail_next" in given:
            self._courier.fail_next(int(_number(given, "fail_next", 0)))
        if "paused" in given:
            self._courier.pause(bool(given["paused"]))
        return {name: getattr(self._settings, name) for name in rates}

    def _list_deliveries(self, given: JsonObject) -> JsonObject:
        rows = self._store.rows(
            "SELECT d.id, d.event, d.attempts, d.state, d.last_outcome, json_extract(o.body, '$.type') AS type"
            " FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.id DESC LIMIT 1000"
        )
        return {"data": [dict(row) for row in rows]}

    def _send_again(self, given: JsonObject) -> JsonObject:
        """An event that comes again, days late: `{"event": "evt_…"}`."""
        event_id = str(given.get("event", ""))
        if self._store.find(event_id, "event") is None:
            raise ResourceMissingError(f"No such event: '{event_id}'", param="event")
        with self._store.transaction() as connection:
            connection.execute("INSERT INTO deliveries (event, due) VALUES (?, ?)", (event_id, time.time()))
        self._courier.wake()
        return {"queued": event_id}

    def _onboard(self, given: JsonObject) -> JsonObject:
        """What pressing the onboarding page's button does, for seeds and tests: `{"account": "acct_…"}`."""
        with self._store.transaction():
            finish_onboarding(Session(self._store, self._settings), self._account(given))
        self._courier.wake()
        return {"onboarded": given["account"]}

    def _restrict(self, given: JsonObject) -> JsonObject:
        """The provider asks for more: `{"account": "acct_…", "due": ["company.tax_id"]}`."""
        due = [str(name) for name in given.get("due", [])]
        with self._store.transaction():
            restrict(Session(self._store, self._settings), self._account(given), due)
        self._courier.wake()
        return {"restricted": given["account"]}

    def _account(self, given: JsonObject) -> JsonObject:
        account_id = str(given.get("account", ""))
        found = self._store.find(account_id, "account")
        if found is None:
            raise ResourceMissingError(f"No such account: '{account_id}'", param="account")
        return found.body


def _json(raw: str) -> JsonObject:
    try:
        given: Any = json.loads(raw or "{}")
    except ValueError as problem:
        raise ParameterError("Send a JSON object.") from problem
    if not isinstance(given, dict):
        raise ParameterError("Send a JSON object.")
    return given


def _refuse_unknown(given: JsonObject, known: set[str]) -> None:
    for name in given:
        if name not in known:
            raise ParameterError(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")


def _number(given: JsonObject, name: str, default: float) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ParameterError(f"{name} must be a number of 0 or more.", param=name)
    return float(value)
