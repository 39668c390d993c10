"""The main job, seen from outside: a camera, a viewer's browser, a drop, a payment, a replay."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.stage import Stage, camera, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Reads the painted picture itself: a player may say that it plays and show nothing.
_PIXELS = """() => {
  const video = document.querySelector("video");
  if (!video || !video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = 54; canvas.height = 96;
  const brush = canvas.getContext("2d");
  brush.drawImage(video, 0, 0, 54, 96);
  return Array.from(brush.getImageData(0, 0, 54, 96).data);
}"""


def picture(page: Page) -> list[int] | None:
    """The painted pixels; None before anything but one flat colour is painted."""
    pixels: list[int] | None = page.evaluate(_PIXELS)
    return pixels if pixels and len(set(pixels)) > 20 else None


def sees_moving_picture(page: Page, seconds: float) -> None:
    """The picture is there, is not one colour, and changes."""
    first = until(lambda: picture(page), seconds=seconds, what="a first frame")
    until(lambda: (picture(page) or first) != first, seconds=15, what="another frame")


def buy_the_drop(page: Page) -> None:
    page.get_by_role("region", name="Dawn Serum, first batch").get_by_role("button", name="Buy €38").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text("Held")).to_be_visible()
    for label, value in {
        "E-mail": "jo@example.test",
        "Name": "Jo Peeters",
        "Street and number": "Torstraße 1",
        "Postal code": "10115",
        "City": "Berlin",
    }.items():
        sheet.get_by_label(label, exact=True).fill(value)
    until(lambda: page.frame_locator("iframe").get_by_role("radio").count(), seconds=20, what="the payment fields")
    sheet.get_by_role("button", name="Pay").click()
    expect(sheet.get_by_text("Paid", exact=True)).to_be_visible(timeout=20_000)


def test_a_brands_live_show_sells(stage: Stage, browser: Browser, film_folder: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    page.goto(stage.url)
    expect(page.get_by_role("heading", name="The evening ritual", level=1)).to_be_visible()

    with camera(stage, film_folder):
        until(lambda: health(stage)["status"] == "active", seconds=90, what="a picture at the media engine")
        stage.act("go-live")
        sees_moving_picture(page, seconds=30)  # the lobby wakes by itself

        page.get_by_placeholder("Say something").fill("hello from Ghent")
        page.keyboard.press("Enter")
        page.get_by_label("Name in this shop").fill("Jo")
        page.get_by_role("button", name="Use this name").click()
        expect(page.get_by_role("log").get_by_text("hello from Ghent")).to_be_visible()
        until(lambda: said(stage) == ["hello from Ghent"], seconds=5, what="the line in the studio")

        stage.studio.call("POST", f"drops/{stage.drop}/open/")
        buy_the_drop(page)
        sees_moving_picture(page, seconds=5)  # the picture went on above the sheet

    stock = until(lambda: stage.stock() if stage.stock()["sold"] else None, seconds=10, what="the sale in the stock")
    assert stock == {"total": 12, "available": 11, "held": 0, "sold": 1}
    orders = stage.studio.call("GET", "orders/")["data"]
    assert [(order["status"], order["total_minor"]) for order in orders] == [("paid", 4290)]

    stage.act("end")
    until(lambda: stage.fresh()["status"] == "replay", seconds=30, what="the replay")
    page.goto(stage.url)
    page.get_by_role("button", name="Play").first.click()
    sees_moving_picture(page, seconds=20)
    context.close()


def health(stage: Stage) -> dict[str, Any]:
    answer: dict[str, Any] = stage.studio.call("GET", f"shows/{stage.show['id']}/health/")
    return answer


def said(stage: Stage) -> list[str]:
    return [message["text"] for message in stage.studio.call("GET", f"shows/{stage.show['id']}/messages/")["data"]]
