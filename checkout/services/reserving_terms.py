"""What a request to hold says, and the terms under which requests of one batch are decided: read once for all.

Not here: the decision (reserving).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.errors import PriceMissing, VariantNotFound
from catalog.selectors import sale_price
from catalog.selectors.on_sale import is_on_sale
from checkout.errors import NotSoldInShow
from checkout.services.attribution import require_sold_in
from checkout.services.topics import variant_public_id
from kernel import ids
from kernel.errors import Problem
from kernel.money import Money
from kernel.tenancy import current_brand
from kernel.viewers import Viewer

LENGTH = dt.timedelta(minutes=10)
LENGTH_IN_DROP = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """One viewer's wish. `key` and `body_hash` are the request's idempotency key and what it said; `length`
    is how long the hold lasts, where it is not the usual time; `granted` says that it is this viewer's turn in
    line; `device` is the one that asks (kernel.traces); `currency` is the brand's own unless it is named;
    `actor` is the viewer unless somebody acts for them."""

    viewer: Viewer
    variant_id: uuid.UUID
    quantity: int = 1
    drop_id: uuid.UUID | None = None
    show_id: uuid.UUID | None = None
    key: uuid.UUID | None = None
    body_hash: bytes | None = None
    length: dt.timedelta | None = None
    granted: bool = False
    device: str = ""
    currency: str = ""
    actor: str = ""


class Terms:
    """The names of one batch, and what differs by show and currency alone, asked for once. Raises ValueError
    when the requests are not for one variant in one drop, or in none."""

    def __init__(self, requests: Sequence[HoldRequest]) -> None:
        subjects = {(request.variant_id, request.drop_id) for request in requests}
        if len(subjects) != 1:
            raise ValueError("a batch is for one variant, in one drop or in none")
        [(self.variant_id, self.drop_id)] = subjects
        self.variant_name = variant_public_id(self.variant_id)
        self.drop_name = ids.public_id("drp", self.drop_id) if self.drop_id else None
        self.length = LENGTH_IN_DROP if self.drop_id else LENGTH
        self._is_on_sale = is_on_sale(self.variant_id)
        self._currency = current_brand().currency
        self._prices: dict[tuple[uuid.UUID | None, str], Money | Problem] = {}
        self._shows: dict[uuid.UUID | None, bool] = {None: True}

    @property
    def required_drop_id(self) -> uuid.UUID:
        if self.drop_id is None:
            raise ValueError("there is no drop")
        return self.drop_id

    def price(self, request: HoldRequest) -> Money | None:
        """The server's price for this request, or None when it cannot be sold (see `refusal`)."""
        known = self._known(request)
        return known if isinstance(known, Money) else None

    def refusal(self, request: HoldRequest) -> Problem:
        """Why there is no price for this request."""
        known = self._known(request)
        return known if isinstance(known, Problem) else VariantNotFound(param="variant")

    def is_sold_in(self, show_id: uuid.UUID | None) -> bool:
        """Whether that show offers this variant."""
        if show_id not in self._shows:
            try:
                require_sold_in(show_id=show_id, variant_id=self.variant_id)
            except NotSoldInShow:
                self._shows[show_id] = False
            else:
                self._shows[show_id] = True
        return self._shows[show_id]

    def _known(self, request: HoldRequest) -> Money | Problem:
        group = request.show_id, request.currency or self._currency
        if group not in self._prices:
            self._prices[group] = self._ask(*group)
        return self._prices[group]

    def _ask(self, show_id: uuid.UUID | None, currency: str) -> Money | Problem:
        if not self._is_on_sale:
            return VariantNotFound(param="variant")
        try:
            return sale_price(self.variant_id, currency, show_id=show_id, drop_id=self.drop_id).money
        except PriceMissing as problem:
            return problem if self.drop_id else VariantNotFound(param="variant")
        except Problem as problem:
            return problem
