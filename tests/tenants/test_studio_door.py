"""Who may open which page of the studio.

Not here: what the pages do.
"""

import pytest
from django.http import HttpResponse
from django.test import Client

from tenants.models import Brand, Role
from tests.conftest import PASSWORD


def sign_in(email: str, host: str) -> Client:
    """A browser that signed in through the login page of this host."""
    client = Client(HTTP_HOST=host, HTTP_ACCEPT="text/html")
    response = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client


def text(response: HttpResponse) -> str:
    return response.content.decode()


def test_an_anonymous_visitor_is_sent_to_the_login_of_this_host(aurora: Brand) -> None:
    response = Client(HTTP_HOST="aurora.localhost").get("/studio/account/?tab=1")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/studio/account/%3Ftab%3D1"


@pytest.mark.parametrize("role", list(Role))
def test_a_member_sees_the_places_of_their_role(aurora: Brand, role: Role) -> None:
    page = text(sign_in(f"{role.value}@aurora.test", "aurora.localhost").get("/studio/account/"))
    assert "/studio/shows/" in page
    assert ("/studio/products/" in page) == (role != Role.MODERATOR)
    assert ("/studio/settings/" in page) == (role == Role.OWNER)


def test_a_member_of_another_brand_learns_who_can_let_them_in(aurora: Brand) -> None:
    response = sign_in("owner@fjord.test", "aurora.localhost").get("/studio/account/")
    assert response.status_code == 403
    assert "You do not work for Aurora." in text(response)
    assert "An owner can change that" in text(response)
    assert "/studio/shows/" not in text(response)


def test_a_session_carried_to_another_host_is_anonymous(aurora: Brand, fjord: Brand) -> None:
    at_aurora = sign_in("owner@aurora.test", "aurora.localhost")
    at_fjord = Client(HTTP_HOST="fjord.localhost")
    at_fjord.cookies = at_aurora.cookies
    response = at_fjord.get("/studio/account/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
    assert at_aurora.get("/studio/account/").status_code == 200
