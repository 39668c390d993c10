"""Connected accounts and the links that lead to their onboarding page.

An account belongs to the platform; what happens inside it lives in its own namespace.
"""

from sandbox.stripe.errors import JsonObject, ParameterError, RequestRefusedError
from sandbox.stripe.ids import new_token
from sandbox.stripe.listing import list_page
from sandbox.stripe.params import Params, merge_metadata
from sandbox.stripe.session import Session

KEPT = ("business_profile", "business_type", "controller", "company", "email", "settings")
CREATE_PARAMS = frozenset({*KEPT, "capabilities", "country", "default_currency", "expand", "metadata", "type"})
UPDATE_PARAMS = frozenset({*KEPT, "expand", "metadata"})
LINK_PARAMS = frozenset({"account", "collect", "collection_options", "expand", "refresh_url", "return_url", "type"})
LINK_SECONDS = 300


def create(session: Session, params: Params) -> JsonObject:
    return session.make(
        "acct",
        "account",
        type=params.choice("type", ("standard", "express", "custom")) or "none",
        capabilities={"card_payments": "inactive", "transfers": "inactive"},
        charges_enabled=False,
        country=params.text("country") or "US",
        default_currency=params.text("default_currency") or "usd",
        details_submitted=False,
        metadata=merge_metadata({}, params),
        payouts_enabled=False,
        requirements={
            "currently_due": ["external_account", "tos_acceptance.date"],
            "disabled_reason": "requirements.past_due",
            "eventually_due": [],
            "past_due": ["external_account", "tos_acceptance.date"],
            "pending_verification": [],
        },
        **{**dict.fromkeys(KEPT), **params.kept(KEPT)},
    )


def retrieve(session: Session, params: Params, object_id: str) -> JsonObject:
    return session.get("account", object_id, param="account")


def update(session: Session, params: Params, object_id: str) -> JsonObject:
    account = retrieve(session, params, object_id)
    account.update(params.kept(KEPT))
    account["metadata"] = merge_metadata(account["metadata"], params)
    session.save(account)
    _tell(session, account)
    return account


def list_all(session: Session, params: Params) -> JsonObject:
    return list_page(session, "account", "/v1/accounts", params)


def create_link(session: Session, params: Params) -> JsonObject:
    """A link to the onboarding page, good for five minutes and one use."""
    account_id = params.require_text("account")
    if params.require_text("type") not in ("account_onboarding", "account_update"):
        raise ParameterError("Invalid type: must be account_onboarding or account_update", param="type")
    return_url, refresh_url = params.url("return_url"), params.url("refresh_url")
    if not return_url or not refresh_url:
        missing = "refresh_url" if return_url else "return_url"
        raise ParameterError(f"Missing required param: {missing}.", param=missing, code="parameter_missing")
    account = session.get("account", account_id, param="account")
    nonce, expires = new_token(32), session.now + LINK_SECONDS
    account["_link"] = {
        "nonce": nonce,
        "expires_at": expires,
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    session.save(account)
    url = f"{session.settings.public_url}/sandbox/onboarding/{account_id}?nonce={nonce}"
    return {"object": "account_link", "created": session.now, "expires_at": expires, "url": url}


def finish_onboarding(session: Session, account: JsonObject) -> None:
    account.update(
        capabilities={"card_payments": "active", "transfers": "active"},
        charges_enabled=True,
        details_submitted=True,
        payouts_enabled=True,
        requirements={
            "currently_due": [],
            "disabled_reason": None,
            "eventually_due": [],
            "past_due": [],
            "pending_verification": [],
        },
        _link=None,
    )
    session.save(account)
    _tell(session, account)


def restrict(session: Session, account: JsonObject, due: list[str]) -> None:
    """The provider wants to know more and takes no charges until then."""
    account.update(
        charges_enabled=False,
        payouts_enabled=False,
        requirements={**account["requirements"], "currently_due": due, "disabled_reason": "requirements.past_due"},
    )
    session.save(account)
    _tell(session, account)


def require_charges(session: Session) -> None:
    """Raises RequestRefusedError inside an account that may take no money yet."""
    if not session.account:
        return
    account = session.store.find(session.account, "account")
    if account is None or not account.body["charges_enabled"]:
        raise RequestRefusedError("This account cannot make charges yet: its set-up is not complete.")


def _tell(session: Session, account: JsonObject) -> None:
    # The event belongs to the connected account, which is how the platform learns whose it is.
    Session(
        session.store,
        session.settings,
        account=account["id"],
        request_id=session.request_id,
        idempotency_key=session.idempotency_key,
    ).emit("account.updated", account)
