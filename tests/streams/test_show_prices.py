"""Prices of a show: planned on the editor without script, held to while it is live, closed with it."""

import re
import uuid

import pytest
from django.test import Client

from catalog.selectors.choices import SpecialChoice, special_prices_of_show
from checkout.services.holds import create_hold
from kernel import ids
from kernel.money import Money
from kernel.tenancy import brand_context
from streams.errors import NotInLineUp, PlanClosed, PriceNotInShow
from streams.models import Cue, Show
from streams.selectors.line_up import line_up_rows
from streams.services.cues import add_cue
from streams.services.line_up import Place, set_line_up
from streams.services.on_air import end_show
from streams.services.run_of_show import fire_cue
from streams.services.schedule import cancel_show
from streams.services.show_prices import close_show_price, plan_show_price
from tenants.models import Brand
from tests.factories.catalog import make_variant
from tests.factories.chat import make_viewer
from tests.factories.streams import ACTOR, make_live_show, make_scheduled_show
from tests.streams.test_api import Api, answer
from tests.streams.test_studio import sign_in, text

EUR = "EUR"


@pytest.fixture
def host(aurora: Brand) -> Client:
    return sign_in("host")


@pytest.fixture
def show(aurora: Brand) -> Show:
    with brand_context(aurora):
        show = make_scheduled_show()
        variant = make_variant(name="Dawn serum", price=4600, stock=20)
        set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    return show


def terms(host: Client, show: Show, **changes: str) -> dict[str, str]:
    page = text(host.get(f"/studio/shows/{show.public_id}/"))
    found = re.search(r'<select name="variant"[^>]*id="price-variant"[^>]*>\s*<option value="(var_[^"]+)"', page)
    assert found is not None, "the form offers the line-up"
    return {"variant": found[1], "kind": "flash", "price": "39.50", "minutes": "1.5", **changes}


def only(brand: Brand, show: Show) -> SpecialChoice:
    with brand_context(brand):
        [price] = special_prices_of_show(show.pk)
    return price


def test_a_flash_price_is_planned_cued_opened_and_closed(aurora: Brand, host: Client, show: Show) -> None:
    path = f"/studio/shows/{show.public_id}/"
    assert host.post(f"{path}prices/", terms(host, show))["Location"] == f"{path}#prices"
    price = only(aurora, show)
    assert (price.kind, price.money, price.run_seconds, price.status) == ("flash", Money(3950, EUR), 90, "planned")
    page = text(host.get(path))
    assert "Flash price €39.50 instead of €46, for 1:30 min." in page
    assert f'<option value="{price.public_id}">Dawn serum at €39.50</option>' in page, "the cues' form offers it"
    cue = {"kind": "flash", "title": "Flash", "minute": "3", "special": price.public_id}
    assert host.post(f"{path}cues/", cue).status_code == 302
    assert "In the run of show at 3:00: Flash." in text(host.get(path))
    one = f"{path}prices/{price.public_id}/"
    assert host.post(one, {"act": "open"}).status_code == 302
    assert "Holds now" in text(host.get(path))
    assert "cannot become open" in text(host.post(one, {"act": "open"}, follow=True))
    assert host.post(one, {"act": "close"}).status_code == 302
    assert only(aurora, show).status == "closed"
    with brand_context(aurora):
        assert not Cue.objects.filter(show=show).exists(), "the cue that was to open it is struck"


def test_what_is_wrong_stands_at_its_field(aurora: Brand, host: Client, show: Show) -> None:
    path = f"/studio/shows/{show.public_id}/prices/"
    for changes, words in (
        ({"price": "46"}, "It costs €46 today. Enter less"),
        ({"price": "39.505"}, "2 decimal places"),
        ({"minutes": "0.01"}, "greater than or equal"),
        ({"variant": "var_nothing"}, "Select a valid choice"),
    ):
        refused = host.post(path, terms(host, show, **changes))
        assert refused.status_code == 422
        assert words in text(refused)
    with brand_context(aurora):
        assert special_prices_of_show(show.pk) == []
    strange = ids.public_id("spp", ids.uuid7())
    for name in (strange, "spp_x"):
        assert host.post(f"{path}{name}/", {"act": "close"}).status_code == 404


def test_a_show_price_holds_while_the_show_is_live_and_for_its_viewers_alone(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant = make_variant(price=4600, stock=20)
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    plan_show_price(show_id=show.pk, variant_id=variant.pk, kind="show", price=Money(3800, EUR), actor=ACTOR)
    [row] = line_up_rows(show)
    assert (row.price, row.was_price, row.low_price_30d) == (Money(3800, EUR), Money(4600, EUR), Money(4600, EUR))

    def held(show_id: uuid.UUID | None) -> int:
        hold = create_hold(
            viewer=make_viewer(),
            variant_id=variant.pk,
            quantity=1,
            show_id=show_id,
            actor=ACTOR,
        )
        return hold.unit_minor

    assert (held(show.pk), held(None)) == (3800, 4600)
    viewer = make_viewer()
    kept = create_hold(viewer=viewer, variant_id=variant.pk, quantity=1, show_id=show.pk, actor=ACTOR)
    end_show(show_id=show.pk, actor=ACTOR)
    assert held(show.pk) == 4600
    kept.refresh_from_db()
    assert kept.unit_minor == 3800, "a hold keeps the price that it was made at"
    again = create_hold(viewer=viewer, variant_id=variant.pk, quantity=1, show_id=show.pk, actor=ACTOR)
    assert (again.pk, again.unit_minor) == (kept.pk, 3800)


def test_going_live_opens_and_calling_off_strikes(in_aurora: Brand) -> None:
    show, variant = make_scheduled_show(), make_variant(price=4600)
    set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    plan_show_price(show_id=show.pk, variant_id=variant.pk, kind="show", price=Money(3800, EUR), actor=ACTOR)
    [row] = line_up_rows(show)
    assert row.price == Money(4600, EUR)
    cancel_show(show_id=show.pk, actor=ACTOR)
    [price] = special_prices_of_show(show.pk)
    assert price.status == "closed"
    with pytest.raises(PlanClosed):
        plan_show_price(show_id=show.pk, variant_id=variant.pk, kind="show", price=Money(3800, EUR), actor=ACTOR)


def test_a_cue_opens_a_flash_price_and_shows_its_product(in_aurora: Brand) -> None:
    show, _ = make_live_show()
    variant, other = make_variant(price=4600), make_variant(price=4600)
    set_line_up(show_id=show.pk, places=[Place(variant.pk, is_hidden=True)], actor=ACTOR)
    with pytest.raises(NotInLineUp):
        plan_show_price(show_id=show.pk, variant_id=other.pk, kind="flash", price=Money(1, EUR), actor=ACTOR)
    price_id = plan_show_price(
        show_id=show.pk, variant_id=variant.pk, kind="flash", price=Money(3000, EUR), run_seconds=60, actor=ACTOR
    )
    payload = {"price_id": ids.public_id("spp", price_id)}
    cue = add_cue(show_id=show.pk, kind="flash", title="Flash", payload=payload, actor=ACTOR)
    fire_cue(show_id=show.pk, cue_id=cue.pk, actor=ACTOR)
    [row] = line_up_rows(show)
    assert (row.state, row.price) == ("low", Money(3000, EUR))
    assert row.price_until is not None
    with pytest.raises(PriceNotInShow):
        close_show_price(show_id=make_scheduled_show().pk, price_id=price_id, actor=ACTOR)


def test_the_api_plans_opens_lists_and_closes(aurora: Brand) -> None:
    api = Api(aurora, ["shows:read", "shows:write", "products:read", "products:write"])
    with brand_context(aurora):
        show, variant = make_scheduled_show(), make_variant(price=4600)
        set_line_up(show_id=show.pk, places=[Place(variant.pk)], actor=ACTOR)
    wanted = {"variant": variant.public_id, "kind": "flash", "price_minor": 3000, "currency": EUR}
    path = f"shows/{show.public_id}/prices/"
    made = answer(api("POST", path, wanted, idempotency_key="one"))
    assert answer(api("POST", path, wanted, idempotency_key="one")) == made
    assert [row["id"] for row in answer(api("GET", path))] == [made["id"]]
    refused = api("POST", path, {**wanted, "price_minor": 4600}, idempotency_key="two")
    assert (refused.status_code, answer(refused)["code"]) == (422, "special_price_too_high")
    everywhere = {key: value for key, value in wanted.items() if key != "kind"}
    shop = answer(api("POST", "special-prices/", {**everywhere, "run_seconds": 60}, idempotency_key="three"))
    assert (shop["show"], shop["kind"], shop["status"]) == (None, "flash", "planned")
    one = f"special-prices/{shop['id']}/"
    opened = answer(api("POST", f"{one}open/", idempotency_key="four"))
    assert (opened["status"], opened["ends_at"] is not None) == ("open", True)
    assert answer(api("GET", "special-prices/?status=open"))["data"] == [opened]
    assert answer(api("POST", f"{one}close/", idempotency_key="five"))["status"] == "closed"
    assert answer(api("GET", one))["status"] == "closed"
    assert api("GET", "special-prices/spp_x/").status_code == 404
