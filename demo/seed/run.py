"""Setting the whole stage, and saying how long each brand took.

Not here: the steps themselves.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from demo.seed.brands import ensure_admin, ensure_brand
from demo.seed.goods import ensure_goods
from demo.seed.past import ensure_past
from demo.seed.payments import ensure_payments
from demo.seed.report import brand_report, renew_key, write_report
from demo.seed.shows import ensure_coming
from demo.seed.tape import tape_of
from demo.seed.tonight import ensure_tonight
from demo.stage import BRANDS
from demo.stage.pieces import StagedBrand
from kernel.tenancy import brand_context


def set_stage(state: Path, *, tell: Callable[[str], None]) -> None:
    """Everything; what is files goes into `state`. Again, it completes what is missing and renews tonight's show."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    reports: list[dict[str, Any]] = []
    broadcasts: list[dict[str, str]] = []
    ensure_admin()
    with ThreadPoolExecutor(len(BRANDS)) as makers:
        # The first start draws all films at once, while the shops are being filled.
        tapes = {
            staged.slug: makers.submit(
                tape_of, staged.slug, staged.past.length_seconds, folder=state / "film", ffmpeg=ffmpeg
            )
            for staged in BRANDS
        }
        for staged in BRANDS:
            began = time.monotonic()
            report, keys = set_brand(staged, tape=tapes[staged.slug].result, ffmpeg=ffmpeg)
            reports.append(report)
            broadcasts += keys
            tell(f"{staged.name} is ready after {time.monotonic() - began:.1f} s.")
    write_report(reports, broadcasts=broadcasts, target=state / "seed.json")


def set_brand(
    staged: StagedBrand, *, tape: Callable[[], Path], ffmpeg: str
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """One brand from sign-up to tonight's key: its report, and what is to be sent where."""
    brand = ensure_brand(staged)
    with brand_context(brand):
        ensure_goods(staged)
        ensure_payments(brand)
        past = ensure_past(brand, staged, tape=tape, ffmpeg=ffmpeg)
        coming = ensure_coming(staged)
        tonight = ensure_tonight(brand, staged, staged.tonight) if staged.tonight else None
        report = brand_report(brand, staged, key=renew_key(brand), past=past, coming=coming, tonight=tonight)
    return report, [{"brand": staged.slug, "key": tonight.stream_key}] if tonight else []
