"""Who gets a socket, and what closes it again."""

import uuid
from contextlib import AsyncExitStack

import pytest
import websockets
from django.conf import settings

from kernel.tenancy import run_in_brand, run_in_public
from streams.services.schedule import open_lobby, schedule_show
from tenants.models import User
from tests.chat.conftest import Stage
from tests.chat.page import joined, opened
from tests.chat.twins import private_show
from tests.factories.chat import make_viewer, viewer_cookie
from tests.factories.streams import ACTOR, make_show
from tests.tenants.browsing import studio


async def test_foreign_origins_and_hosts_get_no_socket_and_unknown_shows_4404(stage: Stage) -> None:
    for brand, origin in (
        ("aurora", "https://evil.example"),
        ("aurora", f"http://fjord.localhost:{stage.port}"),
        ("aurora", "null"),
        ("nobody", f"http://nobody.localhost:{stage.port}"),
    ):
        with pytest.raises(websockets.InvalidStatus) as refusal:
            async with opened(stage, brand=brand, origin=origin, show=stage.public_ids["aurora"]):
                pass
        assert refusal.value.response.status_code == 403
    for show in (stage.public_ids["fjord"], "shw_nonsense", "x"):
        async with opened(stage, show=show) as page:
            assert await page.closed() == 4404


async def test_a_private_show_needs_its_link(stage: Stage) -> None:
    public_id, cookie = await run_in_public(private_show, stage.brands["aurora"])
    async with opened(stage, show=public_id) as page:
        assert await page.closed() == 4404
    async with joined(stage, show=public_id, cookie=cookie) as page:
        assert page.state["show"]["id"] == public_id
    async with joined(stage, show=public_id, cookie=stage.team["aurora"]) as page:
        assert page.state["me"]["staff"]


async def test_a_session_from_before_a_new_password_is_nobody(stage: Stage) -> None:
    def new_password() -> None:
        user = User.objects.get(email="moderator@aurora.test")
        user.set_password("another quiet shop window")
        user.save()

    await run_in_public(new_password)
    async with joined(stage, cookie=stage.team["aurora"]) as page:
        assert not page.state["me"]["staff"]


async def test_who_signed_out_is_nobody_on_a_socket_too(stage: Stage) -> None:
    browser = await run_in_public(studio, "moderator", stage.brands["aurora"])
    name = settings.SESSION_COOKIE_NAME
    cookie = f"{name}={browser.cookies[name].value}"
    async with joined(stage, cookie=cookie) as page:
        assert page.state["me"]["staff"]
    await run_in_public(browser.post, "/accounts/logout/")
    async with joined(stage, cookie=cookie) as page:
        assert not page.state["me"]["staff"]


async def test_cookies_of_others_hide_none_of_ours(stage: Stage) -> None:
    """A brand's own domain brings along what its shop and its measuring tools have set."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    for foreign in ('consent={"ads": false, "at": "now"}', "a,b=1", "cart[0]=x; path"):
        async with joined(stage, cookie=f"{foreign}; {noor}") as page:
            assert page.state["me"]["name"] == "Noor"


async def test_a_room_that_the_team_opened_early_lets_viewers_in_with_the_lobby(stage: Stage) -> None:
    brand = stage.brands["aurora"]
    show = await run_in_brand(brand, make_show, title="Still a draft")
    async with joined(stage, show=show.public_id, cookie=stage.team["aurora"]) as desk:
        async with opened(stage, show=show.public_id) as page:
            assert await page.closed() == 4404
        await run_in_brand(brand, schedule_show, show_id=show.pk, actor=ACTOR)
        await run_in_brand(brand, open_lobby, show_id=show.pk, actor=ACTOR)
        await desk.until("show.lobby_opened")
        async with joined(stage, show=show.public_id) as page:
            assert page.state["show"]["id"] == show.public_id


async def test_what_is_too_large_closes_with_1009(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with joined(stage, cookie=noor) as page:
        await page.send(t="say", key=str(uuid.uuid4()), text="x" * 10_000)
        assert (await page.next("refused"))["code"] == "frame_too_large"
        assert await page.closed() == 1009


async def test_too_many_frames_close_with_4008(stage: Stage) -> None:
    async with joined(stage) as page:
        for _ in range(70):
            await page.send(t="ping")
        assert await page.closed() == 4008


async def test_a_socket_that_says_nothing_is_closed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.consumers.HELLO_SECONDS", 0.2)
    async with opened(stage) as page:
        assert await page.closed() == 4400


async def test_too_many_at_once_are_given_a_time_to_come_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crowded:
        crowded.setattr("chat.rooms.MOST_WELCOMES", 0)
        async with opened(stage) as page:
            await page.hello()
            assert 0 <= (await page.next("reconnect"))["after_ms"] < 2000
            assert await page.closed() == 1012
    async with joined(stage) as page:
        assert page.state


async def test_a_join_asks_no_store_when_all_is_known(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The brand by its host, the viewer by the cookie's signature, the room by a snapshot of this second."""
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    asked = []

    async def ask(*what: object, **how: object) -> None:
        asked.append(what)
        raise AssertionError(what)

    async with joined(stage, cookie=noor) as first:
        for door in ("tenants.sockets.run_in_public", "chat.room.run_in_brand", "chat.snapshot.run_in_brand"):
            monkeypatch.setattr(door, ask)
        async with joined(stage, cookie=noor) as named, joined(stage) as nameless:
            assert named.state["me"]["name"] == first.state["me"]["name"] == "Noor"
            assert nameless.state["me"]["key"] == ""
        monkeypatch.undo()
    assert asked == []


async def test_broken_frames_are_refused_by_name(stage: Stage) -> None:
    async with joined(stage) as page:
        for text in ("", "no json", "[]", '{"t":"shout"}', '{"t":"say"}', '{"t":"ping","extra":1}'):
            await page.socket.send(text)
            assert (await page.next("refused"))["code"] == "frame_invalid"
        await page.socket.send(b"\x00\x01")
        assert (await page.next("refused"))["code"] == "frame_invalid"
        await page.send(t="ping")
        assert await page.next("pong")


async def test_one_person_has_ten_sockets_at_most(stage: Stage) -> None:
    noor = viewer_cookie(stage.brands["aurora"], make_viewer("Noor"))
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(joined(stage, cookie=noor))
        page = await stack.enter_async_context(opened(stage, cookie=noor))
        assert await page.closed() == 4008
