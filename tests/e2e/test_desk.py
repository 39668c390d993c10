"""The desk, as the people at it use it: a host runs a show by its keys, a moderator keeps its room.

Not here: the viewer's own job (test_main_job).
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from benchmarks.newcomer import PASSWORD, sign_up
from benchmarks.rig import Rig
from tests.e2e.stage import Stage, camera, plan_show, until
from tests.e2e.viewer import buy_the_drop, join_the_talk, sees_moving_picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def planned(rig: Rig) -> Stage:
    """A show with a run of show: a pin, a poll, the drop."""
    studio, _ = sign_up(rig, slug="atelier-noor", name="Atelier Noor")
    stage = plan_show(studio)
    poll = {"question": "Morning or evening?", "answers": ["Morning", "Evening"], "seconds": 60}
    stage.act("cues", {"kind": "pin", "title": "Pin Dawn Serum", "payload": {"variant_id": stage.variant}})
    stage.act("cues", {"kind": "poll", "title": "Poll: when", "at_seconds": 60, "payload": poll})
    stage.act("cues", {"kind": "drop", "title": "Open the drop", "at_seconds": 120, "payload": {"drop_id": stage.drop}})
    return stage


def test_a_show_is_run_from_the_desk(planned: Stage, browser: Browser, film_folder: Path) -> None:
    host = new_page(browser)
    sign_in(host, planned, "owner@atelier-noor.test")
    moderator = new_page(browser)
    join_as_moderator(host, moderator, planned)
    for page in (host, moderator):
        page.goto(f"{planned.studio.origin}/studio/shows/{planned.show['id']}/desk/")
    viewer = new_page(browser, width=390, height=844)
    viewer.goto(planned.url)

    with camera(planned, film_folder):
        go_on_air(host, viewer)
        viewer.get_by_placeholder("Say something").fill("same serum, half price")
        viewer.keyboard.press("Enter")
        run_the_cues(host, viewer)
        read_before_showing(moderator, viewer, host)
        keep_the_room(moderator, viewer, host)
        hear_how_late_the_audience_is(host, moderator)
    lose_the_picture(host)
    with camera(planned, film_folder):
        expect(host.get_by_text("Picture lost, slate on")).to_be_hidden(timeout=30_000)
        sees_moving_picture(host, seconds=20)
        end_the_show(host)
    for page in (host, moderator, viewer):
        page.context.close()


def new_page(browser: Browser, *, width: int = 1440, height: int = 900) -> Page:
    """A browser of its own, so that each person has cookies of their own. It does not call itself headless:
    those are not counted as viewers."""
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version}"
    size = ViewportSize(width=width, height=height)
    return browser.new_context(viewport=size, locale="en-GB", user_agent=agent).new_page()


def sign_in(page: Page, stage: Stage, email: str) -> None:
    page.goto(f"{stage.studio.origin}/studio/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Shows", level=1)).to_be_visible()


def join_as_moderator(owner: Page, invited: Page, stage: Stage) -> None:
    """The owner invites by the members' page; the mail's link leads in."""
    owner.goto(f"{stage.studio.origin}/studio/settings/members/")
    owner.get_by_label("E-mail").fill("tom@atelier-noor.test")
    owner.get_by_label("Role", exact=True).select_option("moderator")
    owner.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_text("We wrote to tom@atelier-noor.test")).to_be_visible()
    link = re.compile(re.escape(stage.studio.origin) + r"/join/\S+")
    mail = until(lambda: link.search(stage.studio.rig.log_tail("worker", 400)), seconds=15, what="the invitation")
    invited.goto(mail.group())
    invited.get_by_label("Your name").fill("Tom Idris")
    invited.get_by_label("Password").fill(PASSWORD)
    invited.get_by_role("button", name="Join").click()
    expect(invited.get_by_role("heading", name="Shows", level=1)).to_be_visible()


def next_act(page: Page, name: str) -> None:
    """Wait until this is the next act, then do it by its key. Two presses in a moment count as one."""
    page.wait_for_timeout(750)
    expect(page.get_by_role("region", name="Next act").get_by_role("button", name=name)).to_be_enabled(timeout=15_000)
    page.keyboard.press("o")


def go_on_air(host: Page, viewer: Page) -> None:
    """The picture is seen by the host alone before viewers see it."""
    next_act(host, "Open the lobby")
    expect(viewer.get_by_role("heading", name="While you wait")).to_be_visible()
    talk_in_the_lobby(viewer, host)
    expect(host.get_by_role("heading", name="Picture and sound come in")).to_be_visible(timeout=60_000)
    expect(host.get_by_text("540 × 960")).to_be_visible()
    sees_moving_picture(host, seconds=30)
    expect(host.get_by_text("only you see it")).to_be_visible()
    playing = host.locator("video").element_handle()
    next_act(host, "Go live")
    expect(host.get_by_text("as viewers see it")).to_be_visible()
    sees_moving_picture(viewer, seconds=40)
    assert host.evaluate("video => video.isConnected", playing), "the picture was begun anew"


def talk_in_the_lobby(viewer: Page, host: Page) -> None:
    """Who is early may talk; the words are still there on the air."""
    join_the_talk(viewer, name="Priya", text="is anybody here yet?")
    expect(host.get_by_role("log", name="Chat").get_by_text("is anybody here yet?")).to_be_visible()


def read_before_showing(moderator: Page, viewer: Page, host: Page) -> None:
    """A line waits, by the room's mode or a rule; one key shows it, one gives it back."""
    log, queue = viewer.get_by_role("log"), moderator.get_by_role("region", name="Messages that wait")
    field = viewer.get_by_placeholder("Say something")
    field.fill("write to me@example.com")
    viewer.keyboard.press("Enter")
    expect(log.get_by_text("The team reads this before it is shown.")).to_be_visible()
    moderator.keyboard.press("q")
    expect(queue.get_by_text("Flagged: contact data")).to_be_visible()
    moderator.keyboard.press("x")
    expect(queue.get_by_text("Nothing waits for you.")).to_be_visible()
    expect(log.get_by_text("The team did not show this message.")).to_be_visible()
    moderator.keyboard.press("q")
    moderator.get_by_label("Read messages before they are shown").check()
    expect(host.get_by_label("Read messages before they are shown")).to_be_checked()  # the room has heard of it
    moderator.evaluate("document.activeElement.blur()")
    field.fill("is it vegan?")
    viewer.keyboard.press("Enter")
    moderator.keyboard.press("q")
    expect(queue.get_by_text("is it vegan?").first).to_be_visible()
    moderator.keyboard.press("c")
    expect(queue.get_by_text("you are on it")).to_be_visible()
    moderator.keyboard.press("y")
    expect(queue.get_by_text("Nothing waits for you.")).to_be_visible()
    expect(log.get_by_text("The team reads this before it is shown.")).to_have_count(0)
    moderator.keyboard.press("q")
    expect(moderator.get_by_role("log", name="Chat").get_by_text("is it vegan?")).to_be_visible()
    moderator.get_by_label("Read messages before they are shown").uncheck()
    expect(host.get_by_label("Read messages before they are shown")).not_to_be_checked()
    moderator.evaluate("document.activeElement.blur()")


def hear_how_late_the_audience_is(host: Page, moderator: Page) -> None:
    """The viewer's page tells every ten seconds which frame it shows; each desk reads the audience's delay,
    which is a few seconds here, not its own picture's."""
    for page in (host, moderator):
        line = page.get_by_text(re.compile(r"as viewers see it, about \d+\.\d s later"))
        expect(line).to_be_visible(timeout=25_000)
        told = re.search(r"about (\d+\.\d) s later", line.inner_text())
        assert told is not None
        assert 0.2 <= float(told.group(1)) <= 15


def run_the_cues(host: Page, viewer: Page) -> None:
    plan = host.get_by_role("region", name="Plan")
    next_act(host, "Pin Dawn Serum")
    pinned = viewer.get_by_role("region", name="On screen now")
    expect(pinned.get_by_role("heading", name="Dawn Serum")).to_be_visible()
    expect(plan.get_by_role("button", name="Unpin Pin Dawn Serum")).to_be_visible()
    host.keyboard.press("u")
    expect(pinned).to_be_hidden()

    host.get_by_label("Write as Atelier Noor").fill("only words in a field")
    host.get_by_label("Write as Atelier Noor").press("Escape")
    expect(plan.get_by_text("1 of 3 done")).to_be_visible()

    next_act(host, "Poll: when")
    viewer.get_by_role("button", name="Evening").click()
    host.get_by_role("tab", name="Polls").click()
    expect(host.get_by_text("1 vote", exact=True)).to_be_visible()
    host.get_by_role("button", name="Close the poll").click()
    expect(host.get_by_text("1 vote, closed")).to_be_visible()

    expect(host.get_by_role("region", name="Next act")).to_contain_text("€38")  # told before viewers hear of it
    next_act(host, "Open the drop")
    expect(plan.get_by_text("5 of 5 left")).to_be_visible()
    buy_the_drop(viewer)
    expect(plan.get_by_text("4 of 5 left")).to_be_visible()
    figures = host.locator(".vt-figures")
    expect(figures.get_by_text("€42.90", exact=True)).to_be_visible()
    viewer.get_by_role("dialog").get_by_role("button", name="Close").first.click()


def keep_the_room(moderator: Page, viewer: Page, host: Page) -> None:
    expect(moderator.get_by_text("Revenue")).to_have_count(0)  # not a moderator's to see
    talk = moderator.get_by_role("log", name="Chat")
    expect(talk.get_by_text("same serum, half price")).to_be_visible()
    for key in ("k", "k", "p"):  # the newest line is the one that waited
        moderator.keyboard.press(key)
    expect(moderator.locator("[data-vt-part=pinned]")).to_contain_text("same serum, half price")
    for key in ("k", "k", "d"):
        moderator.keyboard.press(key)
    expect(talk.get_by_text("Removed")).to_be_visible()
    expect(viewer.get_by_role("log").get_by_text("same serum, half price")).to_have_count(0)

    viewer.get_by_placeholder("Say something").fill("one more")
    viewer.keyboard.press("Enter")
    expect(talk.get_by_text("one more")).to_be_visible()
    moderator.get_by_label("Slow mode").select_option("60")
    expect(host.get_by_label("Slow mode")).to_have_value("60")  # the room has heard of it
    viewer.get_by_placeholder("Say something").fill("and another")
    viewer.keyboard.press("Enter")
    expect(viewer.get_by_role("log").get_by_text("Slow mode is on.")).to_be_visible()
    expect(talk.get_by_text("and another")).to_have_count(0)
    moderator.evaluate("document.activeElement.blur()")
    hand_over(moderator, host)
    expect(moderator.locator("[data-vt-figure=viewers]")).to_have_text("1", timeout=15_000)
    moderator.keyboard.press("k")
    moderator.keyboard.press("t")
    expect(moderator.get_by_text("Priya is silent for five minutes.")).to_be_visible()
    moderator.keyboard.press("k")
    moderator.keyboard.press("b")
    expect(moderator.get_by_text("Priya is banned.")).to_be_visible()
    expect(viewer.locator("[data-vt-offline]")).to_have_text("This room is closed for this page.")
    expect(viewer.locator("[data-vt-offline]")).to_be_visible()
    expect(moderator.locator("[data-vt-figure=viewers]")).to_have_text("0", timeout=15_000)  # the socket is closed


def hand_over(moderator: Page, host: Page) -> None:
    """Who is on, the note for who comes next, the words, and a person's history."""
    moderator.get_by_role("tab", name="Team").click()
    moderator.get_by_role("button", name="I am on").click()
    moderator.get_by_label("For who comes next").fill("Priya asks about vegan goods.")
    moderator.get_by_role("button", name="Keep the note").click()
    moderator.get_by_label("Refused words").fill("snake oil\nscam*")
    moderator.get_by_role("button", name="Keep the words").click()
    expect(moderator.get_by_text("All rooms refuse these words now.")).to_be_visible()
    host.get_by_role("tab", name="Team").click()
    expect(host.get_by_role("region", name="Team").get_by_text("Tom Idris since")).to_be_visible()
    expect(host.get_by_label("For who comes next")).to_have_value("Priya asks about vegan goods.")
    expect(host.get_by_label("Refused words")).to_have_value("scam*\nsnake oil")
    moderator.get_by_role("tab", name="Chat").click()
    moderator.evaluate("document.activeElement.blur()")
    moderator.keyboard.press("k")
    moderator.keyboard.press("i")
    history = moderator.get_by_role("dialog", name="Priya")
    expect(history.get_by_text("1 device, 1 network")).to_be_visible()
    expect(history.get_by_text("Orders")).to_have_count(0)  # not a moderator's to see
    moderator.keyboard.press("Escape")
    expect(history).to_be_hidden()


def lose_the_picture(host: Page) -> None:
    """What still works is said, the window runs down, and the host may lengthen it."""
    expect(host.get_by_text("Picture lost, slate on")).to_be_visible(timeout=15_000)
    expect(host.get_by_role("alert").get_by_text("Checkout")).to_be_visible()
    expect(host.get_by_text("We will be right back")).to_be_visible()
    clock = host.get_by_role("timer")
    before = clock.inner_text()
    assert re.fullmatch(r"(1:00|0:\d\d)", before), before
    until(lambda: clock.inner_text() < before, seconds=5, what="a second less on the clock")
    host.get_by_role("button", name="Give 2 more minutes").click()
    expect(clock).to_have_text(re.compile(r"2:\d\d"))


def end_the_show(host: Page) -> None:
    """Ending asks, and can be left by Escape."""
    host.get_by_role("button", name="End show").click()
    question = host.get_by_role("dialog", name="End the show?")
    expect(question.get_by_text("Dawn Serum, first batch, 4 left")).to_be_visible()
    host.keyboard.press("Escape")
    expect(question).to_be_hidden()
    host.get_by_role("button", name="End show").click()
    question.get_by_role("button", name="End the show").click()
    expect(host.get_by_text("The replay is on the show’s page.")).to_be_visible(timeout=40_000)
    host.get_by_role("link", name="See the show’s page").click()
    host.get_by_role("button", name="Play").first.click()
    sees_moving_picture(host, seconds=20)
