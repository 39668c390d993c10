"""What the team does in a room, and what the room refuses by itself."""

import asyncio
import time
import uuid

from chat.services.blocklist import set_blocklist
from kernel.tenancy import run_in_brand, run_in_public
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.chat.twins import remove_member
from tests.factories.chat import make_viewer, viewer_cookie


async def test_a_ban_closes_open_sockets_within_two_seconds(stage: Stage) -> None:
    """Also the same customer's socket on another device, and the next attempt."""
    aurora = stage.brands["aurora"]
    customer = uuid.uuid4()
    phone, laptop = (make_viewer("Troll", customer_id=customer) for _ in range(2))
    async with (
        joined(stage, cookie=viewer_cookie(aurora, phone)) as first,
        joined(stage, cookie=viewer_cookie(aurora, laptop)) as second,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await first.say("buy my coins")
        began = time.monotonic()
        assert (await team.moderate("ban", viewer=phone.key))["t"] == "ack"
        assert [await first.closed(), await second.closed()] == [4403, 4403]
        assert time.monotonic() - began < 2
        async with opened(stage, cookie=viewer_cookie(aurora, laptop)) as again:
            assert await again.closed() == 4403
        await team.moderate("unban", viewer=phone.key)
        await asyncio.sleep(0.3)
        async with joined(stage, cookie=viewer_cookie(aurora, laptop)) as again:
            assert (await again.say("sorry"))["t"] == "ack"


async def test_a_time_out_silences_one_viewer_who_alone_is_told(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    noor, troll = make_viewer("Noor"), make_viewer("Troll")
    async with (
        joined(stage, cookie=viewer_cookie(aurora, troll)) as silenced,
        joined(stage, cookie=viewer_cookie(aurora, noor)) as other,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await team.moderate("timeout", viewer=troll.key, seconds=60, reason="Advertising")
        told = await silenced.until("viewer.timed_out")
        assert told["data"]["reason"] == "Advertising"
        answer = await silenced.say("hello")
        assert (answer["code"], 0 < answer["retry_after"] <= 60) == ("timed_out", True)
        await other.settled(silenced.cursors)
        assert "viewer.timed_out" not in [event["type"] for event in other.events]
        assert (await other.say("hello"))["t"] == "ack"


async def test_slow_mode_links_words_and_repetition(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    async with (
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as page,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await run_in_brand(aurora, set_blocklist, words=["snake oil", "scam*"], actor="system")
        await asyncio.sleep(0.5)
        refused = {
            "look at www.example.com": "link_not_allowed",
            "SN4KE  Óil": "word_blocked",
            "sc-a-m": "",
            "what scammers": "word_blocked",
            "x" * 501: "message_too_long",
            "   ": "message_empty",
            "turn \u202e around": "text_unreadable",
            "a\x00b": "text_unreadable",
        }
        for text, code in refused.items():
            answer = await page.say(text)
            assert answer.get("code", "") == code or answer["t"] == "ack", text
            assert (answer["t"] == "refused") == bool(code), text
        assert (await page.say("hello"))["t"] == "ack"
        assert (await page.say("Hello!!"))["code"] == "duplicate_message"
        await team.moderate("slow", seconds=30)
        await page.until("room.mode_changed")
        answer = await page.say("another thing")
        assert (answer["code"], 0 < answer["retry_after"] <= 30) == ("slow_mode", True)
        assert (await team.say("links: https://example.org"))["t"] == "ack"


async def test_twenty_messages_in_thirty_seconds(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as page:
        answers = [await page.say(f"line {number}") for number in range(21)]
        assert [answer["t"] for answer in answers] == ["ack"] * 20 + ["refused"]
        assert answers[-1]["code"] == "too_many_messages"
        assert answers[-1]["retry_after"] >= 1


async def test_viewers_cannot_moderate_and_watchers_cannot_speak(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as page, joined(stage) as watcher:
        assert (await page.moderate("slow", seconds=5))["code"] == "staff_only"
        assert (await watcher.say("hello"))["code"] == "join_first"
        assert (await watcher.moderate("slow", seconds=5))["code"] == "join_first"


async def test_a_removed_member_loses_the_socket(stage: Stage) -> None:
    cookie = stage.team["aurora"]
    async with joined(stage, cookie=cookie) as team:
        await run_in_public(remove_member, stage.brands["aurora"], "moderator")
        assert (await team.next("reconnect"))["after_ms"] >= 0
        assert await team.closed() == 1012
    async with joined(stage, cookie=cookie) as page:
        assert not page.state["me"]["staff"]


async def test_names(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    async with joined(stage, cookie=viewer_cookie(aurora, make_viewer())) as page:
        assert page.state["me"]["name"].startswith("Guest ")
        for name, code in (("Aur0ra", "name_taken"), ("moderator", "name_taken"), ("x", "name_invalid"),
                           ("a" * 25, "name_invalid"), ("<b>", "name_invalid")):  # fmt: skip
            key = uuid.uuid4()
            await page.send(t="name", key=str(key), name=name)
            assert (await page.answer(key))["code"] == code
        key = uuid.uuid4()
        await page.send(t="name", key=str(key), name="Zoë van Dam")
        await page.answer(key)
        await page.say("hello")
        assert (await page.until("message.posted"))["data"]["author"] == "Zoë van Dam"
