"""What can be refused around holds, checkout, payments, refunds and customers.

Not here: SoldOut and DropNotOpen (catalog), nor how an error looks as an answer (kernel.problems).
"""

from kernel.errors import NotFound, Problem


class HoldNotFound(NotFound):
    message = "There is no such hold. It may have ended, or belong to another viewer."


class HoldExpired(Problem):
    code = "hold_expired"
    status = 409
    message = "The time to pay is over and what was held went back on sale. Nothing was charged. Hold it again."


class HoldAlreadyExtended(Problem):
    code = "hold_already_extended"
    status = 409
    message = "A hold can be made longer once, and this one was. Pay before it ends."


class CapReached(Problem):
    """`cap` is the most that one buyer may have of this drop; `taken` is what they have."""

    code = "cap_reached"
    status = 409
    message = "{cap} to a buyer, and you have {taken} already."


class TooManyHolds(Problem):
    code = "too_many_holds"
    status = 409
    message = "At most {limit} things can be held at once. Pay for some, or let some go."


class NotSoldInShow(Problem):
    """The show that a hold was to be counted for is not one of this shop's, or does not offer this."""

    code = "not_sold_in_show"
    status = 422
    message = "This show does not offer this product. Nothing is held. Load the page again, or leave out the show."


class OriginRefused(Problem):
    code = "origin_refused"
    status = 403
    message = "This was asked for by a page of another site. Nothing was held."


class TicketInvalid(Problem):
    code = "ticket_invalid"
    status = 401
    message = "This ticket is not one of this shop. Ask for a new one and repeat."


class TicketExpired(Problem):
    code = "ticket_expired"
    status = 401
    message = "The time of this ticket is over. Ask for a new one and repeat."


class TicketForOther(Problem):
    code = "ticket_for_other"
    status = 403
    message = "This ticket is for something else. Name what it is for, or ask for another one."


class InLine(Problem):
    """Too many wait for the same thing. `place` counts everybody ahead, and holds while the caller
    comes back under the same key."""

    code = "in_line"
    status = 503
    message = "You are number {place} in line. Nothing is held for you yet; ask again in {seconds} s."


class AnswerUnknown(Problem):
    """The database went away in the middle, so it may have been done or not."""

    code = "answer_unknown"
    status = 503
    message = "The shop could not answer just now. Ask again with the same key: what is yours stays yours."


class NothingHeld(Problem):
    code = "nothing_held"
    status = 409
    message = "Nothing is held, so there is nothing to pay. Choose something first."


class CurrenciesMixed(Problem):
    code = "currencies_mixed"
    status = 409
    message = "What you hold is priced in several currencies. Pay for one currency at a time."


class PriceTampered(Problem):
    """The client named a price or another fact that only the server decides."""

    code = "price_tampered"
    status = 422
    message = "{field} is decided by the shop and cannot be sent. Nothing was changed."


class TotalChanged(Problem):
    code = "total_changed"
    status = 409
    message = "The total is {total} now. Nothing was charged. Look at it and pay again."


class CouponNotFound(NotFound):
    message = "There is no such coupon. Check the id; it may belong to another brand."


class CouponCodeTaken(Problem):
    code = "coupon_code_taken"
    status = 409
    message = "There is a coupon {coupon_code} already. Give this one another code."


class CouponUnknown(Problem):
    code = "coupon_unknown"
    status = 422
    message = "This code is not one of this shop's. Check it, or pay without. Nothing was charged."


class CouponOver(Problem):
    code = "coupon_over"
    status = 422
    message = "This code does not count now: its time has not come, or is over. Nothing was charged."


class CouponUsedUp(Problem):
    code = "coupon_used_up"
    status = 422
    message = "This code was used as often as it can be. Nothing was charged."


class CouponUsedByYou(Problem):
    code = "coupon_used_by_you"
    status = 422
    message = "This code counts {most} times a person, and you have used it. Nothing was charged."


class CouponOtherCurrency(Problem):
    code = "coupon_other_currency"
    status = 422
    message = "This code counts for prices in {currency}. Nothing was charged."


class CouponBelowMinimum(Problem):
    code = "coupon_below_minimum"
    status = 422
    message = "This code counts from {least} of goods on; {missing} are missing. Nothing was charged."


class CouponNotForThese(Problem):
    code = "coupon_not_for_these"
    status = 422
    message = "This code does not count for anything you hold. Nothing was charged."


class CouponLeavesNothing(Problem):
    code = "coupon_leaves_nothing"
    status = 422
    message = "With this code there is nothing left to pay, which cannot be ordered. Add something to the bag."


class NoShippingThere(Problem):
    code = "no_shipping_there"
    status = 422
    message = "This shop does not deliver to {country}. Choose another address. Your card was not charged."


class ShippingMethodUnknown(Problem):
    code = "shipping_method_unknown"
    status = 422
    message = "This way of delivery is not offered for this address. Choose one of the list."


class OrderNotFound(NotFound):
    message = "There is no such order. Check the number; it may belong to another brand."


class OrderStepRefused(Problem):
    code = "order_step_refused"
    status = 409
    message = "An order that is {order_status} cannot become {wanted}."


class NothingToSend(Problem):
    code = "nothing_to_send"
    status = 409
    message = "All of {number} is sent or withdrawn. Nothing was changed."


class TooManyPieces(Problem):
    """`left` is how many of the line can still be taken."""

    code = "too_many_pieces"
    status = 422
    message = "{name}: {left} left. Nothing was changed."


class ShipmentNotFound(NotFound):
    message = "There is no such parcel. Load the order again."


class ReturnNotFound(NotFound):
    message = "There is no such return. Load the order again."


class ReturnStepRefused(Problem):
    code = "return_step_refused"
    status = 409
    message = "A return that is {return_status} cannot be {wanted}."


class ReturnTooLate(Problem):
    code = "return_too_late"
    status = 409
    message = "Returns can be asked for until {days} days after the parcel. Write to the shop about this one."


class OrderAlreadyPaid(Problem):
    code = "order_already_paid"
    status = 409
    message = "Order {number} is paid. Nothing was charged again."


class PaymentRunning(Problem):
    code = "payment_running"
    status = 409
    message = "A payment for this is still at the bank. Wait for its answer before paying again."


class RefundTooHigh(Problem):
    code = "refund_too_high"
    status = 422
    message = "{left} can still be refunded, so {asked} is too much. Nothing was sent."


class RefundNotPossible(Problem):
    code = "refund_not_possible"
    status = 409
    message = "There is no captured payment to give back."


class RefundRefused(Problem):
    code = "refund_refused"
    status = 409
    message = "The payment provider refused the refund: {reason}. No money was sent."


class PaymentProviderAway(Problem):
    code = "payment_provider_away"
    status = 503
    message = "The payment service does not answer. Your card was not charged. Try again in a moment."


class MailAway(Problem):
    code = "mail_away"
    status = 503
    message = "The mail with your code could not be sent. Try again in a few minutes."


class PaymentRefused(Problem):
    code = "payment_refused"
    status = 409
    message = "The payment could not be started: {reason} Your card was not charged."


class PaymentsNotReady(Problem):
    """The brand's own account at the provider takes no charges, or there is none yet."""

    code = "payments_not_ready"
    status = 409
    message = "This shop cannot take payments at the moment. Nothing was charged, and what you hold stays held."


class NoPaymentAccount(Problem):
    code = "no_payment_account"
    status = 409
    message = "This brand has no account of its own at the payment provider, so there is nothing to report."


class PaymentSetUpRefused(Problem):
    code = "payment_set_up_refused"
    status = 409
    message = "The payment provider did not open the set-up: {reason} Check the brand's country and e-mail address."


class WebhookRefused(Problem):
    code = "webhook_signature_invalid"
    status = 400
    message = "The signature does not match this body, or is too old. Nothing was done."


class SignInCodeWrong(Problem):
    code = "sign_in_code_wrong"
    status = 422
    message = "This code is wrong or too old. Check the newest mail, or ask for a new code."
