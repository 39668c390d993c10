"""What happens to holds, orders, payments and refunds.

Not here: stock and drops (catalog). No event here names a person or an address: `to` says whose it is.
"""

import datetime as dt
from typing import ClassVar

from pydantic import BaseModel

from kernel.eventlog.schema import Audience, Event


class HoldFacts(BaseModel):
    hold_id: str
    variant_id: str
    drop_id: str | None
    quantity: int
    unit_price_minor: int
    currency: str
    expires_at: dt.datetime
    extended: bool


class HoldCreated(HoldFacts, Event):
    """Also when a hold grew: values, never deltas."""

    type: ClassVar[str] = "hold.created"
    audience: ClassVar[Audience] = Audience.ONE


class HoldExtended(HoldFacts, Event):
    type: ClassVar[str] = "hold.extended"
    audience: ClassVar[Audience] = Audience.ONE


class HoldReleased(HoldFacts, Event):
    type: ClassVar[str] = "hold.released"
    audience: ClassVar[Audience] = Audience.ONE


class HoldExpired(HoldFacts, Event):
    type: ClassVar[str] = "hold.expired"
    audience: ClassVar[Audience] = Audience.ONE


class OrderFacts(BaseModel):
    order_id: str
    number: str
    total_minor: int
    currency: str
    pieces: int
    show_id: str | None


class OrderPlaced(OrderFacts, Event):
    type: ClassVar[str] = "order.placed"
    audience: ClassVar[Audience] = Audience.ONE
    variants: list[str]


class OrderPaid(OrderFacts, Event):
    type: ClassVar[str] = "order.paid"
    audience: ClassVar[Audience] = Audience.ONE
    variants: list[str]


class OrderCancelled(OrderFacts, Event):
    type: ClassVar[str] = "order.cancelled"
    audience: ClassVar[Audience] = Audience.ONE
    reason: str


class OrderFulfilled(OrderFacts, Event):
    type: ClassVar[str] = "order.fulfilled"
    audience: ClassVar[Audience] = Audience.ONE
    tracking: str


class ParcelFacts(BaseModel):
    shipment_id: str
    order_id: str
    number: str
    carrier: str


class ShipmentSent(ParcelFacts, Event):
    """A parcel of an order left. `url` is where its way can be followed."""

    type: ClassVar[str] = "shipment.sent"
    audience: ClassVar[Audience] = Audience.ONE
    pieces: int
    left: int  # of the order, still to be sent
    tracking: str
    url: str


class ShipmentDelivered(ParcelFacts, Event):
    type: ClassVar[str] = "shipment.delivered"
    audience: ClassVar[Audience] = Audience.ONE


class ReturnFacts(BaseModel):
    """Any step of a return."""

    return_id: str
    order_id: str
    number: str
    pieces: int
    status: str


class ReturnRequested(ReturnFacts, Event):
    type: ClassVar[str] = "return.requested"
    audience: ClassVar[Audience] = Audience.ONE


class ReturnApproved(ReturnFacts, Event):
    type: ClassVar[str] = "return.approved"
    audience: ClassVar[Audience] = Audience.ONE


class ReturnDeclined(ReturnFacts, Event):
    type: ClassVar[str] = "return.declined"
    audience: ClassVar[Audience] = Audience.ONE


class ReturnWithdrawn(ReturnFacts, Event):
    type: ClassVar[str] = "return.withdrawn"
    audience: ClassVar[Audience] = Audience.ONE


class ReturnReceived(ReturnFacts, Event):
    """What came back arrived; `refund_minor` is what goes back for it."""

    type: ClassVar[str] = "return.received"
    audience: ClassVar[Audience] = Audience.ONE
    refund_minor: int
    currency: str


class CouponSaved(Event):
    """Staff made a coupon or changed one."""

    type: ClassVar[str] = "coupon.saved"
    coupon_id: str
    coupon_code: str
    kind: str
    is_active: bool


class CouponRedeemed(Event):
    type: ClassVar[str] = "coupon.redeemed"
    coupon_id: str
    coupon_code: str
    order_id: str
    discount_minor: int
    currency: str


class CouponGivenBack(Event):
    """The order that used it died."""

    type: ClassVar[str] = "coupon.given_back"
    coupon_id: str
    coupon_code: str
    order_id: str


class RefundIssued(Event):
    """The provider took the refund. `refunded_minor` is all that went back of this order so far."""

    type: ClassVar[str] = "refund.issued"
    audience: ClassVar[Audience] = Audience.ONE
    refund_id: str
    order_id: str
    number: str
    amount_minor: int
    refunded_minor: int
    total_minor: int
    currency: str


class RefundFailed(Event):
    """The bank sent a refund back; staff has to find another way."""

    type: ClassVar[str] = "refund.failed"
    refund_id: str
    order_id: str
    number: str
    amount_minor: int
    currency: str
    reason: str


class PaymentStarted(Event):
    type: ClassVar[str] = "payment.started"
    payment_id: str
    order_id: str
    amount_minor: int
    currency: str


class PaymentFailed(Event):
    """The card was refused; what is held stays held until its deadline."""

    type: ClassVar[str] = "payment.failed"
    audience: ClassVar[Audience] = Audience.ONE
    payment_id: str
    order_id: str
    code: str
    message: str


class PaymentLate(Event):
    """Money came when the hold was over. `outcome` says what became of it."""

    type: ClassVar[str] = "payment.late"
    payment_id: str
    order_id: str
    amount_minor: int
    currency: str
    outcome: str  # held_again or refunded


class PaymentAccountChanged(Event):
    """How the brand's own account at the payment provider stands; buyers can pay when charges are enabled."""

    type: ClassVar[str] = "payment_account.changed"
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    requirements_due: int


class SaleAnnounced(Event):
    """Somebody bought something: what, how many, never who."""

    type: ClassVar[str] = "sale.announced"
    audience: ClassVar[Audience] = Audience.ALL
    variant_id: str
    product_name: str
    quantity: int
