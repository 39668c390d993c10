"""Ids, money, time, signed tokens, limits: small values that everything rests on."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids, signing
from kernel.clock import isoformat
from kernel.money import CURRENCIES, CurrencyMismatch, Money
from kernel.ratelimit import Bucket, check, check_closed
from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, new_viewer, read_viewer


def test_ids_rise_strictly_and_are_version_7() -> None:
    made = [ids.uuid7() for _ in range(5000)]
    assert made == sorted(set(made))
    assert {value.version for value in made} == {7}


@given(st.uuids())
def test_public_ids_round_trip(value: uuid.UUID) -> None:
    text = ids.public_id("shw", value)
    assert ids.parse_public_id("shw", text) == value
    with pytest.raises(ValueError, match="not a var_ id"):
        ids.parse_public_id("var", text)


@pytest.mark.parametrize("text", ["", "shw_", "shw_" + "z" * 26, "shw_" + "!" * 26, "x" * 30, "shw_" + "0" * 27])
def test_broken_ids_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a shw_ id"):
        ids.parse_public_id("shw", text)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(3800, "EUR"), "€38"),
        (Money(1250, "KWD"), "KWD\xa01.250"),
        (Money(3850, "EUR"), "€38.50"),
        (Money(123456, "USD"), "$1,234.56"),
        (Money(500, "JPY"), "¥500"),
        (Money(149000, "NOK"), "NOK\xa01,490"),
        (Money(0, "GBP"), "£0"),
    ],
)
def test_money_for_people(money: Money, text: str) -> None:
    assert money.formatted == text


def test_money_does_not_mix_currencies_or_take_fractions() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, "euro")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(CURRENCIES))
def test_money_adds_exactly(left: int, right: int, currency: str) -> None:
    assert (Money(left, currency) + Money(right, currency)).minor == left + right


def test_times_are_utc_with_milliseconds() -> None:
    moment = dt.datetime(2026, 11, 20, 19, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert isoformat(moment) == "2026-11-20T18:30:00.000Z"


def test_a_token_means_nothing_in_another_brand_or_for_another_purpose() -> None:
    with brand_context("b_aurora"):
        token = signing.sign("entry", {"a": 1})
        assert signing.unsign("entry", token) == {"a": 1}
        assert signing.unsign("other", token) is None
        assert signing.unsign("entry", token[:-1] + "x") is None
        assert signing.unsign("entry", token, max_age=dt.timedelta(seconds=-1)) is None
    with brand_context("b_fjord"):
        assert signing.unsign("entry", token) is None


def test_a_forged_viewer_is_nobody() -> None:
    viewer = new_viewer()
    assert viewer.key.startswith("vwr_")
    assert read_viewer({COOKIE: f"{viewer.id}"}) is None
    assert read_viewer({}) is None


def test_a_bucket_refills_with_time() -> None:
    moment = [0.0]
    bucket = Bucket(limit=2, seconds=10, clock=lambda: moment[0])
    assert [bucket.take() for _ in range(3)] == [0.0, 0.0, 5.0]
    moment[0] = 5.0
    assert bucket.take() == 0.0
    assert bucket.take() > 0


def test_a_shared_limit_is_per_brand() -> None:
    with brand_context("b_aurora"):
        decisions = [check("test", "me", limit=2, seconds=60) for _ in range(3)]
        assert [decision.allowed for decision in decisions] == [True, True, False]
        assert decisions[0].remaining == 1
    with brand_context("b_fjord"):
        assert check_closed("test", "me", limit=2, seconds=60).allowed
