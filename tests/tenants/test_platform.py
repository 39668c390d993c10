"""The platform's site, its admin, the brand's public card, and the error pages.

Not here: sign-up.
"""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from kernel.tenancy import public_context
from tenants.claims import read_proofs
from tenants.models import Brand, User
from tenants.selectors import forget_hosts
from tests.conftest import PASSWORD
from tests.tenants.browsing import body, sign_in


@pytest.mark.django_db
def test_the_home_page_shows_the_figures_that_a_benchmark_printed() -> None:
    page = body(Client(HTTP_HOST="localhost").get("/"))
    shown = dict(re.findall(r'data-bench="([a-z0-9_]+)"><b>([\d.]+).*?</b>', page))
    printed = [json.loads(file.read_text()) for file in settings.BENCHMARK_RESULTS.glob("*.json")]
    assert shown
    assert all(float(figure) in [result.get(key) for result in printed] for key, figure in shown.items())
    assert "Watch the demo show" not in page  # no brand is put on a real platform's home page


def test_a_claim_has_its_newest_result_and_none_without_one(tmp_path: Path) -> None:
    run = {"machine": "2 cores", "page_js_kib": 23.5, "demo_warm_s": None}
    (tmp_path / "2026-11-20-first.json").write_text(json.dumps({**run, "at": "2026-11-20T20:32:42.036Z"}))
    (tmp_path / "2026-11-21-first.json").write_text(
        json.dumps({**run, "page_js_kib": 24.0, "at": "2026-11-21T08:00:00.000Z"})
    )
    (proof,) = read_proofs(tmp_path)
    assert (proof.claim.key, proof.figure, proof.command) == ("page_js_kib", "24.0\xa0KiB", "./vitrine bench first")
    assert proof.at.day == 21
    assert read_proofs(tmp_path / "nowhere") == ()


def test_the_brands_card_is_public_and_says_nothing_of_its_people(aurora: Brand) -> None:
    card = Client(HTTP_HOST="aurora.localhost").get("/api/v1/brand/").json()
    assert (card["name"], card["currency"], card["id"]) == ("Aurora", "EUR", aurora.public_id)
    assert card["theme_css_url"] == aurora.theme.css_url
    assert not {"members", "schema_name", "stripe_account", "status"} & set(card)


def test_the_admin_is_for_superusers_on_the_platforms_host(aurora: Brand) -> None:
    User.objects.create_superuser("root@vitrine.test", PASSWORD)
    User.objects.create_user("clerk@vitrine.test", PASSWORD, is_staff=True)
    root = sign_in("root@vitrine.test", "localhost")
    for page in ("brand", "domain", "member", "user"):
        assert root.get(f"/admin/tenants/{page}/").status_code == 200
    assert sign_in("clerk@vitrine.test", "localhost").get("/admin/tenants/brand/").status_code == 403
    assert sign_in("owner@aurora.test", "localhost").get("/admin/").status_code == 302
    assert sign_in("root@vitrine.test", "aurora.localhost").get("/admin/").status_code == 404


def test_a_suspended_brand_says_so_and_comes_back(aurora: Brand) -> None:
    User.objects.create_superuser("root@vitrine.test", PASSWORD)
    root = sign_in("root@vitrine.test", "localhost")
    act = {"action": "suspend", "_selected_action": [str(aurora.pk)]}
    root.post("/admin/tenants/brand/", act)
    page = Client(HTTP_HOST="aurora.localhost", HTTP_ACCEPT="text/html").get("/")
    assert page.status_code == 403
    assert "This shop window is closed for now." in body(page)
    root.post("/admin/tenants/brand/", act | {"action": "resume"})
    with public_context():
        assert Brand.objects.get(pk=aurora.pk).is_active


@pytest.mark.parametrize(
    ("host", "path", "status", "words"),
    [
        ("auroa.localhost", "/", 404, "No shop window at this address."),
        ("aurora.localhost", "/nothing-of-this-name/", 404, "There is nothing at this address."),
        ("localhost", "/nothing/", 404, "There is nothing at this address."),
    ],
)
def test_error_pages_need_no_script_and_name_the_request(
    aurora: Brand, host: str, path: str, status: int, words: str
) -> None:
    answer = Client(HTTP_HOST=host, HTTP_ACCEPT="text/html").get(path, headers={"X-Request-Id": "req_12345678"})
    assert answer.status_code == status
    assert words in body(answer)
    assert "Request req_12345678" in body(answer)
    assert "<script" not in body(answer)


def test_a_brand_that_is_being_set_up_comes_back_by_itself(aurora: Brand) -> None:
    Brand.objects.filter(pk=aurora.pk).update(status=Brand.Status.PROVISIONING)
    forget_hosts()
    page = Client(HTTP_HOST="aurora.localhost", HTTP_ACCEPT="text/html").get("/")
    assert page.status_code == 503
    assert page["Retry-After"] == "2"
    assert '<meta http-equiv="refresh" content="2">' in body(page)
