"""Three doors to a hold, one answer: the API, the route before Django and the room's socket.

Not here: what only one of them has to say (tests/checkout/test_hold_route.py, tests/chat/test_buying.py).
"""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from catalog.services.stock import receive_stock
from chat.services.moderation import ban_viewer
from checkout.doors import tickets
from checkout.models import Hold
from kernel import ids
from kernel.tenancy import brand_context, run_in_brand
from kernel.viewers import Viewer
from streams.services.line_up import Place, set_line_up
from tests.chat.conftest import Stage
from tests.chat.page import opened
from tests.factories.catalog import make_drop, make_variant
from tests.factories.chat import make_viewer, viewer_cookie
from tests.factories.streams import ACTOR

DOORS = ("api", "route", "socket")

# What came of it, "held" or a code, and the hold or the refusal.
Answer = tuple[str, dict[str, Any]]
Ask = Callable[..., Awaitable[Answer]]


@dataclass
class Shelf:
    """What there is to hold in aurora's shop, by its public id."""

    stage: Stage
    plain: str
    scarce: str
    gone: str
    drop: tuple[str, str]  # the variant and its open drop, two to a buyer
    closed: tuple[str, str]

    def wish(self, name: str) -> dict[str, Any]:
        """What somebody asks for, as pages write it."""
        wishes: dict[str, dict[str, Any]] = {
            "plain": {"variant": self.plain, "quantity": 2},
            "one": {"variant": self.plain},
            "no such": {"variant": ids.public_id("var", ids.uuid7())},
            "no id": {"variant": "var_1"},
            "another's id": {"variant": ids.public_id("drp", ids.uuid7())},
            "none": {"variant": self.plain, "quantity": 0},
            "too many": {"variant": self.plain, "quantity": 21},
            "gone": {"variant": self.gone},
            "too few": {"variant": self.scarce, "quantity": 4},
            "in a drop": {"variant": self.drop[0], "drop": self.drop[1], "quantity": 2},
            "over the cap": {"variant": self.drop[0], "drop": self.drop[1], "quantity": 3},
            "not open": {"variant": self.closed[0], "drop": self.closed[1]},
            "no drop": {"variant": self.plain, "drop": ids.public_id("drp", ids.uuid7())},
        }
        return wishes[name]


@pytest.fixture
def shelf(stage: Stage) -> Shelf:
    with brand_context(stage.brands["aurora"]):
        drop, closed = make_drop(units=5, per_buyer=2, opened=True), make_drop(units=5)
        plain, scarce = make_variant(name="Dawn “Serum” für Ève", stock=50), make_variant(stock=3)
        gone = make_variant(stock=0)
        shown = [plain.pk, scarce.pk, gone.pk, drop.variant_id, closed.variant_id]
        set_line_up(show_id=stage.shows["aurora"], places=[Place(variant_id) for variant_id in shown], actor=ACTOR)
        return Shelf(
            stage,
            plain=plain.public_id,
            scarce=scarce.public_id,
            gone=gone.public_id,
            drop=(ids.public_id("var", drop.variant_id), drop.public_id),
            closed=(ids.public_id("var", closed.variant_id), closed.public_id),
        )


@contextlib.asynccontextmanager
async def door(name: str, stage: Stage, viewer: Viewer, brand: str = "aurora") -> AsyncIterator[Ask]:
    """A way in for this viewer."""
    cookie = viewer_cookie(stage.brands[brand], viewer)
    if name == "socket":
        async with opened(stage, brand=brand, cookie=cookie) as page:
            await page.hello()

            async def by_socket(wish: dict[str, Any], key: str = "") -> Answer:
                key = key or str(uuid.uuid4())
                await page.send(t="hold", key=key, **wish)
                frame = await page.answer(key)
                return ("held", frame["hold"]) if frame["t"] == "held" else (frame["code"], frame)

            yield by_socket
        return

    async with httpx.AsyncClient(timeout=20) as client:

        async def by_http(wish: dict[str, Any], key: str = "") -> Answer:
            host = f"{brand}.localhost:{stage.port}"
            headers = {"Host": host, "Idempotency-Key": key or str(uuid.uuid4()), "Cookie": cookie}
            path = "/api/v1/holds/"
            if name == "route":
                path = "/hold/"
                about = wish.get("drop") or wish["variant"]
                with contextlib.suppress(ValueError):
                    headers["X-Hold-Ticket"] = tickets.issue(schema=f"b_{brand}", viewer=viewer, about=about)
                headers.setdefault("X-Hold-Ticket", _any_ticket(brand, viewer))
                headers["Origin"] = f"http://{host}"
            sent = {**wish, "show": stage.public_ids[brand]}  # the room's socket counts for its show by itself
            answer = await client.post(f"http://127.0.0.1:{stage.port}{path}", json=sent, headers=headers)
            body = answer.json()
            return ("held", body) if answer.status_code == 201 else (body["code"], body)

        yield by_http


def _any_ticket(brand: str, viewer: Viewer) -> str:
    return tickets.issue(schema=f"b_{brand}", viewer=viewer, about=ids.public_id("var", ids.uuid7()))


@pytest.mark.parametrize("by", DOORS)
@pytest.mark.parametrize(
    ("wish", "outcome"),
    [
        ("plain", "held"),
        ("one", "held"),
        ("in a drop", "held"),
        ("no such", "not_found"),
        ("no id", "invalid_input"),
        ("another's id", "invalid_input"),
        ("none", "invalid_input"),
        ("too many", "invalid_input"),
        ("gone", "sold_out"),
        ("too few", "sold_out"),
        ("over the cap", "cap_reached"),
        ("not open", "drop_not_open"),
        ("no drop", "not_found"),
    ],
)
async def test_every_door_says_the_same(shelf: Shelf, by: str, wish: str, outcome: str) -> None:
    asked = shelf.wish(wish)
    async with door(by, shelf.stage, make_viewer("Noor")) as ask:
        code, answer = await ask(asked)
    assert code == outcome
    if outcome != "held":
        assert answer["detail"], "words for people"
        return
    assert answer["quantity"] == asked.get("quantity", 1)
    assert answer["variant"] == asked["variant"]
    assert list(answer) == [
        "id", "status", "variant", "drop", "name", "variant_name", "image_url", "quantity", "unit_price_minor",
        "total_minor", "currency", "expires_at", "extended",
    ]  # fmt: skip


@pytest.mark.parametrize("first", DOORS)
async def test_a_key_gives_its_hold_again_by_every_door(shelf: Shelf, first: str) -> None:
    """A page that lost its socket asks by the route, then by the API: it is told of one hold, in the same bytes."""
    noor, key, wish = make_viewer("Noor"), str(uuid.uuid4()), shelf.wish("plain")
    told = []
    for by in sorted(DOORS, key=lambda name: name != first):
        async with door(by, shelf.stage, noor) as ask:
            told += [json.dumps(answer) for _, answer in [await ask(wish, key), await ask(wish, key)]]
    assert len(set(told)) == 1
    count = await run_in_brand(shelf.stage.brands["aurora"], Hold.objects.count)
    assert count == 1


@pytest.mark.parametrize("first", DOORS)
@pytest.mark.parametrize("second", DOORS)
async def test_a_key_with_another_wish_is_refused(shelf: Shelf, first: str, second: str) -> None:
    noor, key = make_viewer("Noor"), str(uuid.uuid4())
    async with door(first, shelf.stage, noor) as ask:
        assert (await ask(shelf.wish("one"), key))[0] == "held"
    async with door(second, shelf.stage, noor) as ask:
        assert (await ask(shelf.wish("plain"), key))[0] == "idempotency_key_reused"


@pytest.mark.parametrize("by", DOORS)
async def test_a_refusal_is_not_kept_for_a_key(shelf: Shelf, by: str) -> None:
    """Nothing happened under it, so that asking again may win."""
    aurora, key, gone = shelf.stage.brands["aurora"], str(uuid.uuid4()), ids.parse_public_id("var", shelf.gone)
    async with door(by, shelf.stage, make_viewer("Noor")) as ask:
        assert (await ask(shelf.wish("gone"), key))[0] == "sold_out"
        await run_in_brand(
            aurora, lambda: receive_stock(variant_id=gone, quantity=1, reference="Delivery", actor=ACTOR)
        )
        assert (await ask(shelf.wish("gone"), key))[0] == "held"


@pytest.mark.parametrize("by", ["api", "route"])
async def test_fifty_at_once_under_one_key_are_one_hold(shelf: Shelf, by: str) -> None:
    key = str(uuid.uuid4())
    async with door(by, shelf.stage, make_viewer("Noor")) as ask:
        told = await asyncio.gather(*(ask(shelf.wish("plain"), key) for _ in range(50)))
    assert len({json.dumps(answer) for answer in told}) == 1
    assert told[0][0] == "held"
    assert await run_in_brand(shelf.stage.brands["aurora"], Hold.objects.count) == 1


@pytest.mark.parametrize("by", DOORS)
async def test_a_key_means_nothing_to_another_viewer_nor_in_another_brand(shelf: Shelf, by: str) -> None:
    key, noor, per = str(uuid.uuid4()), make_viewer("Noor"), make_viewer("Per")
    fjord = shelf.stage.brands["fjord"]

    def stock_fjord() -> str:
        variant = make_variant(stock=5)
        set_line_up(show_id=shelf.stage.shows["fjord"], places=[Place(variant.pk)], actor=ACTOR)
        return variant.public_id

    theirs = await run_in_brand(fjord, stock_fjord)
    told = []
    for viewer, brand, wish in (
        (noor, "aurora", shelf.wish("one")),
        (per, "aurora", shelf.wish("plain")),
        (noor, "fjord", {"variant": theirs}),
    ):
        async with door(by, shelf.stage, viewer, brand) as ask:
            told.append(await ask(wish, key))
    assert [code for code, _ in told] == ["held"] * 3
    assert len({answer["id"] for _, answer in told}) == 3


@pytest.mark.parametrize("by", ["api", "route"])
async def test_whom_the_team_shut_out_holds_nothing_two_seconds_later(shelf: Shelf, by: str) -> None:
    """The ticket is still good; the ban is not waited for longer than that. The socket is closed at once
    (tests/chat/test_limits.py)."""
    noor, per = make_viewer("Noor"), make_viewer("Per")
    aurora = shelf.stage.brands["aurora"]
    async with door(by, shelf.stage, noor) as ask, door(by, shelf.stage, per) as other:
        assert (await ask(shelf.wish("one")))[0] == "held"
        await run_in_brand(aurora, lambda: ban_viewer(viewer_key=noor.key, actor=ACTOR))
        async with asyncio.timeout(2):
            while (answer := await ask(shelf.wish("in a drop")))[0] == "held":
                pass
        assert answer[0] == "banned"
        assert (await other(shelf.wish("one")))[0] == "held"
