"""Running checks by name: each has so long, prints one line, and keeps none of the others from running.

Not here: the checks.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Check = Callable[[], Awaitable[str]]


class Failed(Exception):
    """A check's finding: what was expected and what was there."""


def require(condition: object, finding: str) -> None:
    """Raises Failed with the finding unless the condition holds."""
    if not condition:
        raise Failed(finding)


@dataclass
class Report:
    """`tell` gets each line as it is known."""

    tell: Callable[[str], None]
    failures: list[str] = field(default_factory=list)

    async def run(self, name: str, check: Check, *, within: float = 20.0) -> bool:
        """Run one check. Whatever goes wrong is its finding; returns whether nothing did."""
        began = time.monotonic()
        try:
            detail = await asyncio.wait_for(check(), within)
        except TimeoutError:
            finding = f"no end within {within:.0f} s"
        except Exception as error:
            finding = str(error) or repr(error)
        else:
            self.tell(f"  ok      {name:<28} {time.monotonic() - began:5.1f} s  {detail}".rstrip())
            return True
        self.failures.append(name)
        self.tell(f"  failed  {name:<28} {time.monotonic() - began:5.1f} s  {finding}")
        return False


async def until(look: Callable[[], Awaitable[str | None]], *, every: float = 0.5) -> str:
    """Look again and again until there is something to tell. The check's own time-out ends it."""
    while True:
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(every)
