"""The instrument itself: the crowd sees what was lost and what came twice, and gets into the real room.

Not here: figures. No test asserts a time.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.cost import cpu_seconds, cpu_seconds_ever, memory_kib
from benchmarks.crowd.client import SOURCE, Crowd, Door, NoCompiler, compile_c, gathered
from benchmarks.fanout_rows.compared import frames_per_cpu, ratio
from benchmarks.peers.install import HERE
from benchmarks.room import Window
from benchmarks.stage import HELLO
from chat.writer import Line, post_lines
from checkout.models import Hold
from kernel import ids
from kernel.eventlog.sequencer import Sequencer
from kernel.tenancy import brand_context
from launch.ports import answers
from tests.chat.conftest import Stage, free_port, port, sequencer, stage
from tests.factories.catalog import make_drop
from tests.factories.chat import make_person, make_viewer, viewer_cookie

__all__ = ["port", "sequencer", "stage"]  # fixtures

VIEWERS = 20


def mark(number: int) -> str:
    return f"@T{time.monotonic_ns():019d}#{number:08d}"


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("programs")
    try:
        return {source.stem: compile_c(source, folder) for source in (SOURCE, HERE / "broadcast.c")}
    except NoCompiler as problem:
        pytest.skip(f"the crowd is not tested: {problem}")


@pytest.fixture
def broadcast(programs: dict[str, Path]) -> Iterator[tuple[Door, Callable[[str], None]]]:
    """The bare C peer: the way in, and what says a text in it."""
    number = free_port()
    server = subprocess.Popen([programs["broadcast"], str(number)])
    try:
        while not answers(number):
            assert server.poll() is None
            time.sleep(0.01)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.connect(("127.0.0.1", number))

            def say(text: str) -> None:
                wire.send(text.encode())

            yield Door([number], "/"), say
    finally:
        server.kill()
        server.wait()


def wait_for(crowd: Crowd, messages: int) -> None:
    deadline = time.monotonic() + 10
    while crowd.count()["messages"] < messages and time.monotonic() < deadline:
        time.sleep(0.01)


def test_everybody_gets_each_message_once(
    programs: dict[str, Path], broadcast: tuple[Door, Callable[[str], None]]
) -> None:
    door, say = broadcast
    with gathered(programs["crowd"], door, sockets=VIEWERS) as crowd:
        joined = crowd.joined()
        assert (joined["joined"], joined["failed"]) == (VIEWERS, 0)
        crowd.mark(7)
        for number in range(7, 17):
            say(f'{{"text":"{mark(number)} {"long " * 40}"}}')
        wait_for(crowd, 10 * VIEWERS)
        figures = crowd.sum(16)
    assert figures["messages"] == figures["frames"] == 10 * VIEWERS
    assert (figures["missing"], figures["repeated"], figures["skipped"]) == (0, 0, 0)
    assert 0 <= figures["p50_ms"] <= figures["p99_ms"] <= figures["max_ms"] + 0.01


def test_what_is_left_out_and_what_comes_twice_is_seen(
    programs: dict[str, Path], broadcast: tuple[Door, Callable[[str], None]]
) -> None:
    door, say = broadcast
    with gathered(programs["crowd"], door, sockets=VIEWERS) as crowd:
        crowd.joined()
        crowd.mark(0)
        for number in (0, 1, 1, 4):  # once too often; two that never came; one at the end that never came
            say(mark(number))
        say(f"[{mark(5)},{mark(6)}]")  # two in one frame
        wait_for(crowd, 5 * VIEWERS)
        figures = crowd.sum(7)
    assert (figures["messages"], figures["frames"]) == (5 * VIEWERS, 4 * VIEWERS)
    assert (figures["repeated"], figures["skipped"], figures["missing"]) == (VIEWERS, 2 * VIEWERS, 3 * VIEWERS)


def test_who_reads_no_more_is_counted_apart(
    programs: dict[str, Path], broadcast: tuple[Door, Callable[[str], None]]
) -> None:
    door, say = broadcast
    with gathered(programs["crowd"], door, sockets=VIEWERS, stalled=5) as crowd:
        crowd.joined()
        crowd.stall()
        crowd.mark(0)
        say(mark(0))
        wait_for(crowd, VIEWERS - 5)
        crowd.wake()
        time.sleep(0.1)  # what they read now is late, and counts for nothing
        figures = crowd.sum(0)
    assert (figures["messages"], figures["reading"], figures["missing"]) == (VIEWERS - 5, VIEWERS - 5, 0)
    assert figures["closed"] == 0


def test_a_closed_door_is_said(programs: dict[str, Path]) -> None:
    with gathered(programs["crowd"], Door([free_port()], "/"), sockets=3) as crowd:
        joined = crowd.joined()
    assert (joined["joined"], joined["failed"]) == (0, 3)


def test_the_crowd_is_in_the_real_room(programs: dict[str, Path], stage: Stage, sequencer: Sequencer) -> None:
    """The real application, sequencer and log: lines that are posted reach every viewer, once and in order."""
    door = Door([stage.port], f"/rooms/{stage.public_ids['aurora']}/", "aurora.localhost", HELLO, '"t":"snapshot"')
    person = make_person()
    with gathered(programs["crowd"], door, sockets=VIEWERS) as crowd:
        joined = crowd.joined()
        assert (joined["joined"], joined["failed"]) == (VIEWERS, 0), joined
        crowd.mark(0)
        for number in range(10):
            with brand_context(stage.brands["aurora"]):
                post_lines(lines=[Line(stage.shows["aurora"], person, f"{mark(number)} hello", uuid.uuid4())])
        wait_for(crowd, 10 * VIEWERS)
        figures = crowd.sum(9)
    assert figures["messages"] == 10 * VIEWERS
    assert (figures["missing"], figures["repeated"], figures["closed"]) == (0, 0, 0)


def test_taps_in_the_real_room_are_answered(
    programs: dict[str, Path], stage: Stage, sequencer: Sequencer, tmp_path: Path
) -> None:
    """Everybody taps once, at one moment; there is enough for some, and each is told which."""
    brand, units = stage.brands["aurora"], 12
    with brand_context(brand):
        drop = make_drop(units=units, opened=True, show_id=stage.shows["aurora"])
    cookies = tmp_path / "cookies"
    cookies.write_text("".join(f"{viewer_cookie(brand, make_viewer())}\n" for _ in range(VIEWERS)))
    variant = ids.public_id("var", drop.variant_id)
    door = Door(
        [stage.port], f"/rooms/{stage.public_ids['aurora']}/", "aurora.localhost", HELLO, '"t":"snapshot"',
        cookies=cookies,
        tap=json.dumps({"t": "hold", "key": "KEY", "variant": variant, "drop": drop.public_id, "quantity": 1}),
    )  # fmt: skip
    with gathered(programs["crowd"], door, sockets=VIEWERS) as crowd:
        assert crowd.joined()["joined"] == VIEWERS
        figures = crowd.tap()
        deadline = time.monotonic() + 10
        while figures["held"] + figures["refused"] < VIEWERS and time.monotonic() < deadline:
            time.sleep(0.02)
            figures = crowd.taps()
    assert (figures["taps"], figures["held"], figures["refused"]) == (VIEWERS, units, VIEWERS - units)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"] <= figures["seconds"] * 1000 + 1
    with brand_context(brand):
        assert Hold.objects.filter(drop=drop).count() == units


def test_work_and_memory_of_a_program_are_seen_with_its_children() -> None:
    """A child burns time in a child of its own; a second one sleeps."""
    burn = (
        "import time; held = bytearray(64 << 20)\n"
        "while time.process_time() < 0.3: pass\n"
        "print(flush=True); time.sleep(30)"
    )
    nest = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    busy = subprocess.Popen([sys.executable, "-c", nest, burn], stdout=subprocess.PIPE, start_new_session=True)
    idle = subprocess.Popen(["sleep", "30"])
    try:
        assert busy.stdout is not None
        busy.stdout.readline()
        assert cpu_seconds([busy.pid]) >= 0.3
        assert cpu_seconds([idle.pid]) < 0.1
        assert memory_kib([busy.pid]) > 64 << 10 > memory_kib([idle.pid])
    finally:
        idle.kill()
        idle.wait()
        os.killpg(busy.pid, signal.SIGKILL)
        busy.wait()


def test_work_of_a_child_that_ended_is_not_forgotten() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    nest = (
        "import subprocess, sys, time; subprocess.run([sys.executable, '-c', sys.argv[1]])\n"
        "print(flush=True); time.sleep(30)"
    )
    parent = subprocess.Popen([sys.executable, "-c", nest, burn], stdout=subprocess.PIPE)
    try:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert cpu_seconds([parent.pid]) < 0.3 <= cpu_seconds_ever([parent.pid]) + 0.02
    finally:
        parent.kill()
        parent.communicate()


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    def window(frames: int, cpu: float) -> Window:
        return Window("r", 1, 1.0, 1.0, cpu, frames, frames, 0, 0, 0.0, 0.0, 0, 0, 0, {})

    windows = {"ours": [window(100, 1.0), window(90, 1.0), window(400, 1.0)], "peer": [window(50, 1.0)] * 3}
    assert ratio(windows, "ours", "peer", frames_per_cpu) == 2.0
    assert ratio(windows, "ours", "absent", frames_per_cpu) is None
