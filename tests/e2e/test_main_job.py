"""The main job, seen from outside: a camera, a viewer's browser, a drop, a payment, a replay."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.stage import Stage, camera, until
from tests.e2e.viewer import buy_the_drop, join_the_talk, sees_moving_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_brands_live_show_sells(stage: Stage, browser: Browser, film_folder: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    page.goto(stage.url)
    expect(page.get_by_role("heading", name="The evening ritual", level=1)).to_be_visible()

    with camera(stage, film_folder):
        until(lambda: health(stage)["status"] == "active", seconds=90, what="a picture at the media engine")
        stage.act("go-live")
        sees_moving_picture(page, seconds=30)  # the lobby wakes by itself

        join_the_talk(page, name="Jo", text="hello from Ghent")
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
