"""The payout report: sums of the provider's own ledger, held against our books to the cent."""

import csv
import datetime as dt
import io

import pytest
from django.conf import LazySettings
from django.test import Client

from checkout.errors import NoPaymentAccount, PaymentProviderAway
from checkout.gateway.connect import LedgerLine
from checkout.models import Order, Payment, PaymentAccount, Refund
from checkout.payouts_csv import payouts_csv
from checkout.selectors.payouts import Entry, PayoutReport, payout_report
from checkout.services.connecting import refresh_account
from checkout.services.refunds import refund_order
from kernel import clock
from tenants.models import Brand
from tenants.services.payment_account import claim_account
from tests.checkout.provider import Provider
from tests.checkout.test_connecting import opened
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_paid_order
from tests.tenants.browsing import body, studio

TODAY = clock.now().date()
SPAN = {"since": TODAY - dt.timedelta(days=2), "until": TODAY + dt.timedelta(days=2)}
QUERY = f"from={SPAN['since']}&to={SPAN['until']}"


@pytest.fixture
def account(shop: Brand, provider: Provider, settings: LazySettings) -> PaymentAccount:
    """One of this test alone, whose ledger is empty."""
    settings.PLATFORM_FEE_BASIS_POINTS = 200
    assert claim_account(brand=shop, account=provider.open_account(), instead_of="")
    shop.refresh_from_db()
    row = refresh_account()
    assert row is not None
    return row


@pytest.fixture
def sold(account: PaymentAccount, provider: Provider) -> tuple[Order, Order]:
    """€90 and €14.90; €33.33 of the first went back; €50 was paid out."""
    first = make_paid_order(variant_id=make_variant(price=9000).pk)
    second = make_paid_order(variant_id=make_variant(price=1000).pk)
    refund_order(order_id=first.pk, amount=3333, reason="x", actor="system")
    provider.client().v1.payouts.create({"amount": 5000, "currency": "eur"}, {"stripe_account": account.account})
    return first, second


def test_the_report_is_the_providers_ledger_to_the_cent(
    sold: tuple[Order, Order], provider: Provider, account: PaymentAccount
) -> None:
    report = payout_report(**SPAN)
    (sums,) = report.sums
    gross = sum(order.total_minor for order in sold)
    fees = sum(payment.fee_minor for payment in Payment.objects.all()) - Refund.objects.get().fee_minor
    assert (sums.currency, sums.gross, sums.refunds, sums.platform_fee) == ("EUR", gross, 3333, fees)
    assert (sums.net, sums.paid_out) == (gross - 3333 - fees, 5000)
    balance = provider.client().v1.balance.retrieve(options={"stripe_account": account.account}).available[0].amount
    assert sums.net - sums.paid_out == balance
    assert report.faults == []
    assert [(entry.line.kind, entry.number) for entry in report.entries] == [
        ("payout", ""),
        ("refund", sold[0].number),
        ("charge", sold[1].number),
        ("charge", sold[0].number),
    ]
    assert payout_report(since=dt.date(2020, 1, 1), until=dt.date(2020, 2, 1)).entries == []


def test_what_our_books_do_not_know_is_listed(
    sold: tuple[Order, Order], provider: Provider, account: PaymentAccount
) -> None:
    provider.client().v1.payment_intents.create(
        {"amount": 777, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True},
        {"stripe_account": account.account},
    )
    Payment.objects.filter(order=sold[1]).update(captured_minor=1489)
    Refund.objects.update(amount_minor=3332)
    faults = " ".join(payout_report(**SPAN).faults)
    assert "a charge of €7.77 that is no order of ours" in faults
    assert f"{sold[1].number}: Stripe says €14.90 was paid, our books say €14.89" in faults
    assert f"{sold[0].number}: Stripe says -€33.33 went back, our books say €33.32" in faults


def test_what_the_ledger_does_not_know_is_listed(sold: tuple[Order, Order], account: PaymentAccount) -> None:
    Payment.objects.filter(order=sold[1]).update(provider_intent="pi_nobody_knows")
    Refund.objects.update(provider_refund="re_nobody_knows")
    faults = " ".join(payout_report(**SPAN).faults)
    assert f"{sold[1].number}: our books say €14.90 was paid, Stripe's ledger does not" in faults
    assert f"{sold[0].number}: our books say €33.33 went back, Stripe's ledger does not" in faults
    # Booked by us on the next day, moved at the provider before: no word on either period.
    Payment.objects.update(created_at=clock.now() - dt.timedelta(days=30))
    assert "was paid, Stripe's ledger" not in " ".join(payout_report(**SPAN).faults)


def test_a_ledger_of_many_pages_is_read_to_its_end(account: PaymentAccount, provider: Provider) -> None:
    client = provider.client()
    for _ in range(101):
        client.v1.payment_intents.create(
            {"amount": 100, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True},
            {"stripe_account": account.account},
        )
    report = payout_report(**SPAN)
    assert [(sums.currency, sums.gross) for sums in report.sums] == [("USD", 10_100)]
    assert len({entry.line.id for entry in report.entries}) == 101


def test_without_an_account_or_an_answer_there_is_no_report(shop: Brand, provider: Provider) -> None:
    with pytest.raises(NoPaymentAccount):
        payout_report(**SPAN)
    assert studio("owner", shop).get("/studio/orders/payouts/").status_code == 302
    opened(provider)
    provider.fault("error_before", "/v1/balance_transactions", times=9, method="GET")
    with pytest.raises(PaymentProviderAway):
        payout_report(**SPAN)


def test_the_owner_reads_it_on_a_page_in_a_file_and_over_the_api(
    shop: Brand, sold: tuple[Order, Order], account: PaymentAccount
) -> None:
    owner = studio("owner", shop)
    page = body(owner.get(f"/studio/orders/payouts/?{QUERY}"))
    assert "€104.90" in page
    assert "Every line agrees with our own books." in page
    assert "Paid out to your bank" in page
    assert owner.get("/studio/orders/payouts/?from=nonsense&to=9999-01-01").status_code == 200
    rows = list(csv.DictReader(io.StringIO(body(owner.get(f"/studio/orders/payouts/export.csv?{QUERY}"))[1:])))
    assert [row["kind"] for row in rows] == ["charge", "charge", "refund", "payout"]
    assert (rows[0]["order"], rows[2]["amount_minor"], rows[3]["net_minor"]) == (sold[0].number, "-3333", "-5000")
    owner.defaults["HTTP_ACCEPT"] = "application/json"
    told = owner.get(f"/api/v1/payout-report/?{QUERY}").json()
    assert (told["account"], told["faults"], told["sums"][0]["gross"]) == (account.account, [], 10_490)
    assert owner.get("/api/v1/payout-report/?from=x&to=y").status_code == 422
    assert owner.get("/api/v1/payout-report/?from=2026-02-02&to=2026-02-01").status_code == 422


@pytest.mark.parametrize("role", ["host", "moderator"])
def test_money_is_the_owners(shop: Brand, role: str) -> None:
    person: Client = studio(role, shop)
    for path in ("", "export.csv"):
        assert person.get(f"/studio/orders/payouts/{path}").status_code == 403


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_text_of_the_file_is_computed_by_a_spreadsheet(formula: str) -> None:
    line = LedgerLine(formula, formula, clock.now(), formula, -5, 1, 0, -6, formula)
    report = PayoutReport(TODAY, TODAY, "acct_x", entries=[Entry(line, formula)])
    _, row = csv.reader(io.StringIO(payouts_csv(report).removeprefix("\ufeff")))
    assert [row[nth] for nth in (0, 2, 3, 4, 5)] == [f"'{formula}"] * 5
    assert row[6:] == ["-5", "1", "0", "-6"]
