"""Who may open which page of the studio.

Not here: what the pages do.
"""

import pytest
from django.test import Client
from django.urls import resolve

from tenants.models import Brand, Role
from tenants.studio import PLACES
from tests.tenants.browsing import body, sign_in, studio

# The least role of every page of this app that answers GET.
PAGES = {
    "/studio/account/": Role.MODERATOR,
    "/studio/theme/": Role.OWNER,
    "/studio/theme/derived/?accent=x": Role.OWNER,
    "/studio/settings/members/": Role.OWNER,
    "/studio/settings/domains/": Role.OWNER,
    "/studio/settings/keys/": Role.OWNER,
    "/studio/settings/brand/": Role.OWNER,
}
ACTS = (
    "/studio/theme/logo/",
    "/studio/settings/members/mem_x/",
    "/studio/settings/invitations/ivt_x/",
    "/studio/settings/keys/key_x/",
)
RANK = [Role.MODERATOR, Role.HOST, Role.OWNER]


def test_an_anonymous_visitor_is_sent_to_the_login_of_this_host(aurora: Brand) -> None:
    response = Client(HTTP_HOST="aurora.localhost").get("/studio/account/?tab=1")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/studio/account/%3Ftab%3D1"


@pytest.mark.parametrize("role", list(Role))
def test_each_page_opens_from_its_role_upwards(aurora: Brand, role: Role) -> None:
    browser = studio(role.value, aurora)
    for page, least in PAGES.items():
        status = browser.get(page).status_code
        is_open = RANK.index(role) >= RANK.index(least)
        assert (status != 403) == is_open, page
    for act in ACTS:
        assert (browser.post(act).status_code == 403) == (role != Role.OWNER), act


@pytest.mark.parametrize("role", list(Role))
def test_a_member_sees_the_places_of_their_role(aurora: Brand, role: Role) -> None:
    page = body(studio(role.value, aurora).get("/studio/account/"))
    assert 'href="/studio/shows/"' in page
    assert ('href="/studio/products/"' in page) == (role != Role.MODERATOR)
    assert ('href="/studio/settings/"' in page) == (role == Role.OWNER)


def test_a_refusal_names_the_role_and_who_gives_it(aurora: Brand) -> None:
    page = body(studio("host", aurora).get("/studio/theme/"))
    assert "This page needs the role owner." in page
    assert "Yours is host." in page
    assert "<bdi>owner</bdi>" in page


def test_a_member_of_another_brand_is_nobody_here(aurora: Brand) -> None:
    response = sign_in("owner@fjord.test", "aurora.localhost").get("/studio/account/")
    assert response.status_code == 403
    assert "You do not work for Aurora." in body(response)
    assert 'href="/studio/shows/"' not in body(response)


def test_a_session_carried_to_another_host_is_anonymous(aurora: Brand, fjord: Brand) -> None:
    at_aurora = studio("owner", aurora)
    at_fjord = Client(HTTP_HOST="fjord.localhost")
    at_fjord.cookies = at_aurora.cookies
    response = at_fjord.get("/studio/account/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert at_aurora.get("/studio/account/").status_code == 200


def test_no_place_of_the_navigation_leads_nowhere() -> None:
    for place in PLACES:
        assert resolve(place.path, urlconf="config.urls.brand").view_name.startswith("studio-")


def test_who_was_signed_out_while_writing_comes_back_to_a_page(aurora: Brand) -> None:
    response = Client(HTTP_HOST="aurora.localhost").post("/studio/settings/keys/key_x/")
    assert response["Location"] == "/accounts/login/?next=/studio/"
