"""Ten thousand seeded carts, and some through the whole checkout, against an oracle that counts in fractions."""

import random
import uuid
from collections.abc import Iterator
from fractions import Fraction

import pytest

from catalog.models import Variant
from catalog.services.prices import set_price
from checkout.models import Coupon, Hold, Order, ShippingMethod
from checkout.selectors.coupons import savings_of
from checkout.selectors.quotes import delivery_price, quote
from checkout.services.coupons import CouponTerms, save_coupon
from checkout.services.holds import create_hold
from checkout.services.orders import place_order
from checkout.services.payments import confirm_payment
from checkout.services.sandbox_purchases import pay
from checkout.services.shipping import save_method, save_tax_rate
from checkout.sums import add_up, goods_of
from kernel.money import CURRENCIES, Money
from kernel.viewers import new_viewer
from tenants.models import Brand
from tests.checkout.oracle import STEP, Cart, Goods, Verdict, judge
from tests.factories.catalog import ACTOR, make_product
from tests.factories.checkout import make_buyer

SEED, MANY, THROUGH = 20_261_121, 10_000, 50
MEANT, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def carts(number: int, *, least: int = 1) -> Iterator[Cart]:
    """Carts of every shape, the same ones each time."""
    chance = random.Random(SEED)
    for _ in range(number):
        currency = chance.choice(sorted(STEP))
        step = STEP[currency]
        kind = chance.choice(["none", "percent", "amount", "delivery"])
        goods = [
            Goods(chance.randint(least, 50_000) * step, chance.randint(1, 9), chance.random() < 0.6)
            for _ in range(chance.randint(1, 8))
        ]
        if not any(each.is_meant for each in goods):
            goods[0] = Goods(goods[0].unit, goods[0].quantity, is_meant=True)
        yield Cart(
            currency=currency,
            goods=tuple(goods),
            delivery=chance.randint(0, 3000) * step,
            free_from=chance.choice([None, chance.randint(1, 200_000) * step]),
            percent_off=Fraction(chance.randint(1, 9_999), 10_000) if kind == "percent" else None,
            amount_off=chance.randint(1, 300_000) * step if kind == "amount" else None,
            free_delivery=kind == "delivery",
            tax=Fraction(chance.choice([0, 550, 700, 887, 1000, 1900, 2550, chance.randint(0, 9_999)]), 10_000),
            tax_inside=chance.random() < 0.5,
        )


def coupon_terms(cart: Cart, code: str, meant: list[uuid.UUID]) -> CouponTerms | None:
    if cart.percent_off is not None:
        points = int(cart.percent_off * 10_000)
        return CouponTerms(code, "percent", basis_points=points, product_ids=meant)
    if cart.amount_off is not None:
        return CouponTerms(code, "amount", amount_minor=cart.amount_off, currency=cart.currency, product_ids=meant)
    return CouponTerms(code, "shipping", product_ids=meant) if cart.free_delivery else None


def reckoned(cart: Cart) -> Verdict:
    """The application's own functions, without a database."""
    currency = cart.currency
    holds = [
        Hold(
            variant=Variant(product_id=MEANT if each.is_meant else OTHER),
            quantity=each.quantity,
            unit_minor=each.unit,
            currency=currency,
        )
        for each in cart.goods
    ]
    lines = [(hold.unit_price, hold.quantity) for hold in holds]
    items = goods_of(lines, currency)
    terms = coupon_terms(cart, "CODE", [MEANT])
    fields = ("kind", "basis_points", "amount_minor", "currency", "product_ids")
    coupon = Coupon(**{name: getattr(terms, name) for name in fields}) if terms else None
    savings = savings_of(coupon, holds, items) if coupon else None
    method = ShippingMethod(currency=currency, price_minor=cart.delivery, free_over_minor=cart.free_from)
    shipping = delivery_price(method, items)
    sums = add_up(
        lines,
        discount=savings.discount if savings else None,
        shipping=Money(0, currency) if savings and savings.free_delivery else shipping,
        basis_points=int(cart.tax * 10_000),
        included=cart.tax_inside,
    )
    return Verdict(sums.items.minor, sums.discount.minor, sums.shipping.minor, sums.tax.minor, sums.total.minor)


def test_ten_thousand_carts_cost_what_the_oracle_says() -> None:
    judged = 0
    for cart in carts(MANY):
        assert reckoned(cart) == judge(cart), cart
        judged += 1
    assert judged == MANY


def test_they_are_of_every_shape() -> None:
    """Else ten thousand of one kind would prove little."""
    seen = list(carts(MANY))
    assert {cart.currency for cart in seen} == set(STEP) <= set(CURRENCIES)
    verdicts = [judge(cart) for cart in seen]
    for shape in (
        [cart.percent_off is not None for cart in seen],
        [cart.amount_off is not None for cart in seen],
        [cart.tax_inside for cart in seen],
        [verdict.delivery == 0 for verdict in verdicts],
        [verdict.tax > 0 for verdict in verdicts],
        [verdict.discount == verdict.goods for verdict in verdicts],
    ):
        assert 50 < sum(shape) < MANY
    assert all(verdict.total % STEP[cart.currency] == 0 for verdict, cart in zip(verdicts, seen, strict=True))


def test_money_knows_the_step_of_its_currency() -> None:
    assert {currency: Money(0, currency).step for currency in STEP} == STEP


@pytest.mark.usefixtures("provider")
def test_some_go_through_the_whole_checkout(in_aurora: Brand) -> None:
    """Held, quoted, ordered, charged: the provider takes what the oracle says, to the smallest unit."""
    gone = 0
    for number, cart in enumerate(carts(THROUGH * 2)):
        wanted = judge(cart)
        if wanted.total < 100 * STEP[cart.currency]:
            continue  # below what the provider takes
        ShippingMethod.objects.all().delete()
        save_method(
            method_id=None,
            name="Parcel",
            countries=["FR"],
            price=Money(cart.delivery, cart.currency),
            free_over=Money(cart.free_from, cart.currency) if cart.free_from else None,
            days=(1, 2),
            is_active=True,
        )
        save_tax_rate(country="FR", basis_points=int(cart.tax * 10_000), included=cart.tax_inside)
        viewer, holds, meant = new_viewer(), [], []
        for each in cart.goods:
            product = make_product(price=each.unit, currency="EUR", stock=20)
            variant = product.variants.get()
            set_price(variant_id=variant.pk, price=Money(each.unit, cart.currency), actor=ACTOR)
            holds.append(
                create_hold(
                    viewer=viewer,
                    variant_id=variant.pk,
                    quantity=each.quantity,
                    currency=cart.currency,
                    actor=ACTOR,
                )
            )
            meant += [product.pk] if each.is_meant else []
        terms = coupon_terms(cart, f"CODE-{number}", meant)
        code = save_coupon(coupon_id=None, terms=terms, actor=ACTOR).code if terms else ""
        buyer = make_buyer()
        live = list(Hold.objects.filter(viewer_key=viewer.key).select_related("variant"))
        total = quote(live, to=buyer.place, coupon_code=code, viewer=viewer).sums.total
        payment = place_order(
            viewer=viewer,
            hold_ids=[hold.pk for hold in holds],
            buyer=buyer,
            expected=total,
            coupon_code=code,
            actor=ACTOR,
        )
        pay(payment=payment)
        payment = confirm_payment(payment_id=payment.pk)
        order = Order.objects.get(pk=payment.order_id)
        assert (order.status, order.currency) == ("paid", cart.currency)
        assert (
            Verdict(
                order.items_minor, order.discount_minor, order.shipping_minor, order.tax_minor, payment.captured_minor
            )
            == wanted
        ), cart
        gone += 1
        if gone == THROUGH:
            break
    assert gone == THROUGH
