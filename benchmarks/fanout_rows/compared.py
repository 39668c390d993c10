"""Our room against its peers: deliveries per CPU-second, one peer after the other, round by round.

Not here: how a window is measured (room).
"""

import statistics
import subprocess
from collections.abc import Callable, Mapping

from benchmarks.crowd.client import NoCompiler
from benchmarks.fanout_rows.scale import BATCHED_RATE, CHAT_RATE, SLOW_RATE, Bench, Row
from benchmarks.ours import our_room
from benchmarks.peers.programs import Peers
from benchmarks.room import Plan, Room, Window, measure
from launch.errors import LaunchError

TICK_MS = 100

Windows = dict[str, list[Window]]


def start_peers(peers: Peers) -> dict[str, Room]:
    """Every peer that can run here, by name. One that can't is named aloud and its figures are left out."""
    starts: dict[str, Callable[[], Room]] = {
        "core_uvicorn": lambda: peers.layer("core", "uvicorn"),
        "core_daphne": lambda: peers.layer("core", "daphne"),
        "pubsub_uvicorn": lambda: peers.layer("pubsub", "uvicorn"),
        "socketio": peers.socketio,
        "ws": peers.ws,
        "picows": peers.picows,
        "c": peers.broadcast,
        "c_ticks": lambda: peers.broadcast(tick_ms=TICK_MS),
    }
    started = {}
    for name, start in starts.items():
        try:
            started[name] = start()
        except (LaunchError, NoCompiler, RuntimeError, OSError, subprocess.SubprocessError) as problem:
            print(f"\nLEFT OUT: {name}. {problem}\n", flush=True)
    return started


def one_by_one(bench: Bench, takes: Mapping[str, tuple[Room, Plan]]) -> Windows:
    """A window of each in each round, so that what disturbs the machine disturbs all of them."""
    windows: Windows = {name: [] for name in takes}
    for number in range(bench.scale.rounds):
        print(f"Round {number + 1} of {bench.scale.rounds}", flush=True)
        for name, (room, plan) in takes.items():
            windows[name].append(measure(bench.crowd, room, plan))
    return windows


def all_alike(rooms: Mapping[str, Room], plan: Plan) -> dict[str, tuple[Room, Plan]]:
    """Every room by the same plan."""
    return {name: (room, plan) for name, room in rooms.items()}


def ratio(windows: Windows, ours: str, peer: str, figure: Callable[[Window], float]) -> float | None:
    """How many times the peer's figure ours is: the median of the rounds' own ratios."""
    if peer not in windows:
        return None
    pairs = zip(windows[ours], windows[peer], strict=True)
    ratios = [figure(one) / figure(other) for one, other in pairs if figure(other)]
    return round(statistics.median(ratios), 3) if ratios else None


def frames_per_cpu(window: Window) -> float:
    return window.frames_per_cpu


def messages_per_cpu(window: Window) -> float:
    return window.messages_per_cpu


def slow_rows(bench: Bench, peers: Mapping[str, Room]) -> list[Row]:
    """Against channels-redis, at a rate that its layers can hold."""
    rooms = {"uvicorn": bench.uvicorn, "daphne": bench.daphne}
    rooms |= {name: peers[name] for name in ("core_uvicorn", "core_daphne", "pubsub_uvicorn") if name in peers}
    windows = one_by_one(bench, all_alike(rooms, Plan(bench.scale.viewers, SLOW_RATE, bench.scale.slow_seconds)))
    return [
        (
            "redis_layer_ratio",
            ratio(windows, "uvicorn", "core_uvicorn", frames_per_cpu),
            "at least 25, on uvicorn",
        ),
        ("redis_layer_daphne_ratio", ratio(windows, "daphne", "core_daphne", frames_per_cpu), "on Daphne"),
        ("redis_pubsub_layer_ratio", ratio(windows, "uvicorn", "pubsub_uvicorn", frames_per_cpu), "both on uvicorn"),
    ]


def chat_rows(bench: Bench, peers: Mapping[str, Room]) -> list[Row]:
    """Against those who keep up with a busy chat, one frame a message."""
    rooms = {"uvicorn": bench.uvicorn, "daphne": bench.daphne}
    rooms |= {name: peers[name] for name in ("socketio", "ws", "picows", "c", "core_uvicorn") if name in peers}
    windows = one_by_one(bench, all_alike(rooms, Plan(bench.scale.viewers, CHAT_RATE, bench.scale.seconds)))
    targets = {"socketio": "at least 1.8", "ws": "", "picows": "at least 0.9", "c": "at least 0.6"}
    rows: list[Row] = []
    for server in ("uvicorn", "daphne"):
        for peer, target in targets.items():
            key = f"{peer}_ratio" if server == "uvicorn" else f"{peer}_daphne_ratio"
            rows.append((key, ratio(windows, server, peer, frames_per_cpu), target if server == "uvicorn" else ""))
        cost = statistics.median(1e6 / window.frames_per_cpu for window in windows[server] if window.frames)
        rows.append((f"us_per_delivery_{server}", round(cost, 1), "server and Redis"))
    if "c" in windows:
        limit = ratio(windows, "c", "socketio", frames_per_cpu)
        rows.append(("socketio_limit_ratio", limit, "what bare C reaches against socket.io"))
    busy = ratio(windows, "uvicorn", "core_uvicorn", frames_per_cpu)
    rows.append(("redis_layer_busy_ratio", busy, "at 20/s, by what it still delivers"))
    return rows


def batched_rows(bench: Bench, peers: Mapping[str, Room]) -> list[Row]:
    """A hundred messages a second: what gathering them into ticks of 100 ms is worth. socket.io has no
    ticks; it sends each by itself."""
    started = bench.stage.uvicorn("ticks", extra={"VITRINE_ROOM_TICK_MS": str(TICK_MS)})
    rooms = {"uvicorn": our_room(bench.stage, f"ours, uvicorn, {TICK_MS} ms", started, bench.uvicorn.publisher)}
    rooms |= {name: peers[name] for name in ("socketio", "c_ticks") if name in peers}
    windows = one_by_one(bench, all_alike(rooms, Plan(bench.scale.viewers, BATCHED_RATE, bench.scale.seconds)))
    bench.stage.programs.stop(started[0])
    bench.uvicorn.windows += windows["uvicorn"]  # what is lost there is lost too
    batch = statistics.median(window.messages / max(1, window.frames) for window in windows["uvicorn"])
    return [
        ("socketio_batched_ratio", ratio(windows, "uvicorn", "socketio", messages_per_cpu), "at least 10, by messages"),
        (
            "socketio_batched_limit_ratio",
            ratio(windows, "c_ticks", "socketio", messages_per_cpu) if "c_ticks" in windows else None,
            "what bare C reaches with the same ticks",
        ),
        ("messages_per_frame", round(batch, 1), "at 100 messages/s in ticks of 100 ms"),
    ]
