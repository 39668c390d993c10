"""What browsers load: the script that stands in for Stripe.js, the payment form, the bank's page, onboarding.

The files are in `web/`; money rules are in `payments`.
"""

import hmac
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from sandbox.stripe.answer import Answer
from sandbox.stripe.api import Request
from sandbox.stripe.cards import CARDS
from sandbox.stripe.errors import JsonObject
from sandbox.stripe.payments import answer_confirmation
from sandbox.stripe.resources.accounts import finish_onboarding
from sandbox.stripe.session import Session, Settings
from sandbox.stripe.store import Found, Store

WEB = Path(__file__).parent / "web"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_ZERO_DECIMAL = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf",
                 "xof", "xpf"}  # fmt: skip
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Pages:
    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._files = dict(_read_files())

    def answer(self, request: Request, query: str) -> Answer:
        given = {name: values[0] for name, values in parse_qs(query).items()}
        form = {name: values[0] for name, values in parse_qs(request.form).items()}
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["sandbox", "payment-element"]:
                return self._page("payment-element.html", cards=_card_choices())
            case "GET", ["sandbox", "authenticate", intent_id]:
                return self._show_confirmation(intent_id, given)
            case "POST", ["sandbox", "authenticate", intent_id]:
                return self._take_confirmation(intent_id, given, form)
            case "GET", ["sandbox", "onboarding", account_id]:
                return self._show_onboarding(account_id, given)
            case "POST", ["sandbox", "onboarding", account_id]:
                return self._take_onboarding(account_id, given)
            case "GET", ["sandbox", name] if name in self._files:
                return self._files[name]
        return self._page("gone.html", 404, reason="There is no such page.")

    def _show_confirmation(self, intent_id: str, given: dict[str, str]) -> Answer:
        found = self._awaiting(intent_id, given)
        if found is None:
            return self._gone()
        return self._page("authenticate.html", amount=escape(_amount(found.body)))

    def _take_confirmation(self, intent_id: str, given: dict[str, str], form: dict[str, str]) -> Answer:
        if form.get("answer") not in ("approve", "refuse"):
            return self._page("gone.html", 400, reason="Choose approve or refuse.")
        with self._store.transaction():
            # Read again inside the transaction: two presses of the button are one answer.
            found = self._awaiting(intent_id, given)
            if found is None:
                return self._gone()
            intent, return_url = found.body, found.body.get("_return_url")
            session = Session(self._store, self._settings, account=found.account)
            answer_confirmation(session, intent, is_approved=form["answer"] == "approve")
        if "embedded" in given or not return_url:
            return self._page("answered.html")
        is_refused = intent["status"] == "requires_payment_method"
        back = {
            "payment_intent": intent["id"],
            "payment_intent_client_secret": intent["client_secret"],
            "redirect_status": "failed" if is_refused else "succeeded",
        }
        return Answer(303, b"", {"Location": _with_query(return_url, back)})

    def _awaiting(self, intent_id: str, given: dict[str, str]) -> Found | None:
        found = self._store.find(intent_id, "payment_intent")
        if found is None or found.body["status"] != "requires_action":
            return None
        nonce = found.body.get("_nonce") or ""
        return found if hmac.compare_digest(nonce.encode(), given.get("nonce", "").encode()) else None

    def _show_onboarding(self, account_id: str, given: dict[str, str]) -> Answer:
        found = self._linked(account_id, given)
        if found is None:
            return self._stale_link(account_id)
        profile = found.body.get("business_profile") or {}
        name = profile.get("name") or found.body.get("email") or account_id
        return self._page("onboarding.html", name=escape(str(name)))

    def _take_onboarding(self, account_id: str, given: dict[str, str]) -> Answer:
        with self._store.transaction():
            found = self._linked(account_id, given)
            if found is None:
                return self._stale_link(account_id)
            return_url = found.body["_link"]["return_url"]
            finish_onboarding(Session(self._store, self._settings), found.body)
        return Answer(303, b"", {"Location": return_url})

    def _linked(self, account_id: str, given: dict[str, str]) -> Found | None:
        found = self._store.find(account_id, "account")
        link = found.body.get("_link") if found else None
        if not link or link["expires_at"] < Session(self._store, self._settings).now:
            return None
        return found if hmac.compare_digest(link["nonce"].encode(), given.get("nonce", "").encode()) else None

    def _stale_link(self, account_id: str) -> Answer:
        """As at Stripe: an old link leads to the page that makes a new one."""
        found = self._store.find(account_id, "account")
        link = found.body.get("_link") if found else None
        return Answer(303, b"", {"Location": link["refresh_url"]}) if link else self._gone()

    def _gone(self) -> Answer:
        return self._page("gone.html", 410, reason="This page was already answered, or it has expired.")

    def _page(self, file: str, status: int = 200, **slots: str) -> Answer:
        template = Template((WEB / file).read_text())
        return Answer(status, template.substitute(slots).encode(), _PAGE_HEADERS)


def _read_files() -> Iterator[tuple[str, Answer]]:
    for path in WEB.iterdir():
        if path.suffix in _TYPES:
            headers = {
                "Content-Type": _TYPES[path.suffix],
                "Cache-Control": "no-cache",
                "Access-Control-Allow-Origin": "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
            }
            yield path.name, Answer(200, path.read_bytes(), headers)


def _card_choices() -> str:
    shown = [card for card in CARDS.values() if card.in_form]
    return "\n".join(
        f'<label class="card"><input type="radio" name="card" value="{card.token}"{"" if index else " checked"}>'
        f'<span class="name">{escape(card.label)}</span>'
        f'<span class="digits"><span aria-hidden="true">•••• </span>'
        f'<span class="spoken">ending in </span>{card.last4}</span></label>'
        for index, card in enumerate(shown)
    )


def _amount(intent: JsonObject) -> str:
    currency = intent["currency"]
    if currency in _ZERO_DECIMAL:
        return f"{currency.upper()}\u00a0{intent['amount']}"
    return f"{currency.upper()}\u00a0{intent['amount'] // 100}.{intent['amount'] % 100:02}"


def _with_query(url: str, extra: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode(extra)]))
    return urlunsplit(parts._replace(query=query))
