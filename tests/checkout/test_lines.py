"""Whose turn it is: winners, runners-up, the waitlist; by the sweep, by the API, by a plain form.

Not here: who may enter and what is published (tests/catalog/test_lists.py).
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db.models.functions import Now
from django.test import Client

from catalog.errors import LineFirst, NotSoldOut
from catalog.models import Draw, Drop, Place, Stock
from catalog.selectors import verify_stock
from catalog.selectors.lines import places_of
from catalog.services.drops import announce_drop, close_drop, open_drop
from catalog.services.lists import Asker, draw_list, enter_list
from catalog.services.places import Line
from catalog.services.stock import receive_stock
from catalog.services.waitlist import join_waitlist, leave_line
from checkout.errors import CapReached
from checkout.models import Hold
from checkout.services.ending import expire_holds
from checkout.services.holds import release_hold
from checkout.services.line_mails import mail_offers
from checkout.services.lines import serve_line, serve_lines
from checkout.services.reserving import HoldRequest, reserve_batch
from checkout.services.sandbox_purchases import buy
from kernel import ids
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context
from kernel.viewers import Viewer, new_viewer
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_drop, make_variant
from tests.factories.checkout import make_buyer, make_hold

HOST = "aurora.localhost"


@pytest.fixture(autouse=True)
def _whole(shop: Brand) -> Iterator[None]:
    """Whatever happened, every unit is accounted for."""
    yield
    assert verify_stock().faults == []


def asker(viewer: Viewer, **fields: Any) -> Asker:
    return Asker(viewer_key=viewer.key, **fields)


def drawn(*, units: int, entrants: int, stock: int | None = None) -> tuple[Drop, list[Place]]:
    """A draw that has taken place, and its places in the drawn order."""
    drop = make_drop(mode="draw", units=units, variant_id=make_variant(stock=stock or units).pk)
    announce_drop(drop_id=drop.pk, actor=ACTOR)
    for _ in range(entrants):
        enter_list(drop_id=drop.pk, asker=asker(new_viewer()))
    open_drop(drop_id=drop.pk, actor=ACTOR)
    draw_list(drop_id=drop.pk, actor="system")
    return Drop.objects.get(pk=drop.pk), list(Place.objects.filter(drop=drop).order_by("position"))


def sold_out_drop() -> tuple[Drop, Viewer]:
    """One unit, held by the viewer."""
    drop, viewer = make_drop(units=1, opened=True), new_viewer()
    make_hold(viewer=viewer, variant_id=drop.variant_id, drop_id=drop.pk)
    return Drop.objects.get(pk=drop.pk), viewer


def statuses(places: list[Place]) -> list[str]:
    return [Place.objects.get(pk=place.pk).status for place in places]


def let_end(drop: Drop) -> None:
    """The holds of the drop run out unpaid."""
    Hold.objects.filter(drop=drop, status="active").update(expires_at=Now() - dt.timedelta(seconds=1))
    expire_holds()


def told(type_: str, viewer_key: str) -> int:
    return EventRecord.objects.filter(type=type_, to=viewer_key).count()


class TestWinners:
    def test_the_first_drawn_get_holds_with_a_deadline(self) -> None:
        drop, places = drawn(units=2, entrants=4)
        assert serve_lines() == 2
        assert serve_lines() == 0
        assert statuses(places) == ["offered", "offered", "waiting", "waiting"]
        hold = Hold.objects.get(viewer_key=places[0].viewer_key)
        assert (hold.drop_id, hold.quantity, hold.unit_minor) == (drop.pk, 1, drop.price_minor)
        assert dt.timedelta(minutes=4) < hold.expires_at - hold.created_at <= dt.timedelta(minutes=5, seconds=1)
        assert told("waitlist.offered", places[0].viewer_key) == 1
        assert Drop.objects.get(pk=drop.pk).status == "sold_out"

    def test_a_runner_up_follows_who_does_not_pay(self) -> None:
        drop, places = drawn(units=1, entrants=3)
        serve_lines()
        let_end(drop)
        assert serve_lines() == 1
        assert statuses(places) == ["lapsed", "offered", "waiting"]
        assert told("waitlist.lapsed", places[0].viewer_key) == 1

    def test_who_paid_keeps_it(self) -> None:
        drop, places = drawn(units=1, entrants=2)
        serve_lines()
        Hold.objects.filter(viewer_key=places[0].viewer_key).update(status="converted", ended_at=Now())
        serve_lines()
        assert statuses(places) == ["bought", "waiting"]
        Hold.objects.filter(drop=drop).update(status="active", ended_at=None)  # for the journal's sake

    def test_nobody_out_of_turn_gets_a_unit_while_the_line_waits(self) -> None:
        drop, places = drawn(units=1, entrants=2)
        with pytest.raises(LineFirst):
            make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
        serve_lines()
        let_end(drop)
        with pytest.raises(LineFirst):
            make_hold(variant_id=drop.variant_id, drop_id=drop.pk)
        assert Drop.objects.get(pk=drop.pk).status == "sold_out"
        serve_lines()
        assert statuses(places) == ["lapsed", "offered"]

    def test_what_the_line_leaves_is_for_everybody(self) -> None:
        drop, places = drawn(units=3, entrants=1)
        serve_lines()
        serve_lines()
        assert statuses(places) == ["offered"]
        now = Drop.objects.get(pk=drop.pk)
        assert (now.status, now.by_line, now.list_state, now.units_left) == ("open", False, "over", 2)
        assert make_hold(variant_id=drop.variant_id, drop_id=drop.pk).status == "active"

    def test_a_draw_without_entrants_sells_first_come(self) -> None:
        drop, _ = drawn(units=2, entrants=0)
        serve_lines()
        assert make_hold(variant_id=drop.variant_id, drop_id=drop.pk).status == "active"

    def test_before_the_list_is_drawn_nobody_is_served(self) -> None:
        drop = make_drop(mode="window", window_seconds=10, units=2, opened=True)
        place = enter_list(drop_id=drop.pk, asker=asker(new_viewer()))
        assert serve_lines() == 0
        assert statuses([place]) == ["entered"]
        with pytest.raises(LineFirst):
            make_hold(variant_id=drop.variant_id, drop_id=drop.pk)

    def test_a_closed_drop_serves_nobody(self) -> None:
        drop, places = drawn(units=1, entrants=2)
        close_drop(drop_id=drop.pk, actor=ACTOR)
        assert serve_lines() == 0
        assert statuses(places) == ["waiting", "waiting"]


class TestWaitlist:
    def test_first_in_first_served_when_a_unit_comes_back(self) -> None:
        drop, holder = sold_out_drop()
        people = [new_viewer() for _ in range(3)]
        places = [self.join(drop, viewer) for viewer in people]
        assert serve_lines() == 0
        hold = Hold.objects.get(viewer_key=holder.key)
        release_hold(viewer=holder, hold_id=hold.pk, actor=ACTOR)
        assert serve_lines() == 1
        assert statuses(places) == ["offered", "waiting", "waiting"]
        let_end(drop)
        assert serve_lines() == 1
        assert statuses(places) == ["lapsed", "offered", "waiting"]
        assert [place["ahead"] for place in self.seen_by(people[2])] == [0]

    def test_each_joins_once_and_who_lapsed_goes_to_the_end(self) -> None:
        drop, _ = sold_out_drop()
        ada, lin = new_viewer(), new_viewer()
        first, second = self.join(drop, ada), self.join(drop, lin)
        assert self.join(drop, ada).pk == first.pk
        let_end(drop)
        serve_lines()
        let_end(drop)
        serve_lines()
        assert statuses([first, second]) == ["lapsed", "offered"]
        again = self.join(drop, ada)
        assert again.pk == first.pk
        assert again.position is not None
        assert second.position is not None
        assert again.position > second.position
        assert again.status == "waiting"

    def test_who_left_is_passed_over(self) -> None:
        drop, _ = sold_out_drop()
        ada, lin = new_viewer(), new_viewer()
        first, second = self.join(drop, ada), self.join(drop, lin)
        leave_line(place_id=first.pk, viewer_key=ada.key)
        let_end(drop)
        serve_lines()
        assert statuses([first, second]) == ["left", "offered"]

    def test_it_opens_again_for_all_when_nobody_waits(self) -> None:
        drop, _ = sold_out_drop()
        self.join(drop, new_viewer())
        let_end(drop)
        serve_lines()
        let_end(drop)
        serve_lines()
        now = Drop.objects.get(pk=drop.pk)
        assert (now.status, now.by_line, now.units_left) == ("open", False, 1)

    def test_what_is_not_sold_out_has_none(self) -> None:
        drop = make_drop(units=1, opened=True)
        with pytest.raises(NotSoldOut):
            self.join(drop, new_viewer())

    def test_a_restock_goes_to_those_who_wait(self) -> None:
        """Outside of drops, too."""
        variant, ada = make_variant(stock=0), new_viewer()
        join_waitlist(variant_id=variant.pk, drop_id=None, asker=asker(ada), actor=ACTOR)
        receive_stock(variant_id=variant.pk, quantity=2, reference="Delivery", actor=ACTOR)
        with pytest.raises(LineFirst):
            make_hold(variant_id=variant.pk)
        assert serve_lines() == 1
        hold = Hold.objects.get(viewer_key=ada.key)
        assert hold.expires_at - hold.created_at > dt.timedelta(minutes=9)
        serve_lines()
        assert not Stock.objects.get(pk=variant.pk).by_line
        assert make_hold(variant_id=variant.pk).status == "active"

    def test_who_has_their_share_is_passed_over(self) -> None:
        drop, _ = drawn(units=1, entrants=0, stock=2)
        serve_lines()
        ada, lin = new_viewer(), new_viewer()
        buy(viewer=ada, variant_id=drop.variant_id, drop_id=drop.pk, buyer=make_buyer())
        first, second = self.join(drop, ada), self.join(drop, lin)
        Drop.objects.filter(pk=drop.pk).update(units=2, units_left=1)
        serve_lines()
        assert statuses([first]) == ["lapsed"]
        serve_lines()
        assert statuses([second]) == ["offered"]

    def test_one_mail_to_who_left_an_address(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        drop, _ = sold_out_drop()
        self.join(drop, new_viewer(), email="ada@example.test")
        let_end(drop)
        serve_lines()
        assert (mail_offers(), mail_offers()) == (1, 0)
        (letter,) = mail.outbox
        assert letter.to == ["ada@example.test"]
        assert "It is your turn" in letter.subject
        assert "/checkout/" in letter.body

    def join(self, drop: Drop, viewer: Viewer, **fields: Any) -> Place:
        return join_waitlist(variant_id=drop.variant_id, drop_id=drop.pk, asker=asker(viewer, **fields), actor=ACTOR)

    def seen_by(self, viewer: Viewer) -> list[dict[str, Any]]:
        return places_of(viewer.key)


class TestKilledBetweenTwoLines:
    def test_an_offer_and_its_hold_are_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Killed after the hold and before the offer: neither is there, and the next sweep makes both."""
        drop, places = drawn(units=1, entrants=2)

        def killed(**_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("checkout.services.lines.offer_place", killed)
            with pytest.raises(KeyboardInterrupt):
                serve_lines()
        assert not Hold.objects.filter(drop=drop).exists()
        assert statuses(places) == ["waiting", "waiting"]
        assert serve_lines() == 1
        assert statuses(places) == ["offered", "waiting"]

    def test_an_end_that_nobody_booked_is_booked_by_the_next_sweep(self) -> None:
        drop, places = drawn(units=1, entrants=2)
        serve_lines()
        let_end(drop)  # whoever ended the hold was killed before anything else
        assert statuses(places)[0] == "offered"
        serve_lines()
        assert statuses(places) == ["lapsed", "offered"]


class TestByTheApi:
    def post(self, client: Client, path: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", HTTP_HOST=HOST)

    def test_entering_again_is_the_same_place_and_another_nickname_on_the_device_has_none(self) -> None:
        drop = announce_drop(drop_id=make_drop(mode="draw").pk, actor=ACTOR)
        client = Client()
        first = self.post(client, f"drops/{drop.public_id}/entry/", {})
        assert first.status_code == 201, first.content
        assert first.json()["status"] == "entered"
        again = self.post(client, f"drops/{drop.public_id}/entry/", {})
        assert again.json()["id"] == first.json()["id"]
        me = client.get("/api/v1/me/", HTTP_HOST=HOST).json()
        assert [place["id"] for place in me["places"]] == [first.json()["id"]]
        del client.cookies["vt_viewer"]
        other = self.post(client, f"drops/{drop.public_id}/entry/", {})
        assert (other.status_code, other.json()["code"]) == (409, "place_taken")

    def test_a_place_is_given_up_by_its_holder_alone(self) -> None:
        drop, _ = sold_out_drop()
        client, stranger = Client(), Client()
        body = {"variant": drop.variant.public_id, "drop": drop.public_id}
        place = self.post(client, "waitlist/", body).json()
        assert (place["status"], place["ahead"]) == ("waiting", 0)
        assert self.post(stranger, "waitlist/", body).json()["ahead"] == 1
        path = f"/api/v1/places/{place['id']}/"
        assert stranger.delete(path, HTTP_HOST=HOST).status_code == 404
        assert client.delete(path, HTTP_HOST=HOST).status_code == 204
        assert Place.by_public_id(place["id"]).status == "left"

    def test_a_draw_is_public_but_not_before_it_is_told(self) -> None:
        drop = make_drop(mode="draw", units=1)
        path = f"/api/v1/drops/{drop.public_id}/draw/"
        assert Client().get(path, HTTP_HOST=HOST).status_code == 404
        announce_drop(drop_id=drop.pk, actor=ACTOR)
        enter_list(drop_id=drop.pk, asker=asker(new_viewer()))
        told = Client().get(path, HTTP_HOST=HOST).json()
        assert (told["seed"], told["root"], told["lines"], told["order"]) == ("", "", [], [])
        open_drop(drop_id=drop.pk, actor=ACTOR)
        told = Client().get(path, HTTP_HOST=HOST).json()
        assert told["seed"] == ""
        assert len(told["lines"]) == 1
        draw_list(drop_id=drop.pk, actor="system")
        told = Client().get(path, HTTP_HOST=HOST).json()
        assert told["seed"] == Draw.objects.get(pk=drop.pk).seed
        assert len(told["order"]) == 1
        page = Client().get(f"/drops/{drop.public_id}/draw/", HTTP_HOST=HOST)
        assert told["seed"] in page.content.decode()
        assert told["order"][0] in page.content.decode()

    def test_a_lapse_leaves_the_published_order_as_it_was(self) -> None:
        drop, places = drawn(units=1, entrants=3)
        path = f"/api/v1/drops/{drop.public_id}/draw/"
        before = Client().get(path, HTTP_HOST=HOST).json()["order"]
        serve_lines()
        let_end(drop)
        serve_lines()
        loser = Viewer(id=_uuid_of(places[0].viewer_key))
        join_waitlist(variant_id=drop.variant_id, drop_id=drop.pk, asker=asker(loser), actor=ACTOR)
        assert Client().get(path, HTTP_HOST=HOST).json()["order"] == before

    def test_by_a_plain_form(self) -> None:
        drop, _ = sold_out_drop()
        client = Client()
        query = {"variant": drop.variant.public_id, "drop": drop.public_id}
        page = client.get("/line/", query, HTTP_HOST=HOST)
        assert "Join the waitlist" in page.content.decode()
        joined = client.post("/line/", {**query, "email": "noor@example.test"}, HTTP_HOST=HOST)
        assert "You are next in line." in joined.content.decode()
        assert Place.objects.get(drop=drop).email == "noor@example.test"
        wrong = client.post("/line/", {**query, "email": "noor"}, HTTP_HOST=HOST)
        assert wrong.status_code == 422


class TestCaps:
    def test_a_device_has_what_a_buyer_may_have_whatever_its_nickname(self) -> None:
        drop = make_drop(units=5, opened=True)
        one, other = (HoldRequest(new_viewer(), drop.variant_id, drop_id=drop.pk, device="d" * 32) for _ in range(2))
        third = HoldRequest(new_viewer(), drop.variant_id, drop_id=drop.pk, device="e" * 32)
        answers = [reserve_batch(requests=[request])[0] for request in (one, other, third)]
        assert [type(answer) for answer in answers] == [Hold, CapReached, Hold]


def test_a_line_of_one_brand_is_not_served_by_another(fjord: Brand) -> None:
    drop, places = drawn(units=1, entrants=1)
    with brand_context(fjord):
        assert serve_lines() == 0
    assert statuses(places) == ["waiting"]
    assert serve_line(line=_line(drop)) == 1


def _line(drop: Drop) -> Line:
    return Line(drop.variant_id, drop.pk)


def _uuid_of(viewer_key: str) -> uuid.UUID:
    return ids.parse_public_id("vwr", viewer_key)
