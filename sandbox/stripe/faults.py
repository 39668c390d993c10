"""Troubles made on purpose: slow answers, errors, answers lost after the work was done.

They are asked for through `control` and meet the next matching requests; nothing happens by itself.
"""

import threading
import time
from dataclasses import dataclass
from typing import Literal, get_args

from sandbox.stripe.errors import ApiError

Kind = Literal["delay_before", "delay_after", "error_before", "drop_after"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class InjectedError(ApiError):
    """Nothing ran and nothing is saved: a retry may succeed."""

    status = 500
    type = "api_error"
    executed = False


@dataclass
class Fault:
    kind: Kind
    times: int = 1
    method: str = "POST"
    path: str = "/v1/"
    seconds: float = 0.0

    def meets(self, method: str, path: str) -> bool:
        return self.times > 0 and method == self.method and path.startswith(self.path)


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def before(self, method: str, path: str) -> None:
        """Before the endpoint runs, its idempotency key already held."""
        if fault := self._take("delay_before", method, path):
            time.sleep(fault.seconds)
        if self._take("error_before", method, path):
            raise InjectedError("This error was asked for. Nothing was changed.")

    def after(self, method: str, path: str) -> bool:
        """After the change is committed. True when the answer is to be lost."""
        if fault := self._take("delay_after", method, path):
            time.sleep(fault.seconds)
        return self._take("drop_after", method, path) is not None

    def _take(self, kind: Kind, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self._waiting:
                if fault.kind == kind and fault.meets(method, path):
                    fault.times -= 1
                    return fault
            return None
