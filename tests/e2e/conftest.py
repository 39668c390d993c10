"""A whole Vitrine, a brand that signed up, and a real browser.

Not here: the embedded servers; `./vitrine test` provides them.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from benchmarks.newcomer import sign_up
from benchmarks.rig import Rig, running_rig
from tests.e2e.stage import Stage, set_stage

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with running_rig("e2e", tmp_path_factory.mktemp("rig")) as running:
        yield running


@pytest.fixture(scope="session")
def stage(rig: Rig) -> Stage:
    studio, _ = sign_up(rig, slug="maison-orme", name="Maison Orme")
    return set_stage(studio)


@pytest.fixture(scope="session")
def film_folder() -> Path:
    """The film is made once a machine, beside the tests' other state."""
    folder = Path(os.environ["VITRINE_LOCAL_DIR"]) / "film"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: while it lives an event loop runs in this thread, and Django refuses
    the database to whoever runs inside one."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed; the browser tests did not run")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()
