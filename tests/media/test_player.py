"""A real player in a real browser: it must come through a killed ffmpeg and a lost encoder without a reload."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.media import stage

HLS_JS = stage.ROOT / "frontend" / "node_modules" / "hls.js" / "dist" / "hls.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

PLAY = """url => new Promise((resolve, reject) => {
  const video = document.body.appendChild(document.createElement('video'));
  video.muted = true;
  const hls = window.hls = new Hls({lowLatencyMode: false, liveSyncDuration: 3});
  window.fatal = []; window.levels = new Set();
  hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) window.fatal.push(data.details) });
  hls.on(Hls.Events.MANIFEST_PARSED, (_, data) => { window.codecs = data.levels.map(level => level.codecSet); });
  hls.on(Hls.Events.FRAG_CHANGED, (_, data) => window.levels.add(data.frag.cc));
  video.addEventListener('playing', () => resolve(true), {once: true});
  hls.loadSource(url); hls.attachMedia(video); video.play().catch(reject);
})"""
STATE = """() => { const video = document.querySelector('video'); return {
  at: video.currentTime, fatal: window.fatal, epochs: window.levels.size, ended: video.ended,
  utc: window.hls.playingDate ? window.hls.playingDate.getTime() / 1000 : 0,
  frames: video.getVideoPlaybackQuality().totalVideoFrames}; }"""


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(STATE)
    assert found["fatal"] == []
    return found


def wait_until_plays_on(page: Page, *, epochs: int, seconds: float = 15.0) -> None:
    """Wait until that many epochs were on screen and pictures still move."""
    stage.eventually(f"{epochs} epochs on screen", lambda: state(page)["epochs"] >= epochs, seconds=seconds)
    before = state(page)
    stage.eventually("pictures move", lambda: state(page)["frames"] > before["frames"] + 20, seconds=5)


@pytest.mark.browser
@pytest.mark.slow
def test_player_survives_ffmpeg_and_encoder(
    gate: stage.GateProcess, encode: Callable[..., stage.Encoder], tmp_path: Path
) -> None:
    store = stage.MemoryStore()
    engine = stage.RunningEngine(store, gate.base, tmp_path)
    origin = stage.OriginServer(engine.live_root)
    try:
        encoder = encode()
        stage.eventually("the playlists are ready", lambda: store.ready_count)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.add_script_tag(path=HLS_JS)
            page.evaluate(PLAY, f"{origin.url}/master.m3u8")
            wait_until_plays_on(page, epochs=1)
            delay = time.time() - state(page)["utc"]
            assert 0 < delay < 8

            os.kill(engine.children()[0], signal.SIGKILL)
            wait_until_plays_on(page, epochs=2)
            encoder.close()
            time.sleep(3)
            encode()
            wait_until_plays_on(page, epochs=3)
            store.open = False
            stage.eventually("the player saw the end", lambda: state(page)["ended"], seconds=15)
            browser.close()
    finally:
        origin.close()
        engine.close()
