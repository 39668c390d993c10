"""A brand that sells in several currencies: the visitor's choice kept, each thing held and paid in its own."""

import pytest
from django.test import Client

from catalog.models import Price, SpecialPrice
from catalog.services.prices import set_price
from checkout.models import Hold, Order, RegionTaxRate, ShippingMethod
from checkout.services.shipping import save_method, save_tax_rate
from checkout.taxes import TaxAnswer, TaxQuestion
from kernel.money import Money
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, new_viewer, ticket_of
from tenants.currency import COOKIE as CURRENCY
from tenants.models import Brand
from tenants.selectors import forget_hosts
from tests.catalog.conftest import shop_client
from tests.factories.catalog import ACTOR, make_product
from tests.factories.checkout import make_hold

ADDRESS = {
    "email": "noor@example.test", "name": "Noor", "line1": "1 rue", "postal_code": "69003", "city": "Lyon",
    "region": "", "country": "FR",
}  # fmt: skip


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def many(shop: Brand) -> Brand:
    """Aurora, which also sells in yen and delivers for them."""
    Brand.objects.filter(pk=shop.pk).update(other_currencies=["JPY"])
    forget_hosts()
    save_method(
        method_id=None, name="Parcel", countries=["FR"], price=Money(600, "JPY"), free_over=None, days=(2, 4),
        is_active=True,
    )  # fmt: skip
    return Brand.objects.get(pk=shop.pk)


@pytest.fixture
def browser(many: Brand) -> Client:
    client = Client(headers={"host": "aurora.localhost"})
    client.cookies[COOKIE] = ticket_of(new_viewer())
    return client


def test_the_choice_is_kept_and_followed_to_the_payment(browser: Client, many: Brand) -> None:
    product = make_product(name="Dawn Serum", price=4000)
    variant = product.variants.get()
    set_price(variant_id=variant.pk, price=Money(6400, "JPY"), actor=ACTOR)
    page = f"/products/{product.slug}/"
    assert "€40" in text(browser.get(page))
    chosen = browser.post("/currency/", {"currency": "JPY", "next": page})
    assert (chosen.status_code, chosen["Location"]) == (302, page)
    shown = text(browser.get(page))
    assert "¥6,400" in shown
    assert '<option value="JPY" selected>' in shown
    assert "¥6,400" in text(browser.get("/checkout/", {"variant": variant.public_id}))
    assert browser.post("/checkout/hold/", {"variant": variant.public_id, "quantity": "2"}).status_code == 302
    hold = Hold.objects.get()
    assert (hold.unit_minor, hold.currency, hold.quantity) == (6400, "JPY", 2)
    assert "¥13,400" in text(browser.get("/checkout/"))
    assert browser.post("/checkout/", {**ADDRESS, "total_minor": "13400"}).status_code == 302
    order = Order.objects.get()
    assert (order.currency, order.items_minor, order.shipping_minor, order.total_minor) == ("JPY", 12800, 600, 13400)


def test_nobody_chooses_what_is_not_offered(browser: Client) -> None:
    variant = make_product(price=4000).variants.get()
    set_price(variant_id=variant.pk, price=Money(1, "USD"), actor=ACTOR)
    assert browser.post("/currency/", {"currency": "USD", "next": "/"}).status_code == 422
    browser.cookies[CURRENCY] = "USD"
    browser.post("/checkout/hold/", {"variant": variant.public_id})
    assert (Hold.objects.get().unit_minor, Hold.objects.get().currency) == (4000, "EUR")


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "\\\\evil.test", ""])
def test_the_way_back_is_ours(browser: Client, back: str) -> None:
    assert browser.post("/currency/", {"currency": "JPY", "next": back})["Location"] == "/"


def test_what_has_no_price_in_it_is_shown_in_the_brands_own(browser: Client) -> None:
    product = make_product(price=4000)
    browser.cookies[CURRENCY] = "JPY"
    assert "€40" in text(browser.get(f"/products/{product.slug}/"))


def test_two_currencies_in_the_bag_are_paid_one_at_a_time(browser: Client, many: Brand) -> None:
    viewer = new_viewer()
    browser.cookies[COOKIE] = ticket_of(viewer)
    variants = [make_product(price=4000).variants.get() for _ in range(2)]
    set_price(variant_id=variants[1].pk, price=Money(6400, "JPY"), actor=ACTOR)
    make_hold(viewer=viewer, variant_id=variants[0].pk)
    make_hold(viewer=viewer, variant_id=variants[1].pk, currency="JPY")
    page = text(browser.get("/checkout/"))
    assert "€44.90" in page
    assert "1 more thing is held in another currency" in page
    browser.cookies[CURRENCY] = "JPY"
    assert "¥7,000" in text(browser.get("/checkout/"))
    assert browser.post("/checkout/", {**ADDRESS, "total_minor": "7000"}).status_code == 302
    assert [line.currency for line in Order.objects.get().lines.all()] == ["JPY"]


def test_the_studio_prices_a_variant_in_each_currency_and_plans_a_flash_price(many: Brand) -> None:
    host, product = shop_client(many, "host"), make_product(price=4000)
    variant = product.variants.get()
    path, key = f"/studio/products/{product.public_id}/prices/", f"{variant.public_id}-JPY"
    cell = {"act": "set", "variant": f"{variant.public_id}:JPY"}
    assert host.post(path, {**cell, f"{key}-minor": "6400", f"{key}-compare_at": "7000"}).status_code == 302
    assert Price.objects.get(variant=variant, currency="JPY").compare_at_minor == 7000
    refused = host.post(path, {**cell, f"{key}-minor": "64.5"})
    assert refused.status_code == 422
    flash = {"act": "flash", "variant": f"{variant.public_id}:JPY", "minor": "6000", "minutes": "2"}
    assert host.post(path, flash).status_code == 302
    special = SpecialPrice.objects.get()
    assert (special.money, special.run_seconds, special.show_id) == (Money(6000, "JPY"), 120, None)
    assert "It costs ¥6,400 today" in text(host.post(path, {**flash, "minor": "6400"}))
    assert host.post(path, {"act": "open", "price": special.public_id}).status_code == 302
    assert "Holds now" in text(host.get(path))
    assert host.post(path, {"act": "close", "price": special.public_id}).status_code == 302
    for strange in ({**cell, "variant": f"{variant.public_id}:USD"}, {"act": "open", "price": "spp_x"}):
        assert host.post(path, strange).status_code in (404, 422)


def test_the_studio_offers_currencies_delivery_in_them_and_taxes_of_regions(many: Brand) -> None:
    owner = shop_client(many, "owner")
    details = {
        "name": "Aurora", "contact_email": "", "country": "DE", "currency": "EUR", "language": "en",
        "time_zone": "Europe/Berlin", "other_currencies": ["JPY", "KWD", "EUR"],
    }  # fmt: skip
    assert owner.post("/studio/settings/brand/", details).status_code == 302
    forget_hosts()  # which the commit does
    assert Brand.objects.get(pk=many.pk).currencies == ["EUR", "JPY", "KWD"]
    page = text(owner.get("/studio/orders/shipping/"))
    assert "No way of delivery is offered in KWD" in page
    method = {"name": "Air", "countries": "FR", "currency": "KWD", "price": "1.500", "days_min": "1", "days_max": "2"}
    assert owner.post("/studio/orders/shipping/", {**method, "is_active": "on"}).status_code == 302
    assert ShippingMethod.objects.get(name="Air").price == Money(1500, "KWD")
    tax = {"country": "us", "region": "ny", "percent": "8.87"}
    assert owner.post("/studio/orders/shipping/tax/", tax).status_code == 302
    assert RegionTaxRate.objects.get().basis_points == 887
    assert "NY" in text(owner.get("/studio/orders/shipping/"))


def flat_tax(question: TaxQuestion, /) -> TaxAnswer:
    """A tax service of the tests: 7 minor units inside, whatever it is, for Lyon alone."""
    amount = Money(7, question.goods.currency) if question.postal_code == "69003" else None
    return TaxAnswer(0, True, amount)


def test_a_tax_service_of_ones_own_is_asked(browser: Client, shop: Brand, settings: object) -> None:
    settings.TAX_SERVICE = f"{__name__}.flat_tax"  # type: ignore[attr-defined]
    viewer = new_viewer()
    browser.cookies[COOKIE] = ticket_of(viewer)
    make_hold(viewer=viewer, variant_id=make_product(price=4000).variants.get().pk)
    assert browser.post("/checkout/", {**ADDRESS, "total_minor": "4490"}).status_code == 302
    assert (Order.objects.get().tax_minor, Order.objects.get().total_minor) == (7, 4490)


def test_a_region_has_a_rate_of_its_own(browser: Client, shop: Brand) -> None:
    save_tax_rate(country="FR", region="Corse", basis_points=1000, included=False)
    viewer = new_viewer()
    browser.cookies[COOKIE] = ticket_of(viewer)
    make_hold(viewer=viewer, variant_id=make_product(price=4000).variants.get().pk)
    wanted = {**ADDRESS, "region": " corse ", "total_minor": "4939"}
    assert browser.post("/checkout/", wanted).status_code == 302
    order = Order.objects.get()
    assert (order.tax_minor, order.tax_included, order.region) == (449, False, "corse")


def test_one_brand_offers_nothing_of_the_others(browser: Client, fjord: Brand) -> None:
    elsewhere = Client(headers={"host": "fjord.localhost"})
    elsewhere.cookies[CURRENCY] = "JPY"
    with brand_context(fjord):
        product = make_product(price=4000)
        set_price(variant_id=product.variants.get().pk, price=Money(6400, "JPY"), actor=ACTOR)
    assert "€40" in text(elsewhere.get(f"/products/{product.slug}/"))
