"""Drops of a show: planned, changed and struck on the editor without script, closed with the show."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from catalog.readers import close_drops_with_show
from catalog.selectors.choices import drops_of_show
from catalog.services.drops import announce_drop, open_drop
from catalog.services.stock import hold_stock
from config.wiring import READERS
from kernel import ids
from kernel.eventlog.cursors import drain
from kernel.eventlog.models import EventRecord
from kernel.eventlog.sequencer import order_pending
from kernel.money import Money
from kernel.tenancy import brand_context
from streams.errors import NotInLineUp
from streams.models import Cue, Show
from streams.services.cues import add_cue
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import end_show
from streams.services.run_of_show import fire_cue
from streams.services.schedule import cancel_show
from streams.services.show_drops import DropTerms, plan_show_drop
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.streams import ACTOR, make_live_show, make_scheduled_show
from tests.streams.test_studio import sign_in, text


@pytest.fixture
def host(aurora: Brand) -> Client:
    return sign_in("host")


@pytest.fixture
def show(aurora: Brand) -> Show:
    """Planned on the clock of Paris, with one product of which 62 are free."""
    with brand_context(aurora):
        show = make_scheduled_show(time_zone="Europe/Paris")
        variant = make_variant(name="Dawn serum", stock=62)
        set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    return show


def terms(variant: str = "", **changes: str) -> dict[str, str]:
    wanted = {
        "variant": variant, "title": "First batch", "units": "50", "price": "29.50", "per_buyer": "2",
        "opens": "hand", "opens_at": "", "minutes": "1.5",
    }  # fmt: skip
    return {**wanted, **changes}


def variant_of(host: Client, show: Show) -> str:
    page = text(host.get(f"/studio/shows/{show.public_id}/"))
    found = re.search(r'<select name="variant"[^>]*id="drop-variant"[^>]*>\s*<option value="(var_[^"]+)"', page)
    assert found is not None, "the form offers the line-up"
    return found[1]


def test_a_drop_is_planned_changed_cued_and_struck(aurora: Brand, host: Client, show: Show) -> None:
    path = f"/studio/shows/{show.public_id}/"
    planned = host.post(f"{path}drops/", terms(variant_of(host, show)))
    assert planned["Location"] == f"{path}#drops"
    with brand_context(aurora):
        [drop] = drops_of_show(show.pk)
    assert (drop.units, drop.price, drop.per_buyer, drop.opens_at, drop.run_seconds, drop.status) == (
        50, Money(2950, "EUR"), 2, None, 90, "scheduled",
    )  # fmt: skip
    page = text(host.get(path))
    assert "Dawn serum. 50 units at €29.50, 2 per buyer. Opens by hand, runs 1:30 min." in page
    assert 'value="1.5"' in page
    assert f'<option value="{drop.public_id}">First batch, 50 units</option>' in page, "the cues' form offers it"

    one = f"{path}drops/{drop.public_id}/"
    timed = terms(opens="time", opens_at="2099-01-10T19:45", minutes="", units="62", act="save")
    assert host.post(one, timed).status_code == 302
    with brand_context(aurora):
        [drop] = drops_of_show(show.pk)
    assert drop.opens_at == dt.datetime(2099, 1, 10, 18, 45, tzinfo=dt.UTC)
    assert (drop.units, drop.run_seconds) == (62, None)
    page = text(host.get(path))
    assert "Opens Sat 10 Jan, 19:45." in page
    assert 'value="2099-01-10T19:45"' in page

    cue = {"kind": "drop", "title": drop.title, "drop": drop.public_id, "minute": "12"}
    assert host.post(f"{path}cues/", cue).status_code == 302
    assert "In the run of show at 12:00" in text(host.get(path))
    assert host.post(one, {"act": "close"}).status_code == 302
    with brand_context(aurora):
        assert drops_of_show(show.pk)[0].status == "closed"
        assert not Cue.objects.exists(), "its cue would open nothing"
    assert "A drop that is closed" in text(host.post(one, {"act": "close"}, follow=True))


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"units": "63"}, "units", "62 are free. Lower it to 62, or restock first."),
        ({"title": ""}, "title", "This field is required."),
        ({"price": "0"}, "price", "Enter a price above zero"),
        ({"price": "29.555"}, "price", "no more than 2 decimal places"),
        ({"per_buyer": "51"}, "per_buyer", "1 to 50"),
        ({"variant": "var_none"}, "variant", "Select a valid choice"),
        ({"opens": "time"}, "opens_at", "Choose the day and the time"),
        ({"opens": "time", "opens_at": "2020-01-01T10:00"}, "opens_at", "That is over"),
        ({"opens": "time", "opens_at": "soon"}, "opens_at", "Enter a valid date/time"),
        ({"minutes": "0.01"}, "minutes", "greater than or equal to 0.17"),
    ],
)
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    aurora: Brand, host: Client, show: Show, wrong: dict[str, str], field: str, words: str
) -> None:
    path = f"/studio/shows/{show.public_id}/"
    typed = {**terms(variant_of(host, show), title="Kept as typed"), **wrong}
    refused = host.post(f"{path}drops/", typed)
    page = text(refused)
    assert refused.status_code == 422
    at_field = re.search(rf'id="drop-{field}_error"[^>]*>.*?<span>(.*?)</span>', page, re.DOTALL)
    assert at_field is not None, "the error stands at the field"
    assert words in at_field[1]
    assert typed["title"] in page
    assert "<details open>" in page
    with brand_context(aurora):
        assert drops_of_show(show.pk) == []
        plan_show_drop(show_id=show.pk, variant_id=show.line_up.get().variant_id, terms=some_terms(), actor=ACTOR)
        before = drops_of_show(show.pk)
    if field == "variant":  # only asked of a new one
        return
    again = host.post(f"{path}drops/{before[0].public_id}/", {**typed, "act": "save"})
    assert again.status_code == 422
    assert re.search(rf'id="{before[0].public_id}-{field}_error"', text(again))
    with brand_context(aurora):
        assert drops_of_show(show.pk) == before


def some_terms(units: int = 5) -> DropTerms:
    return DropTerms("First batch", units, Money(2900, "EUR"), 1, None, None)


def test_only_hosts_plan_and_only_drops_of_this_show(aurora: Brand, fjord: Brand, host: Client, show: Show) -> None:
    with brand_context(aurora):
        elsewhere = make_drop()
    path = f"/studio/shows/{show.public_id}/drops/"
    variant = variant_of(host, show)
    assert sign_in("moderator").post(path, terms(variant)).status_code == 403
    assert sign_in("owner", "fjord").post(path, terms(variant)).status_code == 404
    for act in ("close", "save"):
        assert host.post(f"{path}{elsewhere.public_id}/", {**terms(), "act": act}).status_code == 404
    with brand_context(aurora):
        assert drops_of_show(show.pk) == []
        with pytest.raises(NotInLineUp):
            plan_show_drop(show_id=show.pk, variant_id=elsewhere.variant_id, terms=some_terms(), actor=ACTOR)


def test_what_viewers_know_is_not_changed(aurora: Brand, host: Client, show: Show) -> None:
    with brand_context(aurora):
        plan_show_drop(show_id=show.pk, variant_id=show.line_up.get().variant_id, terms=some_terms(), actor=ACTOR)
        [drop] = drops_of_show(show.pk)
        announce_drop(drop_id=drop.id, actor=ACTOR)
    path = f"/studio/shows/{show.public_id}/"
    refused = host.post(f"{path}drops/{drop.public_id}/", {**terms(), "act": "save"})
    assert refused.status_code == 422
    assert "Close it, and plan another." in text(refused)
    page = text(host.get(path))
    assert "Announced" in page
    assert "Save the drop" not in page


def over(show: Show, how: Any) -> None:
    """The show is over, and the reaction has run twice: a reader may be run again."""
    how(show_id=show.pk, actor=ACTOR)
    order_pending()
    reader = next(reader for reader in READERS if reader.handle is close_drops_with_show)
    assert drain(reader) == 1
    assert drain(reader) == 0


def test_drops_close_with_their_show(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variants = [make_variant(stock=10) for _ in range(3)]
    set_line_up(show_id=show.pk, places=[Place(variant.pk) for variant in variants], actor=ACTOR)
    opened, sold, waiting = (
        plan_show_drop(show_id=show.pk, variant_id=variant.pk, terms=some_terms(), actor=ACTOR) for variant in variants
    )
    other = make_drop(opened=True)
    [first, *_] = drops_of_show(show.pk)
    cue = add_cue(show_id=show.pk, kind="drop", title="Open", payload={"drop_id": first.public_id}, actor=ACTOR)
    fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    open_drop(drop_id=sold, actor=ACTOR)
    hold_stock(variant_id=variants[1].pk, quantity=5, reference="hold", drop_id=sold, actor=ACTOR)
    assert [drop.status for drop in drops_of_show(show.pk)] == ["open", "sold_out", "scheduled"]
    over(show, end_show)
    assert [(drop.id, drop.status) for drop in drops_of_show(show.pk)] == [
        (opened, "closed"), (sold, "closed"), (waiting, "closed"),
    ]  # fmt: skip
    told = EventRecord.objects.filter(topic=f"show:{show.pk}", type__in=["drop.closed", "drop.struck"]).order_by("id")
    closed = [(record.type, record.data["drop_id"]) for record in told]
    assert closed == [
        ("drop.closed", ids.public_id("drp", opened)),
        ("drop.closed", ids.public_id("drp", sold)),
        ("drop.struck", ids.public_id("drp", waiting)),
    ]
    other.refresh_from_db()
    assert other.status == "open"


def test_a_show_that_is_called_off_opens_no_drop(aurora: Brand, show: Show) -> None:
    with brand_context(aurora):
        plan_show_drop(show_id=show.pk, variant_id=show.line_up.get().variant_id, terms=some_terms(), actor=ACTOR)
        over(show, cancel_show)
        assert drops_of_show(show.pk)[0].is_over


def test_a_draw_is_planned_in_plain_words_announced_and_shown(aurora: Brand, host: Client, show: Show) -> None:
    path = f"/studio/shows/{show.public_id}/"
    page = text(host.get(path))
    assert "Draw: people enter until it opens, then it is drawn for all to check" in page
    refused = host.post(f"{path}drops/", terms(variant_of(host, show)) | {"mode": "window"})
    assert "Enter how many seconds count as the same moment" in text(refused)
    host.post(f"{path}drops/", terms(variant_of(host, show)) | {"mode": "draw", "window_seconds": "20"})
    with brand_context(aurora):
        [drop] = drops_of_show(show.pk)
    assert (drop.mode, drop.window_seconds, drop.list_state) == ("draw", None, "none")
    announced = text(host.post(f"{path}drops/{drop.public_id}/", {"act": "announce"}, follow=True))
    assert "Draw open, 0 entered" in announced
    assert f'href="/drops/{drop.public_id}/draw/"' in announced
    assert host.get(f"/drops/{drop.public_id}/draw/").status_code == 200
    assert "A drop that is announced" in text(
        host.post(f"{path}drops/{drop.public_id}/", {"act": "announce"}, follow=True)
    )
