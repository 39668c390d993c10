"""What the brand's account earned in a period, by the provider's ledger, held against our own books.

Not here: asking for a payout, which is the provider's and the brand's affair.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from checkout.errors import NoPaymentAccount, PaymentProviderAway
from checkout.gateway import connect
from checkout.gateway.calling import GatewayAway, GatewayRefused
from checkout.gateway.connect import LedgerLine
from checkout.models import Payment, Refund
from checkout.selectors.payment_account import payment_account
from kernel.money import Money
from kernel.tenancy import current_brand

# What a report reads at most: a hundred calls. A brand that sells more asks for shorter periods.
MOST = 10_000
CHARGES = ("charge", "payment")
REFUNDS = ("refund", "refund_failure", "payment_refund", "payment_failure_refund")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger with the order it is about."""

    line: LedgerLine
    number: str

    @property
    def amount(self) -> Money:
        return Money(self.line.amount, self.line.currency)

    @property
    def fees(self) -> Money:
        return Money(self.line.platform_fee + self.line.provider_fee, self.line.currency)

    @property
    def net(self) -> Money:
        return Money(self.line.net, self.line.currency)


@dataclass(slots=True)
class PeriodSums:
    """Minor units of one currency. `net` is what stays of the period's sales: gross and refunds less both fees, and
    what else the provider booked; payouts only move it to the bank."""

    currency: str
    gross: int = 0
    refunds: int = 0
    platform_fee: int = 0
    provider_fee: int = 0
    other: int = 0
    net: int = 0
    paid_out: int = 0

    def add(self, line: LedgerLine) -> None:
        if line.kind == "payout" or line.kind.startswith("payout_"):
            self.paid_out -= line.amount
            return
        if line.kind in CHARGES:
            self.gross += line.amount
        elif line.kind in REFUNDS:
            self.refunds -= line.amount
        else:
            self.other += line.amount
        self.platform_fee += line.platform_fee
        self.provider_fee += line.provider_fee
        self.net += line.net

    @property
    def rows(self) -> list[tuple[str, Money]]:
        """For people, in the order of the sum."""
        named = (
            ("Gross", self.gross),
            ("Refunds", -self.refunds),
            ("The platform's part", -self.platform_fee),
            ("Stripe's fee", -self.provider_fee),
            ("Other", self.other),
        )
        return [(name, Money(amount, self.currency)) for name, amount in named if amount or name == "Gross"]

    @property
    def net_money(self) -> Money:
        return Money(self.net, self.currency)

    @property
    def paid_out_money(self) -> Money:
        return Money(self.paid_out, self.currency)


@dataclass(slots=True)
class PayoutReport:
    """`faults` are where the provider's ledger and our books differ; empty is as it should be."""

    since: dt.date
    until: dt.date  # the last day that counts
    account: str
    is_cut: bool = False
    sums: list[PeriodSums] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def payout_report(*, since: dt.date, until: dt.date) -> PayoutReport:
    """The days from `since` to `until`, both counted, by the brand's clock. Asks the provider.

    Raises NoPaymentAccount, PaymentProviderAway.
    """
    account = payment_account()
    if account is None:
        raise NoPaymentAccount
    zone = zoneinfo.ZoneInfo(current_brand().time_zone)
    begin = dt.datetime.combine(since, dt.time(), zone)
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone)
    try:
        lines = list(connect.ledger(account=account.account, since=begin, until=end, limit=MOST + 1))
    except (GatewayAway, GatewayRefused) as error:
        raise PaymentProviderAway(retry_after=3) from error
    report = PayoutReport(since, until, account.account, is_cut=len(lines) > MOST)
    lines = lines[:MOST]
    payments = {
        payment.provider_intent: payment
        for payment in Payment.objects.select_related("order").filter(
            account=account.account, provider_intent__in={line.about for line in lines if line.kind in CHARGES}
        )
    }
    refunds = {
        refund.provider_refund: refund
        for refund in Refund.objects.select_related("order").filter(
            payment__account=account.account, provider_refund__in={line.about for line in lines if line.kind in REFUNDS}
        )
    }
    report.entries = [Entry(line, _number(payments.get(line.about) or refunds.get(line.about))) for line in lines]
    report.sums = _sums(lines)
    report.faults = [*_strangers(lines, payments, refunds)]
    if not report.is_cut:
        report.faults += _missing(account.account, begin, end, {line.about for line in lines})
    return report


def _number(row: Payment | Refund | None) -> str:
    return row.order.number if row else ""


def _sums(lines: Iterable[LedgerLine]) -> list[PeriodSums]:
    by_currency: dict[str, PeriodSums] = {}
    for line in lines:
        by_currency.setdefault(line.currency, PeriodSums(line.currency)).add(line)
    return [by_currency[currency] for currency in sorted(by_currency)]


def _strangers(
    lines: Iterable[LedgerLine], payments: dict[str | None, Payment], refunds: dict[str | None, Refund]
) -> Iterator[str]:
    """Lines that we do not know, or know with another amount."""
    for line in lines:
        said = Money(line.amount, line.currency).formatted
        if line.kind in CHARGES:
            payment = payments.get(line.about)
            if payment is None:
                yield f"Stripe has a charge of {said} that is no order of ours ({line.about})."
            elif (payment.captured_minor, payment.currency) != (line.amount, line.currency):
                ours = Money(payment.captured_minor, payment.currency).formatted
                yield f"{payment.order.number}: Stripe says {said} was paid, our books say {ours}."
            elif payment.fee_minor != line.platform_fee:
                yield f"{payment.order.number}: the platform's part is not the one that was agreed."
        elif line.kind in REFUNDS:
            refund = refunds.get(line.about)
            if refund is None:
                yield f"Stripe has a refund of {said} that we did not make ({line.about})."
            elif refund.amount_minor != abs(line.amount):
                yield f"{refund.order.number}: Stripe says {said} went back, our books say {refund.amount.formatted}."


def _missing(account: str, begin: dt.datetime, end: dt.datetime, known: set[str]) -> Iterator[str]:
    """What our books have and the ledger has not. Money moved between our first word and our last one; only
    where both lie in the period must the ledger have it."""
    paid = Payment.objects.select_related("order").filter(
        account=account, status=Payment.Status.CAPTURED, created_at__gte=begin, captured_at__lt=end
    )
    for payment in paid.exclude(provider_intent__in=known).order_by("pk"):
        money = Money(payment.captured_minor, payment.currency).formatted
        yield f"{payment.order.number}: our books say {money} was paid, Stripe's ledger does not."
    back = Refund.objects.select_related("order").filter(
        payment__account=account, status=Refund.Status.SUCCEEDED, created_at__gte=begin, finished_at__lt=end
    )
    for refund in back.exclude(provider_refund__in=known).order_by("pk"):
        yield f"{refund.order.number}: our books say {refund.amount.formatted} went back, Stripe's ledger does not."
