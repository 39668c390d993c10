"""One API request from bytes to bytes: route, key, parameters, idempotency, endpoint, expansion.

The endpoints know nothing of HTTP; the socket is `server`'s.
"""

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from sandbox.stripe.answer import Answer
from sandbox.stripe.callers import Caller, browser_view, identify, require_client_secret
from sandbox.stripe.errors import (
    ApiError,
    InternalError,
    JsonObject,
    RouteUnknownError,
    SecretKeyRequiredError,
)
from sandbox.stripe.faults import Faults
from sandbox.stripe.idempotency import KeyRing, fingerprint
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import expand
from sandbox.stripe.params import Params, build_tree, decode_form
from sandbox.stripe.routes import ROUTES, Route
from sandbox.stripe.session import API_VERSION, Session, Settings
from sandbox.stripe.store import Store

log = logging.getLogger("sandbox.stripe")

# Sent by Stripe.js among the parameters; they say who calls, not what is asked.
_CALLER_FIELDS = ("key", "_stripe_account")


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    form: str


class Api:
    def __init__(self, store: Store, settings: Settings, faults: Faults) -> None:
        self._store = store
        self._settings = settings
        self._faults = faults
        self._keys = KeyRing(store)

    def answer(self, request: Request) -> Answer:
        request_id = new_id("req", 14)
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        try:
            answer = self._answer(request, request_id, key)
        except ApiError as refusal:
            answer = _refusal(refusal)
        headers = {
            **answer.headers,
            "Request-Id": request_id,
            "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
        }
        if key:
            headers["Idempotency-Key"] = key
        if account := request.headers.get("stripe-account"):
            headers["Stripe-Account"] = account
        return Answer(answer.status, answer.body, headers)

    def _answer(self, request: Request, request_id: str, key: str | None) -> Answer:
        route, ids = _route(request)
        pairs = decode_form(request.form)
        caller = identify(request.headers, {n: v for n, v in pairs if n in _CALLER_FIELDS}, self._store)
        pairs = [pair for pair in pairs if pair[0] not in _CALLER_FIELDS]
        params = Params(build_tree(pairs))
        self._admit(route, caller, ids, params)
        session = Session(
            self._store,
            self._settings,
            account=caller.account,
            request_id=request_id,
            idempotency_key=key,
        )
        digest = fingerprint(request.method, request.path, pairs)
        with self._keys.claim(caller.account, key) if key else nullcontext():
            if key and (saved := self._keys.saved(caller.account, key, digest)):
                return saved
            self._faults.before(request.method, request.path)
            try:
                with self._store.transaction():
                    answer = self._run(route, caller, ids, params, session)
                    if key:
                        self._keys.save(caller.account, key, digest, answer, request_id)
            except ApiError as refusal:
                # The change was rolled back; an endpoint that had begun still gives this answer for good.
                answer = _refusal(refusal)
                if key and refusal.executed:
                    with self._store.transaction():
                        self._keys.save(caller.account, key, digest, answer, request_id)
            return answer

    def _admit(self, route: Route, caller: Caller, ids: list[str], params: Params) -> None:
        if not caller.is_browser:
            params.refuse_unknown(route.params)
            return
        if route.browser_params is None:
            raise SecretKeyRequiredError("This API call cannot be made with a publishable API key. Use a secret key.")
        params.refuse_unknown(route.browser_params)
        require_client_secret(self._store, caller.account, ids[0], params)

    def _run(self, route: Route, caller: Caller, ids: list[str], params: Params, session: Session) -> Answer:
        try:
            body: JsonObject = route.endpoint(session, params, *ids)
            shown = expand(session, body, params.texts("expand"))
        except ApiError as refusal:
            if not refusal.keeps_changes:
                raise
            return _refusal(refusal, caller)
        except Exception as problem:
            log.exception("endpoint failed: %s %s", route.method, route.path)
            raise InternalError("The sandbox failed. Its log has the reason.") from problem
        return Answer.json(200, browser_view(shown) if caller.is_browser else shown)


def _route(request: Request) -> tuple[Route, list[str]]:
    for route in ROUTES:
        ids = route.match(request.method, request.path)
        if ids is not None:
            return route, ids
    raise RouteUnknownError(
        f"Unrecognized request URL ({request.method}: {request.path}). The sandbox does not have this endpoint."
    )


def _refusal(refusal: ApiError, caller: Caller | None = None) -> Answer:
    body = refusal.body()
    intent = body["error"].get("payment_intent")
    if caller and caller.is_browser and intent:
        body["error"]["payment_intent"] = browser_view(intent)
    return Answer.json(refusal.status, body)
