"""The verbs that work without the application: services, reset, doctor; and what the others say."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import checkup, locks, paths
from launch.__main__ import VERBS, load_verb, main
from launch.api_description import differences
from launch.changes import PythonSources
from launch.child import run_in_foreground
from launch.embedded.lifecycle import Cluster
from launch.embedded.redis import Redis
from launch.errors import LaunchError
from launch.follow import Follower
from launch.seed import Broadcast, read_seed
from launch.verbs import bench, doctor, lint, reset, services
from tests.launch.waiting import is_gone

Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def local(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all environments, away from the checkout's own."""
    for module in (paths, checkup, reset):
        monkeypatch.setattr(module, "local_folder", lambda: state)
    return state


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_says_what_it_does_in_one_line(name: str) -> None:
    verb = load_verb(name)
    assert "\n" not in verb.SUMMARY
    assert callable(verb.run)


def test_services_hold_both_servers_until_the_signal(script: Script, local: Path) -> None:
    code = "import sys\nfrom pathlib import Path\nfrom launch import paths\n"
    code += "paths.local_folder = lambda: Path(sys.argv[1])\n"
    code += "from launch.verbs import services\nsys.exit(services.run(['--env', 'test']))"
    holder = script(code, local)
    assert holder.stdout is not None
    assert holder.stdout.readline().startswith("export DATABASE_URL='postgresql://vitrine@/vitrine?host=")
    assert holder.stdout.readline().startswith("export REDIS_URL='unix://")
    assert Redis(local / "test").answers()
    holder.send_signal(signal.SIGTERM)
    assert holder.wait(15) == 0
    assert not Redis(local / "test").answers()


def test_stopping_services_that_nobody_left_is_harmless(local: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert services.run(["--env", "test", "--stop"]) == 0
    assert "Nothing was left running" in capsys.readouterr().out


def test_reset_removes_one_environment_alone(local: Path) -> None:
    for name in ("demo", "dev"):
        (local / name).mkdir()
        (local / name / "file").write_text("x")
    assert reset.run(["demo", "--yes"]) == 0
    assert not (local / "demo").exists()
    assert (local / "dev" / "file").exists()


def test_reset_leaves_what_is_in_use(local: Path) -> None:
    state = local / "demo"
    state.mkdir()
    cluster = Cluster(state, [Redis(state)])
    cluster.join()
    try:
        with pytest.raises(LaunchError, match="in use"):
            reset.run(["demo", "--yes"])
    finally:
        cluster.leave()
    assert state.exists()


def test_reset_asks_and_takes_only_the_name_for_a_yes(local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (local / "demo").mkdir()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    assert reset.run(["demo"]) == 1
    assert (local / "demo").exists()
    monkeypatch.setattr("builtins.input", lambda _: "demo")
    assert reset.run(["demo"]) == 0
    assert not (local / "demo").exists()


@pytest.mark.parametrize("name", ["venv", "boot", "..", "a/b"])
def test_reset_removes_nothing_else(local: Path, name: str) -> None:
    (local / "venv").mkdir()
    with pytest.raises(LaunchError, match="no environment"):
        reset.run([name, "--yes"])
    assert (local / "venv").exists()


@pytest.mark.slow
def test_doctor_says_one_line_a_check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    doctor.run([])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[: len(checkup.CHECKS)]] == list(checkup.CHECKS)
    for name in ("postgresql", "redis", "node", "ffmpeg"):
        assert any(line.startswith("ok") and name in line for line in lines), lines


def test_doctor_counts_troubles(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise checkup.Trouble("It is broken. Mend it.")

    monkeypatch.setattr(doctor, "CHECKS", {"fine": lambda: "well", "thing": broken})
    assert doctor.run([]) == 1
    assert "TROUBLE  thing        It is broken. Mend it." in capsys.readouterr().out


def test_doctor_finds_servers_that_nobody_keeps(local: Path) -> None:
    state = local / "demo"
    state.mkdir()
    (state / "users.lock").touch()
    orphan = Redis(state)
    orphan.start()
    try:
        with pytest.raises(checkup.Trouble, match="Servers of demo run without a user"):
            checkup.check_leftovers()
        with locks.acquire(state / "users.lock", shared=True):
            assert checkup.check_leftovers() == "running: demo"
    finally:
        orphan.stop()
    assert checkup.check_leftovers() == "none"


def test_an_error_is_a_sentence_and_not_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "nonsense"]) == 1
    assert capsys.readouterr().err.strip().startswith("There is no check “nonsense”. Known are: style,")
    assert len({check.name for check in lint.known_checks()}) == 8


def test_an_unknown_benchmark_is_told_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "holds.py").write_text('if __name__ == "__main__":\n    main()\n')
    (tmp_path / "tables.py").write_text("")
    (tmp_path / "__init__.py").write_text("")
    assert bench.known_benchmarks(tmp_path) == ["holds"]
    with pytest.raises(LaunchError, match="no benchmark “nonsense”"):
        bench.run(["nonsense"])


def test_a_changed_description_is_shown_as_a_difference() -> None:
    assert differences("a\nb\n", "a\nb\n") == []
    assert "+c" in differences("a\nb\n", "a\nb\nc\n")


def test_the_seed_is_told_as_addresses_and_logins(tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_text(
        '{"addresses": [{"name": "Shop", "url": "http://a.localhost:1"}],'
        ' "logins": [{"name": "Owner", "email": "o@a.test", "password": "p"}],'
        ' "broadcasts": [{"brand": "aurora", "key": "k"}], "more": 1}'
    )
    seed = read_seed(path)
    assert str(seed).splitlines() == ["  Shop   http://a.localhost:1", "  Owner  o@a.test  p"]
    assert seed.broadcasts == (Broadcast("aurora", "k"),)
    path.write_text('{"addresses": []}')
    with pytest.raises(LaunchError, match="vitrine reset demo"):
        read_seed(path)


def test_logs_are_followed_by_whole_lines_from_where_they_stood(tmp_path: Path) -> None:
    shown: list[str] = []
    log = tmp_path / "web.log"
    log.write_text("old\n")
    follower = Follower(tmp_path, shown.append)
    with log.open("a") as file:
        file.write("new\nhalf")
    (tmp_path / "beat.log").write_text("first\n")
    follower.show_new()
    with log.open("a") as file:
        file.write(" done\n")
    follower.show_new()
    follower.show_new()
    assert [line.split(maxsplit=1) for line in shown] == [["beat", "first"], ["web", "new"], ["web", "half done"]]


def test_a_changed_python_file_is_noticed_once(tmp_path: Path) -> None:
    (tmp_path / "chat").mkdir()
    (tmp_path / "tests").mkdir()
    source = tmp_path / "chat" / "a.py"
    source.write_text("1")
    noticed: list[int] = []
    sources = PythonSources(lambda: noticed.append(1), tmp_path)
    (tmp_path / "tests" / "test_a.py").write_text("1")
    (tmp_path / "chat" / "a.txt").write_text("1")
    sources.look()
    assert noticed == []
    os.utime(source, (2e9, 2e9))
    sources.look()
    sources.look()
    assert noticed == [1]


def test_a_foreground_program_is_told_to_end_when_we_are(script: Script, tmp_path: Path) -> None:
    code = "import os, sys\nfrom launch.child import run_in_foreground\n"
    code += "command = ['sh', '-c', 'echo $$; exec sleep 60']\nsys.exit(run_in_foreground(command, dict(os.environ)))"
    outer = script(code)
    assert outer.stdout is not None
    inner = int(outer.stdout.readline())
    outer.send_signal(signal.SIGTERM)
    assert outer.wait(10) == 128 + signal.SIGTERM
    assert is_gone(inner)


def test_a_foreground_program_answers_its_exit_code() -> None:
    assert run_in_foreground([sys.executable, "-c", "import sys; sys.exit(5)"], dict(os.environ)) == 5
