"""What a person in front of a page does and sees: a moving picture, a line in the chat, a purchase.

Not here: what a test says about it.
"""

from playwright.sync_api import Page, expect

from tests.e2e.stage import until

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


def join_the_talk(page: Page, *, name: str, text: str) -> None:
    """A guest's first line, which asks for a name."""
    page.get_by_placeholder("Say something").fill(text)
    page.keyboard.press("Enter")
    page.get_by_label("Name in this shop").fill(name)
    page.get_by_role("button", name="Use this name").click()
    expect(page.get_by_role("log").get_by_text(text)).to_be_visible()
