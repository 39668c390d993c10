"""One buyer after the other in a thread: holds, lets go or forgets, orders, pays, asks, and staff gives back.

Honest and stubborn: what got no clear answer is asked again under its key until there is one. Not here: the parts
that are killed under them (house, killer).
"""

import contextlib
import http.client
import json
import random
import threading
import time
import urllib.parse
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.storm.ledger import Ledger, ToldHold, ToldOrder

PATIENCE = 100.0  # longer than a key of a killed process is kept from others
PAUSE = 0.3
# These say: ask again under the same key.
_AGAIN = frozenset([408, 425, 429, 500, 502, 503, 504])
_RUNNING = "idempotency_key_running"
_CARD = {"payment_method": "pm_card_visa", "key": "pk_test_sandbox"}
_ADDRESS = {"line1": "14 rue des Lilas", "postal_code": "69003", "city": "Lyon", "country": "FR"}

Answer = tuple[int, dict[str, Any], bytes]


@dataclass(frozen=True)
class Shop:
    """Where one buys, and what. `ports` changes while processes come and go."""

    schema: str
    host: str
    show: str
    goods: Sequence[Mapping[str, Any]]
    viewers: Sequence[Mapping[str, str]]
    api_key: str
    ports: list[int] = field(default_factory=list)
    payments_port: int = 0


class Shopper(threading.Thread):
    """Buys until told to stop. `rng` decides what each buyer does."""

    def __init__(self, shop: Shop, ledger: Ledger, rng: random.Random, viewers: Sequence[Mapping[str, str]]) -> None:
        super().__init__(daemon=True)
        self._shop, self._ledger, self._rng, self._viewers = shop, ledger, rng, viewers
        self._ended = threading.Event()
        self.problem: Exception | None = None

    def end(self) -> None:
        """Finish what is begun, begin nothing."""
        self._ended.set()

    def run(self) -> None:
        number = 0
        try:
            while not self._ended.is_set():
                self._visit(self._viewers[number % len(self._viewers)], number)
                number += 1
        except Exception as error:  # told at the end: a thread's own failure would go unseen
            self.problem = error

    def _visit(self, viewer: Mapping[str, str], number: int) -> None:
        # Drops in their order, so that each is hot for a while; now and then the thing outside of drops.
        drops = self._shop.goods[1:]
        hot = drops[number * len(drops) // max(1, len(self._viewers)) % len(drops)]
        goods = self._shop.goods[0] if self._rng.random() < 0.3 else hot
        hold = self._hold(viewer, goods, quantity=self._rng.choice([1, 1, 1, 2, 3]))
        if hold is None:
            return
        fate = self._rng.random()
        if fate < 0.25:
            return  # forgotten; it ends by its deadline
        if fate < 0.4:
            self._let_go(viewer, hold)
            return
        order = self._order(viewer, hold)
        if order is None or self._rng.random() < 0.1:
            return
        self._pay(viewer, order, asks=self._rng.random() < 0.8)
        if order in self._ledger.paid and self._rng.random() < 0.5:
            self._give_back(order)

    def _hold(self, viewer: Mapping[str, str], goods: Mapping[str, Any], quantity: int) -> str | None:
        body = {"variant": goods["variant"], "quantity": quantity}
        if goods["drop"]:
            body |= {"drop": goods["drop"], "show": self._shop.show}
        fast = bool(goods["drop"]) and self._rng.random() < 0.6
        path, pass_ = ("/hold/", {"X-Hold-Ticket": viewer["ticket"]}) if fast else ("/api/v1/holds/", _cookie(viewer))
        key = str(uuid.uuid4())
        answer = self._ask("POST", path, body, pass_, key)
        if answer is None or answer[0] != 201:
            return None
        told = ToldHold(viewer["key"], goods["variant"], goods["drop"], answer[1]["quantity"])
        with self._ledger.noting() as ledger:
            ledger.holds[answer[1]["id"]] = told
        if self._rng.random() < 0.2:
            again = self._ask("POST", path, body, pass_, key)
            if again is not None and (again[0], again[2]) != (answer[0], answer[2]):
                with self._ledger.noting() as ledger:
                    ledger.changed += 1
        return str(answer[1]["id"])

    def _let_go(self, viewer: Mapping[str, str], hold: str) -> None:
        answer = self._ask("DELETE", f"/api/v1/holds/{hold}/", None, _cookie(viewer))
        if answer is not None and answer[0] == 204:
            with self._ledger.noting() as ledger:
                ledger.released.add(hold)

    def _order(self, viewer: Mapping[str, str], hold: str) -> str | None:
        quoted = self._ask("POST", "/api/v1/checkout/quote/", {"country": "FR"}, _cookie(viewer))
        if quoted is None or quoted[0] != 200:
            return None
        total = quoted[1]["total_minor"]
        body = {
            "holds": [held["id"] for held in quoted[1]["holds"]], "email": f"{viewer['key']}@example.test",
            "name": "Noor Haddad", "address": _ADDRESS, "total_minor": total, "currency": "EUR",
        }  # fmt: skip
        answer = self._ask("POST", "/api/v1/checkout/", body, _cookie(viewer), str(uuid.uuid4()))
        if answer is None or answer[0] != 201:
            return None
        order, secret = answer[1]["order"], answer[1]["client_secret"]
        told = ToldOrder(viewer["key"], hold, answer[1]["total_minor"], secret.partition("_secret_")[0])
        with self._ledger.noting() as ledger:
            ledger.orders[order] = told
        self._secret = secret
        return str(order)

    def _pay(self, viewer: Mapping[str, str], order: str, *, asks: bool) -> None:
        """As the browser does: the card goes to the provider, then the shop is asked."""
        intent = self._ledger.orders[order].intent
        form = urllib.parse.urlencode({**_CARD, "client_secret": self._secret}).encode()
        paid = self._send_form(f"/v1/payment_intents/{intent}/confirm", form)
        if paid.get("status") == "succeeded":
            with self._ledger.noting() as ledger:
                ledger.charged.add(order)
        if not asks:
            return  # the page was closed; the provider's own message tells the shop
        answer = self._ask("POST", "/api/v1/checkout/confirm/", {"order": order}, _cookie(viewer))
        if answer is not None and answer[0] == 200 and answer[1]["status"] == "paid":
            with self._ledger.noting() as ledger:
                ledger.paid.add(order)

    def _give_back(self, order: str) -> None:
        total = self._ledger.orders[order].total
        amount = total if self._rng.random() < 0.5 else self._rng.randint(1, total)
        body = {"amount_minor": amount, "reason": "Came back", "restock": self._rng.random() < 0.5}
        pass_ = {"Authorization": f"Bearer {self._shop.api_key}"}
        answer = self._ask("POST", f"/api/v1/orders/{order}/refunds/", body, pass_, str(uuid.uuid4()))
        if answer is not None and answer[0] == 201:
            with self._ledger.noting() as ledger:
                ledger.refunds[answer[1]["id"]] = (order, answer[1]["amount_minor"])

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None, pass_: Mapping[str, str], key: str = ""
    ) -> Answer | None:
        """The answer, asked for until it is clear; None when nobody gave one in time."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._ask_once(method, path, body, pass_, key)
            if answer is not None:
                with self._ledger.noting() as ledger:
                    ledger.good += answer[0] < 300
                    ledger.answers[f"{answer[0]} {answer[1].get('code', '')}".strip()] += 1
                if answer[0] not in _AGAIN and answer[1].get("code") != _RUNNING:
                    return answer
            time.sleep(self._rng.uniform(0.2, 1.0) * PAUSE)
        with self._ledger.noting() as ledger:
            ledger.unknown += 1
        return None

    def _ask_once(
        self, method: str, path: str, body: Mapping[str, Any] | None, pass_: Mapping[str, str], key: str
    ) -> Answer | None:
        port = self._rng.choice(self._shop.ports)
        host = f"{self._shop.host}:{port}"
        headers = {"Host": host, "Origin": f"http://{host}", "Accept": "application/json", **pass_}
        if key:
            headers["Idempotency-Key"] = key
        text = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            text = json.dumps(body).encode()
        return _exchange(port, method, path, text, headers)

    def _send_form(self, path: str, form: bytes) -> dict[str, Any]:
        """Ask the provider, who is not killed; its answer."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = _exchange(self._shop.payments_port, "POST", path, form, headers)
        return answer[1] if answer else {}


def _exchange(port: int, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer | None:
    """One request on a connection of its own; None when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException):
            return None
    try:
        data = json.loads(raw) if raw else {}
    except ValueError:
        return (max(response.status, 500)), {}, raw
    return response.status, data if isinstance(data, dict) else {}, raw


def _cookie(viewer: Mapping[str, str]) -> dict[str, str]:
    return {"Cookie": viewer["cookie"]}
