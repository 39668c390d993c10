"""The pages and packages: made when their sources changed, and only then."""

from pathlib import Path

import pytest

from launch import node
from launch.child import Program
from launch.processes import Supervisor


class Builder(Supervisor):
    """A supervisor that writes down its steps and plays what Vite and npm leave."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.steps: list[str] = []

    def require_step(self, program: Program) -> None:
        self.steps.append(program.name)
        made = node.BUILT if program.name == "vite-build" else program.folder / "node_modules"
        made.mkdir(parents=True, exist_ok=True)
        for old in made.iterdir():
            old.unlink()


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    (folder / "package-lock.json").write_text("{}")
    (folder / "src" / "a.ts").write_text("1")
    monkeypatch.setattr(node, "PAGES", folder)
    monkeypatch.setattr(node, "BUILT", tmp_path / "static" / "build")
    monkeypatch.setattr(node, "local_folder", lambda: tmp_path)
    return folder


def steps_of(folder: Path) -> list[str]:
    builder = Builder(folder)
    node.prepare_pages(builder)
    return builder.steps


def test_the_first_start_installs_and_builds_and_the_second_does_nothing(pages: Path, tmp_path: Path) -> None:
    assert steps_of(tmp_path) == ["npm-frontend", "vite-build"]
    assert steps_of(tmp_path) == []


def test_a_changed_source_is_built_again(pages: Path, tmp_path: Path) -> None:
    steps_of(tmp_path)
    (pages / "src" / "a.ts").write_text("2")
    assert steps_of(tmp_path) == ["vite-build"]
    (pages / "src" / "a.ts").rename(pages / "src" / "b.ts")
    assert steps_of(tmp_path) == ["vite-build"]


def test_changed_packages_are_installed_and_built(pages: Path, tmp_path: Path) -> None:
    steps_of(tmp_path)
    (pages / "package-lock.json").write_text('{"lockfileVersion": 3}')
    assert steps_of(tmp_path) == ["npm-frontend", "vite-build"]


def test_pages_that_were_removed_are_built_again(pages: Path, tmp_path: Path) -> None:
    steps_of(tmp_path)
    for made in node.BUILT.iterdir():
        made.unlink()
    assert steps_of(tmp_path) == ["vite-build"]


def test_nothing_is_done_where_there_are_no_pages(pages: Path, tmp_path: Path) -> None:
    (pages / "package-lock.json").unlink()
    assert steps_of(tmp_path) == []


def test_node_and_npm_run_out_of_the_wheel(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.require_step(Program("npm", node.npm_command("--version"), node.node_environment()))
    assert (tmp_path / "npm.log").read_text()[0].isdigit()
