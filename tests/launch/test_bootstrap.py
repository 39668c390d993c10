"""The Python environment: made once, resumable, never made poorer.

The installing itself is played by a small stand-in for uv; the real one runs at every start.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launch import bootstrap, locks
from launch.bootstrap import Environment
from launch.errors import LaunchError
from launch.paths import ROOT

Script = Callable[..., subprocess.Popen[str]]

UV = """#!/bin/sh
echo "$@" >> {calls}
case "$1" in
  venv) for last; do :; done; mkdir -p "$last/bin"; ln -sf {python} "$last/bin/python" ;;
  pip) test ! -e {broken} || {{ echo "no route to the index"; exit 2; }} ;;
esac
"""


class Bench:
    """An environment in a folder, whose uv writes down how it is called."""

    def __init__(self, folder: Path) -> None:
        self.calls = folder / "calls"
        self.broken = folder / "broken"
        requirements = folder / "requirements"
        requirements.mkdir()
        for name in ("boot", "run", "embedded", "dev"):
            (requirements / f"{name}.txt").write_text(f"{name}==1\n")
        self.environment = Environment(folder / "local", requirements)
        boot = self.environment.boot
        (boot / "bin").mkdir(parents=True)
        self.environment.uv.write_text(UV.format(calls=self.calls, broken=self.broken, python=sys.executable))
        self.environment.uv.chmod(0o755)
        (boot / "ready").write_text(self.environment._checksum(("boot",)))

    def synced(self) -> list[str]:
        """The requirement files of each sync so far."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [
            " ".join(Path(word).stem for word in line.split() if word.endswith(".txt"))
            for line in lines
            if line.startswith("pip sync")
        ]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_first_start_installs_and_the_second_does_nothing(bench: Bench) -> None:
    bench.environment.prepare(dev=False)
    calls = bench.calls.read_text()
    assert bench.synced() == ["run embedded"]
    assert "--require-hashes" in calls
    bench.environment.prepare(dev=False)
    assert bench.calls.read_text() == calls


def test_the_demo_does_not_take_the_test_tools_away(bench: Bench) -> None:
    bench.environment.prepare(dev=True)
    bench.environment.prepare(dev=False)
    assert bench.synced() == ["run embedded dev"]


def test_test_tools_without_a_stamp_are_kept_too(bench: Bench) -> None:
    (bench.environment.venv / "lib" / "python3.11" / "site-packages" / "pytest").mkdir(parents=True)
    bench.environment.prepare(dev=False)
    assert bench.synced() == ["run embedded dev"]


def test_test_tools_are_added_when_they_are_needed(bench: Bench) -> None:
    bench.environment.prepare(dev=False)
    bench.environment.prepare(dev=True)
    assert bench.synced() == ["run embedded", "run embedded dev"]


def test_changed_requirements_are_installed(bench: Bench) -> None:
    bench.environment.prepare(dev=False)
    (bench.environment.requirements / "run.txt").write_text("run==2\n")
    bench.environment.prepare(dev=False)
    assert bench.synced() == ["run embedded"] * 2


def test_a_failed_install_is_told_and_the_next_start_goes_on(bench: Bench) -> None:
    bench.broken.touch()
    with pytest.raises(LaunchError, match=r"(?s)package index reachable.*no route to the index"):
        bench.environment.prepare(dev=False)
    assert not bench.environment.is_current(dev=False)
    bench.broken.unlink()
    bench.environment.prepare(dev=False)
    assert bench.environment.is_current(dev=False)


def test_a_python_that_went_away_is_replaced(bench: Bench) -> None:
    bench.environment.prepare(dev=False)
    bench.environment.python.unlink()
    bench.environment.python.symlink_to("/nowhere/python")
    bench.environment.prepare(dev=False)
    assert bench.environment.is_current(dev=False)
    assert bench.synced() == ["run embedded"] * 2


def test_two_starts_at_once_install_once(bench: Bench, script: Script) -> None:
    code = "import sys\nfrom pathlib import Path\nfrom launch.bootstrap import Environment\n"
    code += "Environment(Path(sys.argv[1]), Path(sys.argv[2])).prepare(dev=False)"
    environment = bench.environment
    with locks.acquire(environment.local / "setup.lock"):
        starts = [script(code, environment.local, environment.requirements) for _ in range(2)]
        for start in starts:
            assert start.stdout is not None
            assert start.stdout.readline() == "Another start is setting this up, waiting for it.\n"
    for start in starts:
        assert start.wait(20) == 0
    assert bench.synced() == ["run embedded"]


def test_a_python_without_venv_is_told_in_one_line(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.environment.boot / "ready").unlink()
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(LaunchError, match=r"apt install python3\.\d+-venv"):
        bench.environment.prepare(dev=False)


def test_no_python_comes_from_elsewhere_and_a_home_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    found = bootstrap.tool_environment()
    assert found["UV_PYTHON_DOWNLOADS"] == "never"
    assert found["UV_CACHE_DIR"] == str(ROOT / ".local" / "cache" / "uv")


def run_script(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "vitrine", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        cwd="/",
    )


def test_the_script_alone_lists_its_verbs() -> None:
    done = run_script()
    assert done.returncode == 0
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert listed == ["demo", "dev", "test", "bench", "lint", "manage", "services", "doctor", "reset"]


def test_an_unknown_verb_is_told_what_there_is() -> None:
    done = run_script("fly")
    assert done.returncode == 2
    assert "no verb “fly”" in done.stderr
    assert "doctor" in done.stderr


def test_a_python_that_is_none_is_told() -> None:
    done = run_script(VITRINE_PYTHON="/bin/false")
    assert done.returncode == 1
    assert "VITRINE_PYTHON is /bin/false" in done.stderr


def test_without_a_python_the_script_says_what_to_install(tmp_path: Path) -> None:
    for name in ("dirname", "sh"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    done = run_script(PATH=str(tmp_path))
    assert done.returncode == 1
    assert "Vitrine needs Python 3.11 or newer" in done.stderr
