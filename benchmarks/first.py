"""`./vitrine bench first`: the first things that anybody notices.

From an event's commit to its frame in a viewer's socket; from the sign-up form to one's own studio; a
warm start of the demo; what the live page asks of the database and of the network.
The limit in the same run: a bare Redis publish to a subscriber, which no frame can beat.
"""

import argparse
import asyncio
import gzip
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import redis.asyncio as aioredis
import websockets
from websockets.typing import Origin

from benchmarks.newcomer import Studio, browser, sign_up
from benchmarks.report import percentile, tell
from benchmarks.rig import Rig, running_rig
from launch.paths import ROOT

EVENTS, PAUSE = 200, 0.05
_SCRIPT = re.compile(r'<script[^>]+type="module"[^>]+src="([^"]+)"|<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"')
_STYLE = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"')


def main() -> int:
    parser = argparse.ArgumentParser(prog="./vitrine bench first")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--skip-demo", action="store_true", help="leave the demo's warm start out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder, running_rig("bench", Path(folder)) as rig:
        print("Signing up", flush=True)
        studio, signup_s = sign_up(rig, slug="benchmark", name="Benchmark")
        show = open_show(studio)
        print(f"Appending {EVENTS} events", flush=True)
        delays, limits = asyncio.run(measure_frames(rig, studio, show))
        queries = page_queries(rig, studio, show)
        js, css = page_weight(rig, studio, show)
    demo_s = None if options.skip_demo else demo_warm()
    rows = [
        ("append_to_frame_p95_ms", round(percentile(delays, 0.95) * 1000, 1), "at most 150"),
        ("append_to_frame_p50_ms", round(statistics.median(delays) * 1000, 1), ""),
        ("redis_publish_p95_ms", round(percentile(limits, 0.95) * 1000, 1), "the limit: a bare publish"),
        ("signup_to_studio_s", round(signup_s, 2), "at most 10"),
        ("demo_warm_s", demo_s if demo_s is None else round(demo_s, 1), "at most 45"),
        ("live_page_queries", queries, "at most 12"),
        ("page_js_kib", js, "at most 40, compressed, before play"),
        ("page_css_kib", css, "at most 20, compressed"),
    ]
    tell("First things", rows, as_json=options.json, extra={"events": len(delays)})
    return 0


def open_show(studio: Studio) -> dict[str, Any]:
    """A show in its lobby, an hour from now."""
    starts_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    show: dict[str, Any] = studio.call("POST", "shows/", {"title": "A measured show", "starts_at": starts_at})
    studio.call("POST", f"shows/{show['id']}/schedule/", {})
    studio.call("POST", f"shows/{show['id']}/open-lobby/", {})
    return show


async def measure_frames(rig: Rig, studio: Studio, show: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Seconds from commit to frame for each event, and from a bare publish to its receipt."""
    arrived: dict[str, float] = {}
    origin = Origin(studio.origin)
    url = f"ws://{studio.slug}.localhost:{rig.ports.web}/rooms/{show['id']}/"
    async with websockets.connect(url, host="127.0.0.1", port=rig.ports.web, origin=origin) as socket:
        await socket.send(json.dumps({"t": "hello", "cursors": None, "epoch": None}))
        reader = asyncio.create_task(_note_arrivals(socket, arrived))
        await asyncio.sleep(1.0)
        appended = await _append(rig, studio, show)
        limits = await _bare_publishes(rig)
        await asyncio.sleep(2.0)  # what has not come by now counts as lost
        reader.cancel()
    missing = appended.keys() - arrived.keys()
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(appended)} events never reached the viewer")
    return [arrived[event] - at for event, at in appended.items()], limits


async def _note_arrivals(socket: Any, arrived: dict[str, float]) -> None:
    async for text in socket:
        moment = time.time()
        frame = json.loads(text)
        for event in frame.get("events", ()):
            arrived.setdefault(event["id"], moment)


async def _append(rig: Rig, studio: Studio, show: dict[str, Any]) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.appender", "--schema", f"b_{studio.slug}", "--show", show["id"],
        "--count", str(EVENTS), "--pause", str(PAUSE),
        env=dict(rig.environment), cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the appender failed; its words are above")
    lines = [json.loads(line) for line in output.decode().splitlines() if line.startswith("{")]
    return {line["id"]: line["at"] for line in lines}


async def _bare_publishes(rig: Rig) -> list[float]:
    """The physical limit here: one publish to one subscriber on the same Redis."""
    server = aioredis.Redis.from_url(rig.environment["REDIS_URL"])
    listener = server.pubsub(ignore_subscribe_messages=True)
    await listener.subscribe("vitrine-bench")
    await listener.get_message(timeout=1)
    delays = []
    for _ in range(EVENTS):
        sent = time.time()
        await server.publish("vitrine-bench", b"x")
        while await listener.get_message(timeout=1) is None:
            pass
        delays.append(time.time() - sent)
        await asyncio.sleep(0.005)
    await listener.aclose()  # type: ignore[no-untyped-call]
    await server.aclose()
    return delays


def page_queries(rig: Rig, studio: Studio, show: dict[str, Any]) -> int:
    """Queries of one rendering of the live page."""
    command = [
        sys.executable, "-m", "benchmarks.live_page",
        "--host", f"{studio.slug}.localhost", "--path", f"/live/{show['slug']}/",
    ]  # fmt: skip
    done = subprocess.run(command, env=dict(rig.environment), cwd=ROOT, check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    if figures["status"] != 200:
        raise RuntimeError(f"the live page answered {figures['status']}")
    return int(figures["queries"])


def page_weight(rig: Rig, studio: Studio, show: dict[str, Any]) -> tuple[float, float]:
    """KiB of our own scripts and of all style sheets that the page loads before play, gzipped one by one."""
    visitor = browser(rig, f"{studio.slug}.localhost")
    page = visitor.get(f"/live/{show['slug']}/").text
    scripts = {first or second for first, second in _SCRIPT.findall(page)}
    styles = set(_STYLE.findall(page))
    own_scripts = {url for url in scripts if url.startswith("/")}

    def kib(urls: set[str]) -> float:
        files = [visitor.get(url).raise_for_status().content for url in urls]
        return round(sum(len(gzip.compress(file, 9)) for file in files) / 1024, 1)

    return kib(own_scripts), kib(styles)


def demo_warm() -> float:
    """Seconds from `./vitrine demo` to its addresses, when everything is installed and seeded already."""
    print("Starting the demo once, then again", flush=True)
    _demo_start()
    return _demo_start()


def _own_shell() -> dict[str, str]:
    """The environment of a person's shell: what the launcher set for this benchmark taken out."""
    set_by_launcher = re.compile(
        r"(VITRINE|STRIPE|S3|RTMP|INGEST)_|(DATABASE|REDIS|EMAIL)_URL$|DJANGO_SETTINGS_MODULE$"
    )
    return {name: value for name, value in os.environ.items() if not set_by_launcher.match(name)}


def _demo_start() -> float:
    started = time.monotonic()
    process = subprocess.Popen(["./vitrine", "demo"], cwd=ROOT, env=_own_shell(), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("On air"):
                return time.monotonic() - started
        raise RuntimeError("the demo did not start; run ./vitrine demo to see why")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
