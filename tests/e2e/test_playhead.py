"""Two viewers three seconds apart see a pin and a drop on the same frame of the picture.

Not here: every case of the schedule (frontend/tests/playhead.test.ts), how delays are summed (tests/chat).
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.newcomer import sign_up
from benchmarks.rig import Rig
from tests.e2e.stage import Stage, set_stage, until
from tests.e2e.viewer import sees_moving_picture
from tests.media.stage import Encoder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

APART = 3.0
# The film's second in tenths, as twelve squares from its left upper corner: black is 0, white is 1.
BITS, SIDE = 12, 40
_SQUARES = [
    f"drawbox=x={bit * SIDE}:y=0:w={SIDE}:h={SIDE}:color=white:t=fill:enable='mod(floor(t*10/{2**bit}),2)'"
    for bit in range(BITS)
]
CODED = ",".join([f"drawbox=x=0:y=0:w={BITS * SIDE}:h={SIDE}:color=black:t=fill", *_SQUARES])
WATCH = f"""() => {{
  const video = document.querySelector("video");
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", {{ willReadFrequently: true }});
  window.filmSecond = () => {{
    const scale = video.videoWidth / 540;
    canvas.width = {BITS * SIDE}; canvas.height = {SIDE};
    brush.drawImage(video, 0, 0, {BITS * SIDE} * scale, {SIDE} * scale, 0, 0, {BITS * SIDE}, {SIDE});
    let tenths = 0;
    for (let bit = 0; bit < {BITS}; bit += 1) {{
      const [red] = brush.getImageData({SIDE} * bit + {SIDE // 2}, {SIDE // 2}, 1, 1).data;
      if (red > 127) tenths += 2 ** bit;
    }}
    return tenths / 10;
  }};
  window.seen ??= {{}};
  const note = () => {{
    for (const tag of ["vt-pin", "vt-drop"]) {{
      const now = {{ film: window.filmSecond(), at: Date.now() / 1000 }};
      if (document.querySelector(`.vt-front ${{tag}}`)) window.seen[tag] ??= now;
    }}
  }};
  new MutationObserver(note).observe(document.querySelector(".vt-front"), {{ childList: true, subtree: true }});
}}"""
# A pin on the page while no frame was ever on screen.
NOTE_EARLY = """() => {
  const look = () => {
    const video = document.querySelector("video");
    if (document.querySelector(".vt-front vt-pin") && !(video && video.currentTime > 0)) window.tooEarly ??= Date.now();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}"""
# As somebody does who saw the last moment again. The player would make up for it by playing faster.
FALL_BEHIND = """seconds => {
  const video = document.querySelector("video");
  Object.defineProperty(video, "playbackRate", { get: () => 1, set: () => undefined });
  video.currentTime -= seconds;
}"""
ROOM_BEHIND = """() => {
  const { buffered, currentTime, paused } = document.querySelector("video");
  return !paused && buffered.length > 0 && currentTime - buffered.start(0) > 5;
}"""


@pytest.fixture(scope="module")
def on_air(rig: Rig) -> Iterator[Stage]:
    """A show on the air whose every frame tells its second."""
    studio, _ = sign_up(rig, slug="maison-takt", name="Maison Takt")
    stage = set_stage(studio)
    encoder = Encoder(rig.environment["VITRINE_RTMP_URL"], stage.act("stream-key")["key"], filters=CODED)
    try:
        health = f"shows/{stage.show['id']}/health/"
        until(
            lambda: studio.call("GET", health)["status"] == "active", seconds=90, what="a picture at the media engine"
        )
        stage.act("go-live")
        yield stage
    finally:
        encoder.close()


def test_who_comes_while_a_pin_is_on_its_way_sees_it_with_its_frame(on_air: Stage, browser: Browser) -> None:
    pin = f"shows/{on_air.show['id']}/pin/"
    near = watching(browser, on_air)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    late = context.new_page()
    late.add_init_script(f"({NOTE_EARLY})()")
    on_air.studio.call("PUT", pin, {"variant": on_air.variant})
    late.goto(on_air.url)
    film = when_seen(near, "vt-pin")["film"]
    late.wait_for_function("() => document.querySelector('.vt-front vt-pin')", timeout=20_000)
    assert late.evaluate("() => window.tooEarly") is None, "the pin stood there before there was a picture"
    late.evaluate(WATCH)
    assert late.evaluate("() => window.filmSecond()") >= film - 0.5
    on_air.studio.call("DELETE", pin)
    for page in (near, late):
        page.context.close()


def test_two_viewers_apart_see_the_pin_on_the_same_frame(on_air: Stage, browser: Browser) -> None:
    near, far = (watching(browser, on_air) for _ in range(2))
    # They did not begin equally far behind.
    far.evaluate(FALL_BEHIND, APART - (lag(far) - lag(near)))
    near.evaluate(FALL_BEHIND, 0)
    near.wait_for_timeout(1500)
    assert abs(lag(far) - lag(near) - APART) < 1, "the second player is not as late as it was made"

    on_air.studio.call("PUT", f"shows/{on_air.show['id']}/pin/", {"variant": on_air.variant})
    same_frame(near, far, "vt-pin")
    on_air.studio.call("POST", f"drops/{on_air.drop}/open/")
    same_frame(near, far, "vt-drop")
    buys_too_late(far, on_air)
    for page in (near, far):
        page.context.close()


def buys_too_late(page: Page, stage: Stage) -> None:
    """The drop closes; a page whose picture has not come to that still offers it. The answer is a clear no,
    nothing is held, and the page knows from then on."""
    card = page.locator(".vt-front vt-drop")
    stage.studio.call("POST", f"drops/{stage.drop}/close/")
    card.get_by_role("button", name="Buy").click()
    expect(page.get_by_text("Nothing was kept and nothing was charged").first).to_be_visible()
    expect(card).to_be_hidden(timeout=1500)
    assert page.evaluate("() => fetch('/api/v1/me/').then(answer => answer.json()).then(me => me.holds)") == []


def watching(browser: Browser, stage: Stage) -> Page:
    """A viewer whose picture has played for a while."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB").new_page()
    page.goto(stage.url)
    sees_moving_picture(page, seconds=40)
    until(lambda: page.evaluate(ROOM_BEHIND), seconds=30, what="some seconds of picture to go back")
    page.evaluate(WATCH)
    return page


def lag(page: Page) -> float:
    """How far the film on screen is behind the clock on the wall, but for a constant."""
    seconds: float = page.evaluate("() => Date.now() / 1000 - window.filmSecond()")
    return seconds


def same_frame(near: Page, far: Page, tag: str) -> None:
    """It shows up on both pages by itself, at different times, on the same frame to half a second."""
    first, second = (when_seen(page, tag) for page in (near, far))
    assert abs(first["film"] - second["film"]) <= 0.5, (first, second)
    assert second["at"] - first["at"] > APART - 1, "both pages showed it at the same time"


def when_seen(page: Page, tag: str) -> dict[str, float]:
    """The film's second on screen, and the wall's, when the element came to the page."""
    seen: dict[str, float] = until(lambda: page.evaluate("tag => window.seen[tag]", tag), seconds=15, what=tag)
    return seen
