"""The programs that make up a running Vitrine: which there are, and with what they are started."""

import dataclasses
from pathlib import Path

from launch.environment import Ports, variables
from launch.seed import Broadcast, Seed
from launch.stack import demo_programs, is_python, programs

PORTS = Ports(web=8042, rtmp=1942, stripe=12142)
SERVICES = {"DATABASE_URL": "postgresql://x", "REDIS_URL": "unix:///y"}


def made(state: Path, **given: str) -> dict[str, str]:
    return variables("dev", state=state, ports=PORTS, services=SERVICES, given=given)


def test_payments_come_first_and_ingest_after_the_pages_it_asks(tmp_path: Path) -> None:
    names = [program.name for program in programs(made(tmp_path), PORTS, tmp_path)]
    assert names[0] == "stripe-sandbox"
    assert names.index("web") < names.index("rtmp")
    assert {"sequencer", "media-engine", "worker", "beat"} <= set(names)


def test_with_a_key_of_ones_own_there_is_no_sandbox(tmp_path: Path) -> None:
    environment = made(tmp_path, STRIPE_SECRET_KEY="sk_test_1")
    assert "stripe-sandbox" not in [program.name for program in programs(environment, PORTS, tmp_path)]


def test_every_program_is_given_the_whole_environment(tmp_path: Path) -> None:
    environment = made(tmp_path)
    for program in programs(environment, PORTS, tmp_path):
        assert program.environment is not None
        assert set(environment) <= set(program.environment), program.name


def test_only_what_runs_on_python_starts_again_when_python_changes(tmp_path: Path) -> None:
    chosen = {program.name for program in programs(made(tmp_path), PORTS, tmp_path) if is_python(program)}
    assert "web" in chosen
    assert "rtmp" not in chosen


def test_a_stream_key_is_no_argument_that_others_could_read(tmp_path: Path) -> None:
    seed = Seed(tmp_path / "seed.json", (), (Broadcast("aurora", "key-1"), Broadcast("fjord", "key-2")))
    cameras = demo_programs(made(tmp_path), seed, tmp_path)[:2]
    assert [camera.name for camera in cameras] == ["encoder-aurora", "encoder-fjord"]
    for camera, broadcast in zip(cameras, seed.broadcasts, strict=True):
        assert broadcast.key not in map(str, camera.command)
        assert camera.environment is not None
        assert camera.environment["STREAM_KEY"] == broadcast.key


def test_ports_of_a_session_can_be_written_and_read_back() -> None:
    assert Ports(**dataclasses.asdict(PORTS)) == PORTS
