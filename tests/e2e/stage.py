"""What a brand does before a show, through the API: a product, a drop, a show with its line-up, a camera.

Not here: the viewer's side (the tests).
"""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.newcomer import Studio
from launch.paths import ROOT

T = TypeVar("T")


@dataclass
class Stage:
    """A show that is ready to go on air."""

    studio: Studio
    show: dict[str, Any]
    variant: str
    drop: str

    @property
    def url(self) -> str:
        return f"{self.studio.origin}/live/{self.show['slug']}/"

    def act(self, path: str, body: Any = None) -> Any:
        """One act of the host."""
        return self.studio.call("POST", f"shows/{self.show['id']}/{path}/", body)

    def fresh(self) -> dict[str, Any]:
        """The show as it is now."""
        show: dict[str, Any] = self.studio.call("GET", f"shows/{self.show['id']}/")
        return show

    def stock(self) -> dict[str, int]:
        counts: dict[str, int] = self.studio.call("GET", f"variants/{self.variant}/")["stock"]
        return counts


def set_stage(studio: Studio) -> Stage:
    """What `plan_show` makes, with the lobby open."""
    stage = plan_show(studio)
    stage.act("open-lobby")
    return stage


def plan_show(studio: Studio) -> Stage:
    """A product with 12 pieces, a drop of 5 of them, and a show with a date."""
    product = studio.call(
        "POST",
        "products/",
        {
            "name": "Dawn Serum",
            "detail": "30 ml",
            "status": "active",
            "variants": [{"sku": "DAWN-30", "price": {"currency": "EUR", "minor": 4600}, "stock": 12}],
        },
    )
    variant = product["variants"][0]["id"]
    starts_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    show = studio.call("POST", "shows/", {"title": "The evening ritual", "starts_at": starts_at})
    drop = studio.call(
        "POST",
        "drops/",
        {
            "variant": variant, "show": show["id"], "title": "Dawn Serum, first batch", "units": 5,
            "price_minor": 3800, "currency": "EUR", "per_buyer": 2,
        },
    )  # fmt: skip
    stage = Stage(studio, show, variant, drop["id"])
    studio.call("PUT", f"shows/{show['id']}/line-up/", {"items": [{"variant": variant}]})
    stage.act("schedule")
    return stage


@contextlib.contextmanager
def camera(stage: Stage, folder: Path) -> Iterator[None]:
    """A real encoder that pushes a film with a running clock to the show's real stream key."""
    key = stage.act("stream-key")["key"]
    process = subprocess.Popen(
        [
            sys.executable, "-m", "demo.encoder", "--url", stage.studio.rig.environment["VITRINE_RTMP_URL"],
            "--brand", "aurora", "--directory", str(folder / "film"),
        ],
        cwd=ROOT, env={**os.environ, "STREAM_KEY": key},
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def until(ask: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """Ask again until there is an answer. Raises AssertionError naming what never came."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.25)
