"""What the platform's home page promises, each with the figure that a benchmark printed for it.

Not here: measuring (benchmarks/). A claim without a result in the repository is not made.
"""

import functools
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Claim:
    """A goal, and the key under which a benchmark prints what came of it."""

    key: str
    what: str
    how: str
    goal: str
    unit: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The newest result of a claim, and how to get one's own."""

    claim: Claim
    figure: str
    at: datetime
    machine: str
    command: str


CLAIMS = (
    Claim("append_to_frame_p95_ms", "Act to viewer", "95 of 100 events reach an open page within", "150 ms", "ms"),
    Claim("signup_to_studio_s", "Sign-up to studio", "From the form to a studio of one’s own", "10 s", "s"),
    Claim("demo_warm_s", "Start of the demo", "Two brands and a show, everything installed", "45 s", "s"),
    Claim("live_page_queries", "Queries of the live page", "What one rendering asks the database", "12", ""),
    Claim("page_js_kib", "Script before play", "Compressed, without the player’s library", "40 KiB", "KiB"),
    Claim("page_css_kib", "Style before play", "Compressed", "20 KiB", "KiB"),
)


def read_proofs(folder: Path) -> tuple[Proof, ...]:
    """The claims that a result file in `folder` speaks of, in their order, each with its newest result."""
    newest: dict[str, Proof] = {}
    for path in sorted(folder.glob("*.json")):
        result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        at = datetime.fromisoformat(result["at"])
        command = f"./vitrine bench {path.stem[len('2026-11-20-') :]}"
        for claim in CLAIMS:
            figure = result.get(claim.key)
            is_newer = claim.key not in newest or newest[claim.key].at < at
            if figure is not None and is_newer:
                words = f"{figure}\xa0{claim.unit}".strip()
                newest[claim.key] = Proof(claim, words, at, result["machine"], command)
    return tuple(newest[claim.key] for claim in CLAIMS if claim.key in newest)


@functools.cache
def proofs() -> tuple[Proof, ...]:
    """Those of the results that came with this version; they change with it alone."""
    return read_proofs(settings.BENCHMARK_RESULTS)
