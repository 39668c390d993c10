"""`python -m demo.viewers`: the audience of every show on air, and its host, until it is told to stop.

Not here: the camera (demo.encoder) and the stage (demo.seed).
"""

import argparse
import asyncio
import json
import logging
import signal
from pathlib import Path
from typing import Any

from demo.audience.deck import Deck
from demo.audience.guest import Guest
from demo.audience.host import Host
from demo.audience.sight import Sight
from demo.stage.talk import GUESTS

# Guests arrive one after another, as people do.
ARRIVAL_SECONDS = 1.5


async def attend(brand: dict[str, Any]) -> None:
    """One show's host and guests; returns when the show is over."""
    sight, deck = Sight(), Deck(brand["slug"])
    shoppers = brand["shoppers"]
    guests = [
        Guest(brand, name, shoppers[nth % len(shoppers)], sight, deck) for nth, name in enumerate(GUESTS)
    ]  # fmt: skip
    async with asyncio.TaskGroup() as tasks:
        hosting = tasks.create_task(Host(brand, sight).run())
        seated = []
        for guest in guests:
            seated.append(tasks.create_task(guest.run()))
            await asyncio.sleep(ARRIVAL_SECONDS)
        await hosting
        for task in seated:
            task.cancel()


async def run(seed: dict[str, Any]) -> None:
    """All shows at once, until SIGTERM or SIGINT, also after the last one is over: whoever ends is started again."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    ended = asyncio.create_task(stopping.wait())
    running = {asyncio.create_task(attend(brand)) for brand in seed["brands"] if brand["on_air"]}
    while not ended.done():
        done, _ = await asyncio.wait({ended, *running}, return_when=asyncio.FIRST_COMPLETED)
        for show in done & running:
            running.discard(show)
            show.result()  # a defect ends the program, and is told in its log
    for show in running:
        show.cancel()
    await asyncio.gather(*running, return_exceptions=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=Path, required=True, help="seed.json, as seed_demo wrote it")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(run(json.loads(options.seed.read_text())))


if __name__ == "__main__":
    main()
