"""The staged brands are whole: whatever one part names, another part has."""

import pytest

from demo.film import ART, SHOTS
from demo.stage import BRANDS
from demo.stage.pieces import StagedBrand, StagedShow
from demo.stage.talk import GUESTS, PRODUCTS

brands = pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.slug)


def shows_of(brand: StagedBrand) -> list[StagedShow]:
    return [show for show in (brand.past.show, brand.coming, brand.tonight) if show is not None]


def stock_of(brand: StagedBrand) -> dict[str, int]:
    return {variant.sku: variant.stock for product in brand.products for variant in product.variants}


@brands
def test_every_drawing_is_there(brand: StagedBrand) -> None:
    names = [f"{product.picture}.jpg" for product in brand.products]
    names += [f"{brand.slug}-{kind}.png" for kind in ("logo", "logo-night", "mark")] + [f"scene-{brand.slug}.jpg"]
    assert [name for name in names if not (ART / name).is_file()] == []
    assert brand.slug in SHOTS


@brands
def test_shows_name_goods_that_exist(brand: StagedBrand) -> None:
    stock = stock_of(brand)
    for show in shows_of(brand):
        named = {*show.line_up, *show.notes, *(cue.sku for cue in show.cues if cue.kind == "pin")}
        assert named <= set(stock), show.slug
        assert {cue.sku for cue in show.cues if cue.kind == "pin"} <= set(show.line_up)
        assert all(len(cue.answers) >= 2 for cue in show.cues if cue.kind == "poll")


@brands
def test_drops_are_in_stock_and_have_a_cue(brand: StagedBrand) -> None:
    for show in shows_of(brand):
        cues = [cue for cue in show.cues if cue.kind == "drop"]
        assert len(cues) == (1 if show.drop else 0), show.slug
        if show.drop:
            assert show.drop.sku in show.line_up
            assert show.drop.units <= stock_of(brand)[show.drop.sku]


@brands
def test_a_shelf_has_three_left_and_another_none_after_the_past_show(brand: StagedBrand) -> None:
    drop = brand.past.show.drop
    assert drop is not None
    assert drop.units == stock_of(brand)[drop.sku] == len(brand.shoppers) * drop.per_buyer
    assert 3 in stock_of(brand).values()


@brands
def test_shoppers_live_where_the_brand_delivers_and_taxes(brand: StagedBrand) -> None:
    delivered = {country for delivery in brand.deliveries for country in delivery.countries}
    assert {shopper.country for shopper in brand.shoppers} <= delivered <= set(brand.tax_rates)


@brands
def test_the_past_show_ends_last_and_nobody_speaks_after(brand: StagedBrand) -> None:
    past = brand.past
    last = past.show.cues[-1]
    assert last.kind == "end"
    assert max(said.second for said in past.talk) < last.at_seconds <= past.length_seconds
    asked = [said.who for said in past.talk if said.is_question]
    assert len(set(asked)) == len(asked), "one question a minute is the room's rule"


def test_guests_take_no_name_of_the_team_and_shops_are_strangers() -> None:
    team = {person.first_name for brand in BRANDS for person in brand.people}
    assert not team & set(GUESTS)
    names = [product.name for brand in BRANDS for product in brand.products]
    assert len(set(names)) == len(names)
    assert set(PRODUCTS) <= set(names)
