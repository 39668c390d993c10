"""A brand's own account at the provider: set up by its form, told by notices, and what buyers meet meanwhile."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings
from django.test import Client

from checkout.errors import PaymentRefused, PaymentsNotReady
from checkout.fees import platform_fee
from checkout.models import Order, Payment, PaymentAccount
from checkout.parking.models import ParkedNotice
from checkout.services.connecting import GONE, begin_set_up, refresh_account
from checkout.services.refunds import refund_order
from kernel.eventlog.models import EventRecord
from kernel.tenancy import brand_context, public_context
from kernel.viewers import COOKIE, new_viewer, ticket_of
from tenants.models import Brand
from tests.checkout.provider import Post, Provider
from tests.factories.catalog import make_variant
from tests.factories.checkout import make_hold, make_paid_order, make_payment
from tests.tenants.browsing import body, studio

BACK = "https://aurora.test/studio/settings/payments/?returned=1"
AGAIN = "https://aurora.test/studio/settings/payments/again/"
PAGE = "/studio/settings/payments/"


def set_up() -> str:
    return begin_set_up(return_url=BACK, refresh_url=AGAIN, actor="member:mem_test")


def opened(provider: Provider) -> PaymentAccount:
    """The current brand's account, its form filled in."""
    set_up()
    provider.control("onboard", account=PaymentAccount.objects.get().account)
    account = refresh_account()
    assert account is not None
    return account


def fees_of(provider: Provider, order: Order) -> list[tuple[int, int]]:
    """(taken, given back) of each fee that the platform has of this order."""
    (payment,) = order.payments.all()
    intent = provider.client().v1.payment_intents.retrieve(
        payment.provider_intent or "", options={"stripe_account": payment.account}
    )
    listed = provider.client().v1.application_fees.list({"charge": str(intent.latest_charge)}).data
    return [(fee.amount, fee.amount_refunded) for fee in listed]


def test_the_owner_sets_payments_up_by_the_providers_form(shop: Brand, provider: Provider) -> None:
    owner = studio("owner", shop)
    assert "no account of your own yet" in body(owner.get(PAGE))
    leaving = owner.post(f"{PAGE}set-up/")
    link = leaving.headers["Location"]
    assert link.startswith(f"{provider.url}/sandbox/onboarding/acct_")
    csp = leaving.headers["Content-Security-Policy"]
    assert re.search(r"form-action 'self' \S+", csp), "a browser follows a form only to named addresses"
    assert "the form at Stripe is not finished" in body(owner.get(PAGE))
    reply = provider.call("POST", link.removeprefix(provider.url), key=None, follow=False)
    assert reply.headers["Location"].endswith(f"{PAGE}?returned=1")
    shown = body(owner.get(f"{PAGE}?returned=1", follow=True))
    assert "Buyers can pay." in shown
    shop.refresh_from_db()
    assert shop.stripe_account == PaymentAccount.objects.get().account
    told = EventRecord.objects.filter(type="payment_account.changed").order_by("id")
    assert [row.data["charges_enabled"] for row in told] == [False, True]


@pytest.mark.parametrize("role", ["host", "moderator"])
def test_only_owners_see_and_set_up_payments(shop: Brand, role: str) -> None:
    person = studio(role, shop)
    assert {person.get(PAGE).status_code, person.post(f"{PAGE}set-up/").status_code} == {403}
    assert person.get(f"{PAGE}again/").status_code == 403
    assert not PaymentAccount.objects.exists()


def test_owners_ask_for_the_account_by_the_api(shop: Brand, provider: Provider, settings: LazySettings) -> None:
    settings.PLATFORM_FEE_BASIS_POINTS = 200
    owner, host = studio("owner", shop), studio("host", shop)
    for person in (owner, host):
        person.defaults["HTTP_ACCEPT"] = "application/json"
    before = owner.get("/api/v1/payment-account/").json()
    assert (before["account"], before["can_be_paid"], before["fee_basis_points"]) == (None, True, 200)
    account = opened(provider)
    after = owner.get("/api/v1/payment-account/").json()
    assert (after["account"], after["charges_enabled"], after["requirements_due"]) == (account.account, True, [])
    assert host.get("/api/v1/payment-account/").status_code == 403


def test_an_old_link_leads_to_a_new_one(shop: Brand, provider: Provider) -> None:
    first = set_up()
    again = studio("owner", shop).get(f"{PAGE}again/").headers["Location"]
    assert again != first
    assert again.split("?")[0] == first.split("?")[0]  # the same account


def test_two_owners_at_once_make_one_account(open_shops: dict[str, Brand], provider: Provider) -> None:
    def begin(_: int) -> str:
        with brand_context(open_shops["aurora"]):
            return set_up().split("?")[0]

    with ThreadPoolExecutor(4) as owners:
        assert len(set(owners.map(begin, range(4)))) == 1
    with brand_context(open_shops["aurora"]):
        account = PaymentAccount.objects.get().account
    assert Brand.objects.get(slug="aurora").stripe_account == account
    assert Brand.objects.get(slug="fjord").stripe_account is None


@pytest.fixture
def buyer_page(shop: Brand, client: Client) -> Callable[[str], str]:
    """The checkout of somebody who holds something."""
    viewer = new_viewer()
    client.cookies[COOKIE] = ticket_of(viewer)
    client.defaults |= {"HTTP_HOST": "aurora.localhost", "HTTP_ACCEPT": "text/html"}
    make_hold(viewer=viewer)

    def page(path: str) -> str:
        return str(client.get(path).content.decode())

    return page


def test_a_shop_without_an_account_refuses_calmly_where_one_is_required(
    shop: Brand, settings: LazySettings, buyer_page: Callable[[str], str]
) -> None:
    assert "data-vt-payment" in buyer_page("/checkout/")
    settings.BRAND_ACCOUNTS = "required"
    page = buyer_page("/checkout/")
    assert "cannot take payments at the moment" in page
    assert "data-vt-payment" not in page
    assert 'form="checkout-form"' not in page  # nothing to press that could not work
    viewer = new_viewer()
    with pytest.raises(PaymentsNotReady):
        make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    assert not Order.objects.exists()


@pytest.mark.parametrize("required", ["required", "optional"])
def test_an_account_that_was_begun_counts_and_opens_the_shop_when_ready(
    shop: Brand, provider: Provider, settings: LazySettings, required: str
) -> None:
    settings.BRAND_ACCOUNTS = required
    set_up()
    with pytest.raises(PaymentsNotReady):
        make_paid_order()
    account = opened(provider)
    assert make_paid_order().payments.get().account == account.account


def test_the_studio_says_what_to_do_while_buyers_cannot_pay(shop: Brand, settings: LazySettings) -> None:
    settings.BRAND_ACCOUNTS = "required"
    assert 'href="/studio/settings/payments/">Set up payments' in body(studio("owner", shop).get("/studio/orders/"))
    assert "An owner has to set up payments" in body(studio("host", shop).get("/studio/orders/"))
    page = body(studio("owner", shop).get(PAGE))
    assert "Buyers cannot pay yet" in page
    settings.BRAND_ACCOUNTS = "optional"
    assert "Buyers cannot pay" not in body(studio("host", shop).get("/studio/orders/"))


@pytest.fixture
def deliver(
    shop: Brand, client: Client, eager_tasks: None, django_capture_on_commit_callbacks: object
) -> Callable[[Post], int]:
    """Post to our hook, run its task, come back into the brand."""

    def send(post: Post) -> int:
        with public_context(), django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            status: int = post.deliver(client).status_code
        return status

    return send


def test_notices_keep_the_account_in_step_whatever_they_say(provider: Provider, deliver: Callable[[Post], int]) -> None:
    set_up()
    account = PaymentAccount.objects.get().account
    provider.control("onboard", account=account)
    first = provider.box.wait_for("account.updated", account)
    assert deliver(first) == 200
    assert PaymentAccount.objects.get().charges_enabled
    provider.control("restrict", account=account, due=["company.tax_id"])
    # The old notice comes again and says "open": the provider is asked, not believed.
    PaymentAccount.objects.update(checked_at="2026-01-01T00:00:00Z")
    second = provider.box.wait_for("account.updated", "company.tax_id")
    assert deliver(second) == 200
    row = PaymentAccount.objects.get()
    assert (row.charges_enabled, row.requirements_due) == (False, ["company.tax_id"])
    with pytest.raises(PaymentsNotReady):
        make_paid_order()
    assert deliver(first) == 200
    assert not PaymentAccount.objects.get().charges_enabled


def test_a_notice_of_an_unknown_account_is_parked_and_changes_nothing(
    provider: Provider, deliver: Callable[[Post], int]
) -> None:
    opened(provider)
    before = PaymentAccount.objects.values().get()
    stranger = provider.open_account()
    assert deliver(provider.box.wait_for("account.updated", stranger)) == 200
    with public_context():
        assert ParkedNotice.objects.get().account == stranger
    assert PaymentAccount.objects.values().get() == before


def test_an_account_that_is_not_ours_any_more_stops_payments_and_can_be_replaced(
    shop: Brand, provider: Provider
) -> None:
    first = opened(provider).account
    PaymentAccount.objects.update(account="acct_gone")
    Brand.objects.filter(pk=shop.pk).update(stripe_account="acct_gone")
    row = refresh_account()
    assert row is not None
    assert (row.charges_enabled, row.disabled_reason) == (False, GONE)
    second = opened(provider)
    assert second.charges_enabled
    assert second.account not in (first, "acct_gone")


def test_a_charge_that_the_account_refuses_has_it_asked_anew(
    shop: Brand, provider: Provider, eager_tasks: None, django_capture_on_commit_callbacks: object
) -> None:
    account = opened(provider).account
    provider.control("restrict", account=account, due=["company.tax_id"])
    viewer = new_viewer()
    with (
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[operator]
        pytest.raises(PaymentRefused, match="Your card was not charged"),
    ):
        make_payment(viewer=viewer, holds=[make_hold(viewer=viewer)])
    assert not PaymentAccount.objects.get().charges_enabled
    assert Order.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("total", "points", "fee"),
    [(4290, 200, 86), (1, 200, 0), (25, 200, 1), (24, 200, 0), (4290, 0, 0), (4290, 10_000, 4290), (333, 1500, 50)],
)
def test_the_platforms_part_is_rounded_half_up(total: int, points: int, fee: int) -> None:
    assert platform_fee(total, points) == fee


def test_the_platform_takes_its_part_and_gives_it_back_with_refunds(
    shop: Brand, provider: Provider, settings: LazySettings
) -> None:
    settings.PLATFORM_FEE_BASIS_POINTS = 200
    opened(provider)
    order = make_paid_order(variant_id=make_variant(price=9000).pk)
    (payment,) = order.payments.all()
    fee = platform_fee(order.total_minor, 200)
    assert payment.fee_minor == fee
    assert fees_of(provider, order) == [(fee, 0)]
    parts = [1, 2499, order.total_minor - 2500]
    given = [refund_order(order_id=order.pk, amount=part, reason="x", actor="system").fee_minor for part in parts]
    assert sum(given) == fee
    assert given[1] == round(2500 * fee / order.total_minor)
    assert fees_of(provider, order) == [(fee, fee)]


def test_a_brand_may_have_a_part_of_its_own(shop: Brand, provider: Provider, settings: LazySettings) -> None:
    settings.PLATFORM_FEE_BASIS_POINTS = 200
    opened(provider)
    Brand.objects.filter(pk=shop.pk).update(fee_basis_points=0)
    order = make_paid_order()
    assert order.payments.get().fee_minor == 0
    assert fees_of(provider, order) == []
    refund = refund_order(order_id=order.pk, amount=order.total_minor, reason="x", actor="system")
    assert (refund.status, refund.fee_minor) == ("succeeded", 0)


def test_the_platforms_own_account_pays_no_part_to_itself(
    shop: Brand, provider: Provider, settings: LazySettings
) -> None:
    settings.PLATFORM_FEE_BASIS_POINTS = 200
    make_paid_order()
    payment = Payment.objects.get()
    assert (payment.account, payment.fee_minor, payment.status) == ("", 0, "captured")
