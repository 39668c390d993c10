"""Signing in and asking for a new password, in our words.

Not here: who may open what (test_studio_door).
"""

import pytest
from django.core import mail
from django.test import Client

from tenants.models import Brand
from tests.tenants.browsing import body


@pytest.mark.parametrize("host", ["localhost", "aurora.localhost"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_it_asks_for_an_e_mail_and_labels_what_it_asks(aurora: Brand, host: str, path: str) -> None:
    page = body(Client(HTTP_HOST=host).get(path))
    assert ">E-mail</label>" in page
    assert "Email" not in page
    assert "placeholder" not in page


def test_a_member_is_mailed_a_link_and_a_stranger_is_not(aurora: Brand) -> None:
    browser = Client(HTTP_HOST="aurora.localhost")
    answers = [
        browser.post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in ("owner@aurora.test", "stranger@example.test")
    ]
    assert all("Look into your mailbox" in body(answer) for answer in answers)
    (letter,) = mail.outbox
    assert letter.to == ["owner@aurora.test"]
    assert "http://aurora.localhost/accounts/password/reset/key/" in letter.body
    assert "email" not in (letter.subject + str(letter.body)).lower()
