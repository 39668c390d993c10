"""The variables of an environment, its secrets, and what the shell may not change."""

import json
import threading
from pathlib import Path

import pytest

from launch import environment
from launch.dotenv import read_dotenv
from launch.environment import Ports, given_variables, variables
from launch.errors import LaunchError
from launch.paths import state_folder
from launch.secret_store import NAMES, secrets_of

PORTS = Ports(web=8042, rtmp=1942, stripe=12142)
SERVICES = {"DATABASE_URL": "postgresql://vitrine@/vitrine?host=/x", "REDIS_URL": "unix:///y"}


def made(name: str, state: Path, **given: str) -> dict[str, str]:
    return variables(name, state=state, ports=PORTS, services=SERVICES, given=given)


def test_every_address_agrees_with_the_ports(tmp_path: Path) -> None:
    found = made("demo", tmp_path)
    assert found["VITRINE_ENV"] == "demo"
    assert found["VITRINE_PLATFORM_URL"] == "http://localhost:8042"
    assert found["INGEST_HOOK_URL"] == "http://localhost:8042/internal/ingest"
    assert found["VITRINE_RTMP_PULL_URL"] == "rtmp://127.0.0.1:1942/live"
    assert found["RTMP_PORT"] == "1942"
    assert found["STRIPE_API_BASE"] == "http://localhost:12142"
    assert found["DATABASE_URL"] == SERVICES["DATABASE_URL"]


def test_two_programs_get_the_same_secret_under_both_names(tmp_path: Path) -> None:
    found = made("dev", tmp_path, VITRINE_INGEST_HOOK_SECRET="mine")
    assert found["INGEST_HOOK_SECRET"] == found["VITRINE_INGEST_HOOK_SECRET"] == "mine"
    assert (
        found["RTMP_PULL_TOKEN"] == found["VITRINE_RTMP_PULL_TOKEN"] == secrets_of(tmp_path)["VITRINE_RTMP_PULL_TOKEN"]
    )


def test_a_key_of_ones_own_replaces_the_sandbox(tmp_path: Path) -> None:
    found = made("dev", tmp_path, STRIPE_SECRET_KEY="sk_test_1", STRIPE_WEBHOOK_SECRET="whsec_1")
    assert "STRIPE_API_BASE" not in found
    assert found["STRIPE_WEBHOOK_SECRET"] == "whsec_1"


def test_development_takes_what_is_given_but_not_another_kind_of_environment(tmp_path: Path) -> None:
    found = made("dev", tmp_path, VITRINE_ENV="production", VITRINE_PLATFORM_URL="https://tunnel.example")
    assert found["VITRINE_ENV"] == "development"
    assert found["INGEST_HOOK_URL"] == "https://tunnel.example/internal/ingest"


def test_a_demo_takes_stores_and_test_payments_of_ones_own_and_the_tests_take_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("S3_BUCKET", "the-real-one")
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_mine")
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example")
    assert "S3_BUCKET" not in given_variables("test")
    assert "STRIPE_SECRET_KEY" not in given_variables("test")
    assert given_variables("demo")["STRIPE_SECRET_KEY"] == "sk_test_mine"
    assert given_variables("demo")["S3_BUCKET"] == "the-real-one"
    assert "EMAIL_URL" not in given_variables("demo"), "made-up people must get no real mail"
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_mine")
    with pytest.raises(LaunchError, match="live key"):
        given_variables("demo")


def test_a_demo_without_a_key_takes_no_rest_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_SECRET_KEY", raising=False)
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_of_somewhere")
    assert "STRIPE_WEBHOOK_SECRET" not in given_variables("demo")


def test_only_development_reads_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("S3_BUCKET=from-file\nS3_REGION=from-file\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setenv("S3_REGION", "from-shell")
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert given_variables("dev")["S3_BUCKET"] == "from-file"
    assert given_variables("dev")["S3_REGION"] == "from-shell"
    assert "S3_BUCKET" not in given_variables("demo")


def test_the_env_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mine\n\nexport A=1\nB = 'two words' \nC=three # why\nD=\nE=\"a#b\"\nF=x=y\n")
    assert read_dotenv(path) == {"A": "1", "B": "two words", "C": "three", "E": "a#b", "F": "x=y"}
    assert read_dotenv(tmp_path / "none") == {}


def test_a_bad_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nnonsense\n")
    with pytest.raises(LaunchError, match="line 2"):
        read_dotenv(path)


def test_secrets_stay_and_are_private(tmp_path: Path) -> None:
    first = secrets_of(tmp_path)
    assert set(first) == set(NAMES)
    assert len(first["VITRINE_SECRET_KEY"]) >= 50
    assert secrets_of(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_new_secret_does_not_change_the_old_ones(tmp_path: Path) -> None:
    first = secrets_of(tmp_path)
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"VITRINE_SECRET_KEY": first["VITRINE_SECRET_KEY"]}))
    second = secrets_of(tmp_path)
    assert second["VITRINE_SECRET_KEY"] == first["VITRINE_SECRET_KEY"]
    assert second["STRIPE_WEBHOOK_SECRET"] != first["STRIPE_WEBHOOK_SECRET"]


def test_starts_at_the_same_moment_agree_on_the_secrets(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []
    threads = [threading.Thread(target=lambda: seen.append(secrets_of(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert all(each == seen[0] for each in seen)


def test_unreadable_secrets_are_told_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"VITRINE_SECRET_KEY": ')
    with pytest.raises(LaunchError, match="cannot be read as secrets"):
        secrets_of(tmp_path)
    assert path.read_text() == '{"VITRINE_SECRET_KEY": '


@pytest.mark.parametrize("name", ["venv", "boot", "../demo", "Demo", "", "a" * 40])
def test_what_is_no_environment_is_refused(name: str) -> None:
    with pytest.raises(LaunchError, match="cannot name an environment"):
        state_folder(name)
