"""A product that changes is told anew in the line-ups in which viewers see it."""

import pytest

from catalog.services.products import archive_product, update_product
from config.wiring import READERS
from kernel.eventlog.cursors import drain
from kernel.eventlog.sequencer import order_pending
from kernel.eventlog.store import read_topic, show_topic
from streams.models import Show, ShowStatus
from streams.readers import retell_line_ups
from streams.services.line_up import Place, set_line_up
from tenants.models import Brand
from tests.factories.catalog import ACTOR, make_variant
from tests.factories.streams import make_lobby, make_show_in

READER = next(reader for reader in READERS if reader.handle is retell_line_ups)


def names_told(show: Show) -> list[list[str]]:
    """The names in each line-up that viewers were told."""
    while order_pending():
        pass
    while drain(READER):
        order_pending()
    records = [record for record in read_topic(show_topic(show.pk), after=0) if record.type == "lineup.changed"]
    return [[row["name"] for row in record.data["items"]] for record in records]


def test_a_new_name_reaches_the_line_ups_and_a_hidden_one_stays_hidden(in_aurora: Brand) -> None:
    balm, soap = make_variant(name="Balm"), make_variant(name="Soap")
    show, other = make_lobby(), make_lobby(title="Another")
    set_line_up(show_id=show.pk, places=[Place(balm.pk), Place(soap.pk)], actor=ACTOR)
    set_line_up(show_id=other.pk, places=[Place(balm.pk, is_hidden=True), Place(soap.pk)], actor=ACTOR)
    assert names_told(show)[-1] == ["Balm", "Soap"]
    update_product(product_id=balm.product_id, name="Night balm", actor=ACTOR)
    assert names_told(show)[-1] == ["Night balm", "Soap"]
    assert len(names_told(other)) == 1, "viewers see nothing of it there"
    archive_product(product_id=soap.product_id, actor=ACTOR)
    assert names_told(show)[-1] == ["Night balm"]


@pytest.mark.parametrize("status", [ShowStatus.CANCELLED, ShowStatus.REPLAY])
def test_past_shows_are_left_as_they_were(status: ShowStatus, in_aurora: Brand) -> None:
    balm = make_variant(name="Balm")
    show = make_show_in(status)
    show.line_up.create(variant_id=balm.pk, position=0)
    update_product(product_id=balm.product_id, name="Night balm", actor=ACTOR)
    assert names_told(show) == []
