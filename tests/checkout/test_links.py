"""Every link, form and picture on a shopper's pages leads somewhere: followed, as a browser would.

Not here: what the pages say (each part's own tests).
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client
from django.urls import Resolver404, resolve

from kernel.tenancy import brand_context
from kernel.viewers import COOKIE, new_viewer, ticket_of
from streams.models import ShowStatus
from streams.services.line_up import Place, set_line_up
from streams.services.run_of_show import pin_product
from tenants.models import Brand
from tests.factories.catalog import make_drop, make_variant
from tests.factories.checkout import make_hold, make_paid_order
from tests.factories.streams import ACTOR, make_live_show, make_show_in

HOST = "aurora.localhost"
_POINTS = re.compile(r"<(\w+)([^>]*?)\s(href|action|src)=\"([^\"]*)\"([^>]*)")


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": HOST, "accept": "text/html"})


@pytest.fixture
def paths(shop: Brand, client: Client) -> list[str]:
    """A shop with something in every state; the pages a shopper can come to."""
    viewer = new_viewer()
    client.cookies[COOKIE] = ticket_of(viewer)
    with brand_context(shop):
        show, _ = make_live_show()
        serum, balm, gone = make_variant(), make_variant(), make_variant(stock=0)
        set_line_up(show_id=show.pk, places=[Place(each.pk) for each in (serum, balm, gone)], actor=ACTOR)
        pin_product(show_id=show.pk, variant_id=gone.pk, actor=ACTOR)
        make_drop(variant_id=serum.pk, units=2, opened=True, show_id=show.pk)
        others = [
            make_show_in(status)
            for status in (
                ShowStatus.SCHEDULED,
                ShowStatus.LOBBY,
                ShowStatus.ENDED,
                ShowStatus.REPLAY,
                ShowStatus.CANCELLED,
            )
        ]
        order = make_paid_order()
        make_hold(variant_id=balm.pk, viewer=viewer)
        products = [f"/products/{each.product.slug}/" for each in (serum, gone)]
    return [
        "/live/", *(f"/live/{each.slug}/" for each in (show, *others)), *products,
        f"/checkout/?variant={serum.public_id}", f"/checkout/?variant={gone.public_id}",
        "/checkout/", "/bag/", "/account/", order.page_url,
    ]  # fmt: skip


def points(page: str, path: str) -> Iterator[tuple[str, str]]:
    """(what points, where) for everything that stays in this shop."""
    for tag, before, _, target, after in _POINTS.findall(page):
        url = urlsplit(urljoin(f"http://{HOST}{path}", unescape(target)))
        if target.startswith("#") or url.scheme not in ("http", "https") or url.hostname != HOST:
            continue
        posts = 'method="post"' in before + after
        yield f"{tag} post" if posts else tag, url.path + (f"?{url.query}" if url.query else "")


def leads_somewhere(client: Client, urlconf: str | None, what: str, where: str) -> bool:
    path = where.partition("?")[0]
    if path.startswith("/hls/"):  # the media origin's, beside Django (tests/media)
        return True
    if path.startswith("/static/"):
        return find(path.removeprefix("/static/")) is not None
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    if what.endswith("post"):  # following it would change something
        return True
    return client.get(where).status_code < 400


def test_every_link_form_and_picture_leads_somewhere(paths: list[str], client: Client) -> None:
    seen: dict[tuple[str, str], bool] = {}
    dead = []
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        urlconf = getattr(response.wsgi_request, "urlconf", None)
        for point in points(response.content.decode(), path):
            if point not in seen:
                seen[point] = leads_somewhere(client, urlconf, *point)
            if not seen[point]:
                dead.append((path, *point))
    assert dead == []
    assert {"a", "form", "form post", "script", "link"} <= {what for what, _ in seen}


def test_nothing_that_is_sold_out_has_a_button(paths: list[str], client: Client) -> None:
    """Words only: there is no waiting list to join."""
    live, product, offer = (client.get(path).content.decode() for path in (paths[1], paths[8], paths[10]))

    for page in (live, product, offer):
        assert "Sold out" in page
        assert "data-vt-waitlist" not in page
    for page in (product, offer):
        assert "<button" not in page.partition("<main")[2].partition("</main")[0]
