"""Opening a brand: the form, provisioning, the ticket, and the studio on the brand's own host.

Not here: provisioning's steps one by one.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, connections
from django.test import Client

from kernel.tenancy import public_context
from tenants.errors import EmailTaken, SlugTaken
from tenants.models import Brand, Member, User
from tenants.selectors import forget_hosts
from tenants.services.provisioning import provision
from tenants.services.sign_up import check_slug, sign_up
from tests.conftest import PASSWORD
from tests.tenants.browsing import body, sign_in

FORM = {"name": "Maison Orme", "slug": "maison-orme", "email": "clara@orme.test", "password": "a window on the sea"}


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html")


@pytest.fixture
def cleaned(live_brands: dict[str, Brand]) -> Iterator[None]:
    """Takes the schemas away that a committing test made."""
    yield
    with public_context(), connection.cursor() as cursor:
        for schema in Brand.objects.exclude(slug__in=live_brands).values_list("schema_name", flat=True):
            cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def test_from_the_form_to_the_studio(cleaned: None) -> None:
    visitor = Client(HTTP_HOST="localhost", HTTP_ACCEPT="text/html")
    answer = visitor.post("/sign-up/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/brands/maison-orme/opening/")

    waiting = visitor.get(answer["Location"])
    assert waiting["Refresh"] == "1"
    assert "Setting up Maison Orme" in body(waiting)

    with public_context():
        brand = Brand.objects.get(slug="maison-orme")
        provision(brand)
    ready = visitor.get(answer["Location"])
    assert ready["Location"] == "/brands/maison-orme/enter/"
    way = visitor.get(ready["Location"])
    target = urlsplit(way["Location"])
    assert (target.hostname, target.path) == ("maison-orme.localhost", "/studio/enter/")

    forget_hosts()
    own_host = Client(HTTP_HOST="maison-orme.localhost", HTTP_ACCEPT="text/html")
    entered = own_host.get(f"{target.path}?{target.query}")
    assert (entered.status_code, entered["Location"]) == (302, "/studio/")
    assert "clara@orme.test, owner of Maison Orme" in body(own_host.get("/studio/account/"))

    again = Client(HTTP_HOST="maison-orme.localhost", HTTP_ACCEPT="text/html").get(f"{target.path}?{target.query}")
    assert again.status_code == 403
    assert "Sign in instead" in body(again)


def test_a_ticket_opens_no_other_brand_and_no_forged_one_counts(visitor: Client, aurora: Brand) -> None:
    owner = sign_in("owner@aurora.test", "localhost")
    ticket = urlsplit(owner.get("/brands/aurora/enter/")["Location"]).query
    at_fjord = Client(HTTP_HOST="fjord.localhost").get(f"/studio/enter/?{ticket}")
    assert at_fjord.status_code == 403
    assert Client(HTTP_HOST="aurora.localhost").get("/studio/enter/?ticket=abc").status_code == 403
    assert Client(HTTP_HOST="aurora.localhost").get("/studio/enter/").status_code == 403
    assert Client(HTTP_HOST="aurora.localhost").get(f"/studio/enter/?{ticket}").status_code == 302


def test_one_of_two_tickets_spent_at_once_gets_in(live_brands: dict[str, Brand]) -> None:
    owner = sign_in("owner@aurora.test", "localhost")
    ticket = urlsplit(owner.get("/brands/aurora/enter/")["Location"]).query

    def enter(_: int) -> int:
        try:
            return Client(HTTP_HOST="aurora.localhost").get(f"/studio/enter/?{ticket}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == [302, 403, 403, 403]


def test_somebody_else_has_no_way_into_a_brand(visitor: Client, aurora: Brand) -> None:
    assert visitor.get("/brands/aurora/enter/")["Location"].startswith("/accounts/login/")
    stranger = sign_in("owner@fjord.test", "localhost")
    assert stranger.get("/brands/aurora/enter/").status_code == 404
    assert stranger.get("/brands/aurora/opening/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "password"}, "too short"),
        ({"password": "1234567890"}, "too common"),
        ({"email": "owner@aurora.test"}, "There is an account with this e-mail address."),
        ({"email": "OWNER@aurora.test"}, "There is an account with this e-mail address."),
        ({"slug": "aurora"}, "This address is taken. Try aurora-live."),
        ({"slug": "studio"}, "kept for the platform"),
        ({"slug": "a--b"}, "single hyphens"),
        ({"slug": "-ab"}, "begins and ends with a letter or digit"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_in_place_and_nothing_is_lost(
    visitor: Client, aurora: Brand, change: dict[str, str], words: str
) -> None:
    answer = visitor.post("/sign-up/", FORM | change)
    assert answer.status_code == 422
    assert words in body(answer)
    assert f'value="{(FORM | change)["slug"]}"' in body(answer)
    assert not Brand.objects.filter(name="Maison Orme").exists()
    assert not User.objects.filter(email="clara@orme.test").exists()


def test_the_suggested_address_is_taken_by_its_button(visitor: Client, aurora: Brand) -> None:
    taken = visitor.post("/sign-up/", FORM | {"slug": "aurora"})
    assert 'name="take" value="aurora-live"' in body(taken)
    answer = visitor.post("/sign-up/", FORM | {"slug": "aurora", "take": "aurora-live"})
    assert answer["Location"] == "/brands/aurora-live/opening/"


def test_of_two_sign_ups_for_one_address_one_gets_it(live_brands: dict[str, Brand]) -> None:
    def open_one(number: int) -> str:
        try:
            brand = sign_up(name="Twin", slug="twin", email=f"{number}@twin.test", password="a window on the sea")
        except SlugTaken as refusal:
            return str(refusal.data["suggestion"])
        else:
            return brand.slug
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_one, range(2))) == ["twin", "twin-live"]
    with public_context():
        assert Brand.objects.filter(slug="twin").count() == 1
        assert User.objects.filter(email__endswith="@twin.test").count() == 1  # the loser's account went with it


def test_a_form_that_was_sent_twice_at_once_is_refused_by_name(live_brands: dict[str, Brand]) -> None:
    def open_one(slug: str) -> str:
        try:
            return sign_up(name="Twice", slug=slug, email="once@twice.test", password="a window on the sea").slug
        except (SlugTaken, EmailTaken) as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        opened = list(pool.map(open_one, ("twice", "twice-more")))
    assert sorted(code in ("twice", "twice-more") for code in opened) == [False, True]
    with public_context():
        assert User.objects.filter(email="once@twice.test").count() == 1


def test_who_is_signed_in_opens_another_brand_without_a_new_account(visitor: Client, aurora: Brand) -> None:
    owner = sign_in("owner@aurora.test", "localhost")
    assert 'name="password"' not in body(owner.get("/sign-up/"))
    owner.post("/sign-up/", {"name": "Second", "slug": "second"})
    member = Member.objects.get(brand__slug="second")
    assert (member.user.email, member.role) == ("owner@aurora.test", "owner")
    page = body(owner.get("/brands/"))
    assert "Aurora" in page
    assert "Second" in page
    assert "Fjord" not in page


def test_a_person_alone_cannot_make_an_account(visitor: Client) -> None:
    answer = visitor.post("/accounts/signup/", {"email": "x@y.test", "password1": "a window on the sea"})
    assert "Accounts come with a brand" in body(answer)
    with pytest.raises(ObjectDoesNotExist):
        User.objects.get(email="x@y.test")


def test_the_suggestion_for_a_long_address_can_be_taken(aurora: Brand) -> None:
    slug = "a" * 36 + "-bcd"
    Brand.objects.create(name="Long", slug=slug, schema_name="b_long")
    with pytest.raises(SlugTaken) as refusal:
        check_slug(slug)
    check_slug(refusal.value.data["suggestion"])


def test_an_account_made_a_moment_before_is_told_apart_from_the_address(
    aurora: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = "slug@schema.test"
    User.objects.create_user(email, PASSWORD)
    # The look before the write saw nobody: the other request had not committed yet.
    monkeypatch.setattr("tenants.services.sign_up._new_user", User.objects.create_user)
    with pytest.raises(EmailTaken):
        sign_up(name="New", slug="new-one", email=email, password=PASSWORD)
