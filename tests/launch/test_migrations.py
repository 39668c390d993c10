"""A migration that was rewritten under a database is told before anything breaks."""

from pathlib import Path

import pytest

from launch.errors import LaunchError
from launch.migrations import note_run, refuse_rewritten

HERE, ELSEWHERE = "postgresql:///here", "postgresql:///elsewhere"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "demo"
    folder.mkdir()
    return folder


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A checkout with one migration, that the database has run."""
    (tmp_path / "code" / "shop" / "migrations").mkdir(parents=True)
    (tmp_path / "code" / "shop" / "migrations" / "0001_initial.py").write_text("operations = []\n")
    return tmp_path / "code"


def test_what_was_run_is_noted_and_new_migrations_may_follow(state: Path, code: Path) -> None:
    refuse_rewritten(state, HERE, code)  # nothing is known yet
    note_run(state, HERE, code)
    (code / "shop" / "migrations" / "0002_more.py").write_text("operations = []\n")
    refuse_rewritten(state, HERE, code)


@pytest.mark.parametrize("gone", [False, True])
def test_a_rewritten_migration_is_named_with_the_way_out(state: Path, code: Path, *, gone: bool) -> None:
    note_run(state, HERE, code)
    migration = code / "shop" / "migrations" / "0001_initial.py"
    migration.unlink() if gone else migration.write_text("operations = [1]\n")
    with pytest.raises(LaunchError, match=r"shop/migrations/0001_initial\.py(.|\n)*reset demo"):
        refuse_rewritten(state, HERE, code)


def test_another_database_has_nothing_to_do_with_the_note(state: Path, code: Path) -> None:
    note_run(state, HERE, code)
    (code / "shop" / "migrations" / "0001_initial.py").write_text("operations = [1]\n")
    refuse_rewritten(state, ELSEWHERE, code)


def test_a_torn_note_is_no_obstacle(state: Path, code: Path) -> None:
    (state / "migrations.json").write_text('{"database": ')
    refuse_rewritten(state, HERE, code)
