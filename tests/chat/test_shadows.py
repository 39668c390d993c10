"""Bans that a new nickname does not undo, and lines that only their author believes to be shown."""

import asyncio
import datetime as dt
import time
import uuid
from typing import Any

import pytest

from chat.models import Footprint
from chat.people import person_of
from chat.selectors import load_memory
from chat.services.footprints import KEPT, forget_footprints, note_footprints
from chat.services.moderation import ban_viewer, lift_ban, shadow_viewer
from kernel import clock, ids
from kernel.tenancy import run_in_brand
from kernel.traces import COOKIE, device_hash, device_of, device_ticket, network_hash
from kernel.viewers import Viewer
from tenants.models import Brand
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.factories.chat import make_viewer, viewer_cookie


def device_cookie(brand: Brand, device: uuid.UUID) -> str:
    return f"{COOKIE}={device_ticket(device, schema=brand.schema_name)}"


async def noted(brand: Brand, viewer: Viewer) -> None:
    """Wait until it is known from where somebody wrote."""
    for _ in range(100):
        if await run_in_brand(brand, Footprint.objects.filter(viewer_key=viewer.key).exists):
            return
        await asyncio.sleep(0.02)
    pytest.fail("no footprint")


async def test_a_shadow_banned_viewer_writes_for_themself(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    troll = make_viewer("Troll")
    cookie = viewer_cookie(aurora, troll)
    async with (
        joined(stage, cookie=cookie) as author,
        joined(stage, cookie=viewer_cookie(aurora, make_viewer("Noor"))) as other,
        joined(stage, cookie=stage.team["aurora"]) as team,
    ):
        await author.say("still seen")
        ban = await run_in_brand(aurora, shadow_viewer, viewer_key=troll.key, actor="system")
        await team.until("viewer.shadowed")
        key = uuid.uuid4()
        answer = await author.say("nobody hears this", key=key)
        assert (answer["t"], answer["id"][:4]) == ("ack", "msg_")
        assert (await author.say("nobody hears this", key=key))["id"] == answer["id"]
        assert (await author.until("message.echoed"))["data"]["key"] == str(key)
        assert (await team.until("message.shadowed"))["data"]["message_id"] == answer["id"]
        question = uuid.uuid4()
        await author.send(t="ask", key=str(question), text="Nor this?")
        assert (await author.answer(question))["t"] == "ack"
        reply = await other.say("what did they say?", reply_to=answer["id"])
        assert (await other.until("message.posted"))["data"]["reply_to"] is None
        assert reply["t"] == "ack"
        await author.settled(other.cursors)
        assert "hears this" not in str(other.frames)
        assert "viewer.shadowed" not in str(author.frames)
        await asyncio.sleep(1.1)
        async with joined(stage, cookie=cookie) as again, joined(stage) as fresh:
            assert [line["text"] for line in again.state["me"]["echoes"]] == ["nobody hears this"]
            assert "hears this" not in str(fresh.state)
            assert "team" not in again.state["me"]
        async with joined(stage, cookie=stage.team["aurora"]) as desk:
            assert [line["id"] for line in desk.state["me"]["team"]["shadowed"]] == [answer["id"]]
            assert desk.state["me"]["team"] == team.state["me"]["team"]
        await team.moderate("remove", message=answer["id"])
        await author.until("message.removed")
        assert [line["removed"] for line in author.state["me"]["echoes"]] == [True]
        await run_in_brand(aurora, lift_ban, ban_id=ban.pk, actor="system")
        await team.until("viewer.unshadowed")
        await author.say("heard again")
        await other.until("message.posted")


async def test_a_ban_reaches_the_device_under_another_nickname(stage: Stage) -> None:
    aurora = stage.brands["aurora"]
    phone = device_cookie(aurora, ids.uuid7())
    troll, again = make_viewer("Troll"), make_viewer("Somebody else")
    old, new = (f"{viewer_cookie(aurora, viewer)}; {phone}" for viewer in (troll, again))
    async with joined(stage, cookie=old) as first, joined(stage, cookie=new) as second:
        await first.say("buy my coins")
        await noted(aurora, troll)
        ban = await run_in_brand(aurora, ban_viewer, viewer_key=troll.key, actor="system")
        assert len(ban.devices) == 1
        assert [await first.closed(), await second.closed()] == [4403, 4403]
        async with opened(stage, cookie=new) as page:
            assert await page.closed() == 4403
        # The room was left by all: what it knows comes from the table now.
        async with opened(stage, cookie=f"{viewer_cookie(aurora, make_viewer('Third'))}; {phone}") as page:
            assert await page.closed() == 4403
        async with joined(stage, cookie=viewer_cookie(aurora, make_viewer("Neighbour"))) as page:
            assert (await page.say("same network, other device"))["t"] == "ack"
            await run_in_brand(aurora, lift_ban, ban_id=ban.pk, actor="system")
            await asyncio.sleep(0.3)
            async with joined(stage, cookie=new) as back:
                assert (await back.say("sorry"))["t"] == "ack"


async def test_a_ban_of_networks_ends(stage: Stage, monkeypatch: Any) -> None:
    """Everybody on the network is out, until it ends; who is on another one never was."""
    aurora = stage.brands["aurora"]
    monkeypatch.setattr("chat.consumers.caller_of", lambda scope: dict(scope["headers"])[b"x-at"].decode())
    troll, neighbour, other = (make_viewer(name) for name in ("Troll", "Neighbour", "Other"))

    def at(address: str, viewer: Any) -> dict[str, Any]:
        return {"cookie": viewer_cookie(aurora, viewer), "headers": {"x-at": address}}

    async with joined(stage, **at("198.51.100.7", troll)) as first, joined(stage, **at("203.0.113.9", other)) as far:
        await first.say("buy my coins")
        await noted(aurora, troll)
        ban = await run_in_brand(
            aurora, ban_viewer, viewer_key=troll.key, networks=True, network_hours=1, actor="system"
        )
        assert ban.networks == [network_hash("198.51.100.7", schema=aurora.schema_name)]
        assert await first.closed() == 4403
        async with opened(stage, **at("198.51.100.7", neighbour)) as page:
            assert await page.closed() == 4403
        assert (await far.say("hello"))["t"] == "ack"
        async with joined(stage, **at("198.51.100.8", neighbour)) as page:
            assert (await page.say("the next address is another network"))["t"] == "ack"
    with clock.shifted(dt.timedelta(hours=1, seconds=5)):
        book = await run_in_brand(aurora, _means, neighbour, ban.networks[0])
    assert not book
    assert await run_in_brand(aurora, _means, neighbour, ban.networks[0])


async def test_a_ban_meets_one_who_only_watches(stage: Stage, monkeypatch: Any) -> None:
    """Without a viewer's cookie: by the device's own, or by the network; open sockets within two seconds."""
    aurora = stage.brands["aurora"]
    monkeypatch.setattr("chat.consumers.caller_of", lambda scope: dict(scope["headers"])[b"x-at"].decode())
    phone, troll = device_cookie(aurora, ids.uuid7()), make_viewer("Troll")
    here, far = {"x-at": "198.51.100.7"}, {"x-at": "203.0.113.9"}
    async with (
        joined(stage, cookie=f"{viewer_cookie(aurora, troll)}; {phone}", headers=here) as author,
        joined(stage, cookie=phone, headers=far) as same_device,
        joined(stage, headers=here) as same_network,
        joined(stage, headers=far) as stranger,
    ):
        await author.say("buy my coins")
        await noted(aurora, troll)
        began = time.monotonic()
        await run_in_brand(aurora, ban_viewer, viewer_key=troll.key, networks=True, actor="system")
        assert [await page.closed() for page in (author, same_device, same_network)] == [4403] * 3
        assert time.monotonic() - began < 2
        for how in ({"cookie": phone, "headers": far}, {"headers": here}):
            async with opened(stage, **how) as page:
                assert await page.closed() == 4403
        async with joined(stage, cookie=viewer_cookie(aurora, make_viewer("Maya")), headers=far) as other:
            line = await other.say("hello")
        while (await stranger.until("message.posted"))["data"]["message_id"] != line["id"]:
            pass


def _means(viewer: Any, network: str) -> bool:
    person = person_of(viewer, None)
    assert person is not None
    return load_memory(uuid.uuid4()).is_banned(person.traced(device="", network=network))


class TestTraces:
    def test_a_device_is_signed_for_one_brand(self) -> None:
        device = ids.uuid7()
        ticket = device_ticket(device, schema="b_aurora")
        assert device_of({COOKIE: ticket}, schema="b_aurora") == device
        for cookies, schema in (({COOKIE: ticket}, "b_fjord"), ({COOKIE: f"{ticket}x"}, "b_aurora"), ({}, "b_aurora")):
            assert device_of(cookies, schema=schema) is None
        hashes = {device_hash({COOKIE: device_ticket(device, schema=name)}, schema=name) for name in ("b_a", "b_b")}
        assert len(hashes) == 2
        assert device.hex not in "".join(hashes)

    def test_a_network_is_an_address_or_a_64_and_kept_as_a_hash(self) -> None:
        same = {network_hash(f"2001:db8:1:2:{tail}", schema="b_a") for tail in (":1", "ffff::9")}
        assert len(same) == 1
        assert len({network_hash(address, schema="b_a") for address in ("192.0.2.1", "192.0.2.2")}) == 2
        assert network_hash("192.0.2.1", schema="b_a") != network_hash("192.0.2.1", schema="b_b")
        assert network_hash("", schema="b_a") == ""

    def test_footprints_are_noted_once_and_forgotten(self, in_aurora: Brand) -> None:
        for _ in range(2):
            note_footprints(traces=[("vwr_1", "d", "n"), ("vwr_1", "d", "n"), ("vwr_2", "", "n")])
        assert Footprint.objects.count() == 2
        with clock.shifted(KEPT + dt.timedelta(minutes=1)):
            note_footprints(traces=[("vwr_2", "", "n")])
            assert forget_footprints() == 1
        assert Footprint.objects.get().viewer_key == "vwr_2"
