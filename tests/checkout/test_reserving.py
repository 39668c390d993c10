"""Several requests for one thing, decided together: each gets its own answer, in the order in which they came."""

import pytest

from catalog.errors import SoldOut
from catalog.models import Stock
from checkout.models import Hold
from checkout.services.reserving import HoldRequest, reserve_batch
from kernel.viewers import new_viewer
from tests.factories.catalog import make_variant

pytestmark = pytest.mark.usefixtures("in_aurora")


def test_each_request_gets_its_answer_in_order() -> None:
    variant = make_variant(stock=3)
    first, second, third = (HoldRequest(new_viewer(), variant.pk, quantity) for quantity in (2, 2, 1))
    answers = reserve_batch(requests=[first, second, third])
    assert [type(answer) for answer in answers] == [Hold, SoldOut, Hold]
    stock = Stock.objects.get(pk=variant.pk)
    assert (stock.available, stock.held) == (0, 3)
