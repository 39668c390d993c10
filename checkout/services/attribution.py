"""Which show a hold is counted for: only one in which this shop really offers the product.

Not here: the shows (streams, a stranger to this app: settings name who knows them).
"""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from checkout.errors import NotSoldInShow


def require_sold_in(*, show_id: uuid.UUID | None, variant_id: uuid.UUID) -> uuid.UUID | None:
    """The show, when viewers can come to this product by it; None when none was named. Raises
    NotSoldInShow: else anybody could count sales for a show that never had them."""
    if show_id is None:
        return None
    is_sold_in: Callable[[uuid.UUID, uuid.UUID], bool] = import_string(settings.SHOWS_SELL)
    if not is_sold_in(show_id, variant_id):
        raise NotSoldInShow(param="show")
    return show_id
