"""Carries events to the webhook URL in the background: signed, retried with back-off, from rows that survive.

Doubles and changed order are decided when the event is written (`session`); here each row is sent when due.
"""

import http.client
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from sandbox.stripe.session import Settings
from sandbox.stripe.signing import signature_header
from sandbox.stripe.store import Store
from sandbox.stripe.timers import run_due_timers

log = logging.getLogger("sandbox.stripe")

MAX_ATTEMPTS = 15
LONGEST_WAIT = 3600.0
# One endpoint that hangs must not hold up what is due behind it.
WORKERS = 8


class Courier(threading.Thread):
    """One thread that sleeps until something is due, and a few that wait for the receiver."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(name="courier", daemon=True)
        self._store = store
        self._settings = settings
        self._wake = threading.Event()
        self._stopping = False
        self._lock = threading.Lock()
        self._underway: set[int] = set()
        self._fail_next = 0
        self._paused = False
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="courier")

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self._pool.shutdown(wait=True, cancel_futures=True)
        if self.is_alive():
            self.join()

    def fail_next(self, count: int) -> None:
        with self._lock:
            self._fail_next = count

    def pause(self, paused: bool) -> None:
        self._paused = paused
        self.wake()

    def run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                run_due_timers(self._store, self._settings)
                self._send_due()
                pause = self._seconds_to_next()
            except Exception:
                log.exception("courier stumbled")
                pause = 1.0
            self._wake.wait(pause)

    def _send_due(self) -> None:
        if self._paused:
            return
        rows = self._store.rows(
            "SELECT d.id, d.attempts, o.body FROM deliveries d JOIN objects o ON o.id = d.event"
            " WHERE d.state = 'waiting' AND d.due <= ? ORDER BY d.due, d.id LIMIT 100",
            time.time(),
        )
        for row in rows:
            with self._lock:
                if row["id"] in self._underway or self._stopping:
                    continue
                self._underway.add(row["id"])
            self._pool.submit(self._send, row["id"], row["attempts"] + 1, row["body"])

    def _seconds_to_next(self) -> float | None:
        """None sleeps until woken. Rows underway wake us when they end."""
        with self._lock:
            underway = set(self._underway)
        dues = [row["due"] for row in self._store.rows("SELECT due FROM timers")]
        if not self._paused:
            rows = self._store.rows("SELECT id, due FROM deliveries WHERE state = 'waiting' ORDER BY due LIMIT 200")
            dues += [row["due"] for row in rows if row["id"] not in underway]
        return max(0.0, min(dues) - time.time()) if dues else None

    def _send(self, delivery_id: int, attempt: int, stored: str) -> None:
        try:
            body = json.dumps(json.loads(stored), indent=2).encode()
            outcome = self._post(body)
            self._record(delivery_id, attempt, outcome)
        except Exception:
            log.exception("delivery %s stumbled", delivery_id)
        finally:
            with self._lock:
                self._underway.discard(delivery_id)
            self.wake()

    def _post(self, body: bytes) -> str:
        """The status as text, or what went wrong. A redirect is not followed: it counts as a failure."""
        with self._lock:
            if self._fail_next > 0:
                self._fail_next -= 1
                return "failed on request"
        url = urlsplit(self._settings.webhook_url or "")
        factory = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = factory(url.hostname or "", url.port, timeout=self._settings.delivery_timeout)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature_header(body, self._settings.webhook_secret, int(time.time())),
            "User-Agent": "Stripe/1.0 (sandbox)",
        }
        try:
            connection.request("POST", url.path + (f"?{url.query}" if url.query else "") or "/", body, headers)
            response = connection.getresponse()
            response.read(1024)
            return str(response.status)
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            connection.close()

    def _record(self, delivery_id: int, attempt: int, outcome: str) -> None:
        wait = min(self._settings.retry_seconds * 2 ** (attempt - 1), LONGEST_WAIT)
        if outcome.startswith("2"):
            state = "delivered"
        elif attempt >= MAX_ATTEMPTS:
            state = "given_up"
        else:
            state = "waiting"
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE deliveries SET attempts = ?, state = ?, due = ?, last_outcome = ? WHERE id = ?",
                (attempt, state, time.time() + wait, outcome, delivery_id),
            )
        if state != "delivered":
            log.info("webhook delivery %s attempt %s: %s", delivery_id, attempt, outcome)
