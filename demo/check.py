"""`python -m demo.check`: looks at a running demo from outside, one line a thing, and exits 0 if all is well.

Not here: what is looked at (demo.checks).
"""

import argparse
import asyncio
import json
import logging
import sys
from functools import partial
from pathlib import Path
from typing import Any

from demo.checks import pages, picture, selling
from demo.checks.report import Report

# The encoder's first picture takes the engine some seconds, and the host waits for it.
ON_AIR_WITHIN = 40.0


async def check(seed: dict[str, Any], report: Report) -> None:
    """Everything, in the order in which a newcomer would come by it."""
    platform, brands = seed["platform"], seed["brands"]
    await report.run("ready", partial(pages.ready, platform))
    await report.run("platform home", partial(pages.platform_home, platform))
    await report.run("sign-up page", partial(pages.sign_up, platform))
    await report.run("admin", partial(pages.admin, platform))
    await report.run("two brands, two looks", partial(pages.brands_differ, brands))
    for brand in brands:
        slug = brand["slug"]
        await report.run(f"{slug}: lobby, calendar", partial(pages.lobby, brand))
        await report.run(f"{slug}: replay plays", partial(picture.replay, brand))
        await report.run(f"{slug}: API docs", partial(pages.api_docs, brand))
        if brand["on_air"]:
            await _check_on_air(slug, brand, report)


async def _check_on_air(slug: str, brand: dict[str, Any], report: Report) -> None:
    if await report.run(f"{slug}: live page", partial(pages.live_page, brand), within=ON_AIR_WITHIN):
        await report.run(f"{slug}: live picture", partial(picture.live, brand))
    await report.run(f"{slug}: room", partial(selling.room, brand))
    await report.run(f"{slug}: purchase", partial(selling.purchase, brand))
    await report.run(f"{slug}: studio, desk", partial(pages.studio, brand))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=Path, required=True, help="seed.json, as seed_demo wrote it")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    report = Report(partial(print, flush=True))
    asyncio.run(check(json.loads(options.seed.read_text()), report))
    if report.failures:
        print(f"{len(report.failures)} failed: {', '.join(report.failures)}")
        return 1
    print("All is well.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
