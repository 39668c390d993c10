"""The room over real sockets: snapshot, events, resume, gap, and what closes a socket."""

import asyncio
import json
import time
import uuid

import pytest
import websockets

from tests.chat.conftest import Stage
from tests.chat.page import Page, joined, opened
from tests.factories.chat import make_viewer, staff_cookie, viewer_cookie


async def test_a_message_reaches_everybody_and_its_author_gets_the_id(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as author, joined(stage) as watcher:
        answer = await author.say("Is it <b>vegan</b>?")
        assert answer["t"] == "ack"
        event = await watcher.until("message.posted")
        assert event["data"]["message_id"] == answer["id"]
        assert event["data"]["text"] == "Is it <b>vegan</b>?"
        assert event["data"]["author"] == "Noor"
        assert event["actor"] == ""
