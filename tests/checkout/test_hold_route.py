"""The route before Django: whom it lets in, what it takes, and that it answers on every server.

Not here: what a hold may be refused for, which all doors say alike (tests/chat/test_hold_doors.py), and the
queue (test_hold_queues).
"""

import asyncio
import datetime as dt
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from chat.shut_out import require_admitted_by_log
from checkout.doors.http import MOST_BYTES, HoldDoor
from checkout.doors.queues import TAPS
from checkout.models import Hold
from kernel import clock, ids
from kernel.tenancy import brand_context, public_context, run_in_brand
from tenants.models import Brand
from tests.checkout.doorstep import Doorstep, code_of
from tests.factories.catalog import make_drop, make_variant

SHOW = ids.public_id("shw", uuid.UUID(int=7))


@pytest.fixture
def serum(live_brands: dict[str, Brand]) -> str:
    with brand_context(live_brands["aurora"]):
        return make_variant(name="Dawn Serum", stock=10).public_id


@pytest.fixture
async def noor(live_brands: dict[str, Brand]) -> AsyncIterator[Doorstep]:
    door: Any = HoldDoor(admit=require_admitted_by_log)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=door)) as client:
        yield Doorstep(client)


async def test_a_hold_is_answered_as_the_api_does(noor: Doorstep, serum: str, live_brands: dict[str, Brand]) -> None:
    answer = await noor.ask({"variant": serum, "quantity": 2})
    assert code_of(answer) == (201, "")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    hold = await run_in_brand(live_brands["aurora"], Hold.objects.get)
    told = answer.json()
    assert (told["id"], told["name"], told["quantity"]) == (hold.public_id, "Dawn Serum", 2)
    assert told["expires_at"] == clock.isoformat(hold.expires_at)
    assert hold.viewer_key == noor.viewer.key


async def test_an_ending_ticket_is_refused_and_says_so(noor: Doorstep, serum: str) -> None:
    with clock.shifted(-dt.timedelta(seconds=901)):
        old = noor.ticket(serum)
    assert code_of(await noor.ask({"variant": serum}, x_hold_ticket=old)) == (401, "ticket_expired")
    with clock.shifted(-dt.timedelta(seconds=890)):
        fresh = noor.ticket(serum)
    assert code_of(await noor.ask({"variant": serum}, x_hold_ticket=fresh)) == (201, "")


async def test_no_ticket_but_ones_own_opens(noor: Doorstep, serum: str) -> None:
    good = noor.ticket(serum)
    foreign = Doorstep(noor.client, brand="fjord", viewer=noor.viewer).ticket(serum)
    changed = [
        good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :] for place in range(len(good) - 2)
    ]
    for ticket in (None, "", "x", "ü", good[:-4], good + "AAAA", foreign, *changed):
        assert code_of(await noor.ask({"variant": serum}, x_hold_ticket=ticket)) == (401, "ticket_invalid")
    assert code_of(await noor.ask({"variant": serum}, x_hold_ticket=good)) == (201, "")


async def test_a_ticket_opens_what_it_is_for(noor: Doorstep, serum: str, live_brands: dict[str, Brand]) -> None:
    def stock() -> tuple[str, str]:
        drop = make_drop(units=5, opened=True)
        return ids.public_id("var", drop.variant_id), drop.public_id

    variant, drop = await run_in_brand(live_brands["aurora"], stock)
    other = (403, "ticket_for_other")
    assert code_of(await noor.ask({"variant": serum}, ticket_for=variant)) == other
    assert code_of(await noor.ask({"variant": variant, "drop": drop}, ticket_for=variant)) == other
    assert code_of(await noor.ask({"variant": serum}, ticket_for=drop)) == other
    assert code_of(await noor.ask({"variant": serum}, ticket_for=SHOW)) == other
    assert code_of(await noor.ask({"variant": serum, "show": SHOW}, ticket_for=SHOW)) == (422, "not_sold_in_show")
    assert code_of(await noor.ask({"variant": variant, "drop": drop}, ticket_for=drop)) == (201, "")


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"origin": None}, (403, "origin_refused")),
        ({"origin": "null"}, (403, "origin_refused")),
        ({"origin": "http://fjord.localhost"}, (403, "origin_refused")),
        ({"origin": "http://aurora.localhost:81"}, (403, "origin_refused")),
        ({"origin": "http://aurora.localhost.evil.test"}, (403, "origin_refused")),
        ({"host": "nobody.localhost", "origin": "http://nobody.localhost"}, (404, "brand_unknown")),
        ({"host": "localhost", "origin": "http://localhost"}, (404, "brand_unknown")),
        ({"host": "", "origin": "http://"}, (404, "brand_unknown")),
        ({"idempotency_key": None}, (400, "idempotency_key_missing")),
        ({"idempotency_key": ""}, (400, "idempotency_key_missing")),
        ({"idempotency_key": "k" * 256}, (400, "idempotency_key_missing")),
        ({"idempotency_key": "any text of mine"}, (201, "")),
        ({"content_type": None}, (415, "unsupported_media_type")),
        ({"content_type": "text/plain"}, (415, "unsupported_media_type")),
        ({"content_type": "application/x-www-form-urlencoded"}, (415, "unsupported_media_type")),
        ({"content_type": "application/json; charset=utf-8"}, (201, "")),
        ({"method": "GET"}, (405, "method_not_allowed")),
        ({"method": "OPTIONS"}, (405, "method_not_allowed")),
    ],
)
async def test_each_header_counts(noor: Doorstep, serum: str, change: dict[str, Any], outcome: tuple[int, str]) -> None:
    assert code_of(await noor.ask({"variant": serum}, **change)) == outcome


async def test_two_hosts_are_none(noor: Doorstep, serum: str) -> None:
    """A proxy and this process must not take the request for two different brands' ones."""
    headers = [("Host", noor.host), ("Host", "fjord.localhost"), ("Origin", f"http://{noor.host}")]
    headers += [("X-Hold-Ticket", noor.ticket(serum)), ("Idempotency-Key", "k"), ("Content-Type", "application/json")]
    answer = await noor.client.post("http://127.0.0.1/hold/", json={"variant": serum}, headers=headers)
    assert code_of(answer) == (404, "brand_unknown")


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", (400, "malformed")),
        (b"{", (400, "malformed")),
        (b"\xff\xfe", (400, "malformed")),
        (b"[" * 2000, (400, "malformed")),
        (b'"var"', (422, "invalid_input")),
        (b"[]", (422, "invalid_input")),
        (b"null", (422, "invalid_input")),
        (b"{}", (422, "invalid_input")),
        (b'{"variant": 5}', (422, "invalid_input")),
        (b'{"variant": null}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "quantity": "two"}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "quantity": true}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "quantity": 1e999}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "colour": "red"}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "drop": ["x"]}', (422, "invalid_input")),
        (b'{"variant": "VARIANT", "price_minor": 1}', (422, "price_tampered")),
        (b'{"variant": "VARIANT", "quantity": "2"}', (201, "")),
    ],
)
async def test_a_body_is_taken_as_the_api_takes_it(
    noor: Doorstep, serum: str, body: bytes, outcome: tuple[int, str]
) -> None:
    answer = await noor.ask(body.replace(b"VARIANT", serum.encode()), ticket_for=serum)
    assert code_of(answer) == outcome


async def test_no_more_is_read_than_a_wish_can_have(noor: Doorstep, serum: str) -> None:
    filled = b'{"variant": "%s"%s}' % (serum.encode(), b" " * MOST_BYTES)
    fits = b'{"variant": "%s"%s}' % (serum.encode(), b" " * (MOST_BYTES - 14 - len(serum) - 1))
    assert len(fits) <= MOST_BYTES
    for length in (str(len(filled)), "5", "x"):  # what it says of itself does not count
        answer = await noor.ask(filled, ticket_for=serum, content_length=length)
        assert code_of(answer) == (413, "body_too_large")
    assert code_of(await noor.ask(fits, ticket_for=serum)) == (201, "")


@pytest.mark.parametrize(("status", "outcome"), [("suspended", 403), ("provisioning", 503)])
async def test_a_brand_that_is_not_open_holds_nothing(
    noor: Doorstep, serum: str, live_brands: dict[str, Brand], status: str, outcome: int
) -> None:
    def close() -> None:
        with public_context():
            Brand.objects.filter(slug="aurora").update(status=status)

    await run_in_brand(live_brands["aurora"], close)
    answer = await noor.ask({"variant": serum})
    assert code_of(answer) == (outcome, {403: "brand_suspended", 503: "brand_not_ready"}[outcome])


async def test_fifty_at_once_under_one_key_are_one_hold(
    noor: Doorstep, serum: str, live_brands: dict[str, Brand]
) -> None:
    answers = await asyncio.gather(*(noor.ask({"variant": serum}, idempotency_key="the same") for _ in range(50)))
    assert {code_of(answer) for answer in answers} == {(201, "")}
    assert len({answer.content for answer in answers}) == 1
    assert await run_in_brand(live_brands["aurora"], Hold.objects.count) == 1


async def test_one_viewer_taps_so_often_and_no_more(noor: Doorstep, serum: str) -> None:
    codes = [code_of(answer) for answer in await asyncio.gather(*(noor.ask({"variant": serum}) for _ in range(70)))]
    assert TAPS <= codes.count((201, "")) < 70
    assert set(codes) == {(201, ""), (429, "rate_limited")}
    other = Doorstep(noor.client)
    assert code_of(await other.ask({"variant": serum})) == (201, "")
