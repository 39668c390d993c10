"""Which show a hold counts for: one that offers the product to viewers, in this brand.

Not here: what is done with the figure (tests/streams).
"""

import uuid

import pytest
from django.test import Client

from checkout.errors import NotSoldInShow
from checkout.models import Hold
from kernel import ids
from kernel.ids import uuid7
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, new_viewer, ticket_of
from streams.models import LineUpItem, Show, ShowStatus
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold
from tests.factories.streams import make_show_in

HOST = "aurora.localhost"


def selling(variant_id: uuid.UUID, status: ShowStatus = ShowStatus.SCHEDULED) -> Show:
    """A show with the product in its line-up."""
    show = make_show_in(status)
    LineUpItem.objects.create(show=show, variant_id=variant_id, position=0)
    return show


@pytest.mark.parametrize("status", [ShowStatus.SCHEDULED, ShowStatus.LIVE, ShowStatus.ENDED, ShowStatus.REPLAY])
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_show_that_offers_the_product_is_counted(in_aurora: Brand, status: ShowStatus, visibility: str) -> None:
    variant = make_variant()
    show = selling(variant.pk, status)
    Show.objects.filter(pk=show.pk).update(visibility=visibility)
    assert make_hold(variant_id=variant.pk, show_id=show.pk).show_id == show.pk


def test_no_other_show_is_counted(aurora: Brand, fjord: Brand) -> None:
    with brand_context(fjord):
        foreign = selling(make_variant().pk)
    with brand_context(aurora):
        variant = make_variant()
        hidden = selling(variant.pk)
        LineUpItem.objects.filter(show=hidden).update(is_hidden=True)
        others = [
            uuid7(), foreign.pk, hidden.pk, selling(make_variant().pk).pk,
            selling(variant.pk, ShowStatus.DRAFT).pk, selling(variant.pk, ShowStatus.CANCELLED).pk,
        ]  # fmt: skip
        for show_id in others:
            with pytest.raises(NotSoldInShow):
                make_hold(variant_id=variant.pk, show_id=show_id)
        assert not Hold.objects.exists()


def test_a_drop_of_a_show_counts_for_that_show_whatever_is_sent(in_aurora: Brand) -> None:
    variant = make_variant(stock=5)
    show = selling(variant.pk, ShowStatus.LIVE)
    drop = make_drop(variant_id=variant.pk, show_id=show.pk, opened=True)
    assert make_hold(variant_id=variant.pk, drop_id=drop.pk, show_id=uuid7()).show_id == show.pk


def test_the_api_says_which_input_is_wrong(in_aurora: Brand, client: Client) -> None:
    client.cookies[COOKIE] = ticket_of(new_viewer())
    sent = {"variant": make_variant().public_id, "show": ids.public_id("shw", uuid7())}
    answer = client.post(
        "/api/v1/holds/", sent, content_type="application/json", headers={"Host": HOST, "Idempotency-Key": "k"}
    )
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["param"]) == ("not_sold_in_show", "show")
