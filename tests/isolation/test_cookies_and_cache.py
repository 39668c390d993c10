"""What travels by hand from host to host: cookies and cached pages. And ids that only one brand has.

Not here: sockets and Host headers (test_sockets).
"""

import re

import pytest
from django.conf import settings
from django.core.cache import cache

from kernel.tenancy import brand_context
from kernel.viewers import COOKIE
from tests.isolation.identities import Identity, identities_of, session_key, viewer_ticket
from tests.isolation.routes import Route, routes_of
from tests.isolation.sweep import quiet, undone
from tests.isolation.world import World

BRAND = "config.urls.brand"
AURORA, FJORD = "aurora.localhost", "fjord.localhost"
REQUEST_ID = re.compile(rb"req_[0-9a-z]{26}")


def pages() -> list[Route]:
    """Routes that a browser opens."""
    return [route for route in routes_of(BRAND) if not route.template.startswith(("api/", "accounts/"))]


def test_no_cookie_names_a_domain(world: World) -> None:
    """A cookie with a Domain would be sent to the other brands' hosts."""
    seen: set[str] = set()
    for who in identities_of(world, "aurora", signed_in_at=AURORA):
        client = who.client(AURORA)
        for route in routes_of(BRAND):
            with quiet(), undone():
                response = client.get(route.path(world.samples["aurora"]))
            for name, morsel in response.cookies.items():
                seen.add(name)
                assert morsel["domain"] == "", f"{route.template} sets {name} for {morsel['domain']}"
                assert morsel["samesite"] in ("Lax", "Strict"), f"{route.template} sets {name} without SameSite"
    assert settings.CSRF_COOKIE_NAME in seen


def test_joining_gives_a_host_only_cookie(world: World) -> None:
    with quiet(), undone():
        response = Identity("guest").client(AURORA).post("/rooms/join/", "{}", content_type="application/json")
    morsel = response.cookies[COOKIE]
    assert (morsel["domain"], morsel["httponly"], morsel["samesite"]) == ("", True, "Lax")


def test_a_viewer_of_aurora_is_a_stranger_at_fjord(world: World) -> None:
    ticket = viewer_ticket(world.brands["aurora"], signed_in=True)
    who = Identity("customer", cookies={COOKIE: ticket})
    with quiet(), undone():
        at_home = who.client(AURORA, html=False).get("/api/v1/me/").json()
        abroad = who.client(FJORD, html=False).get("/api/v1/me/").json()
        stranger = Identity("anonymous").client(FJORD, html=False).get("/api/v1/me/").json()
    assert "canary-aurora" in str(at_home)
    assert {name: abroad[name] for name in abroad if name != "now"} == {
        name: stranger[name] for name in stranger if name != "now"
    }


def test_a_staff_session_counts_where_it_began(world: World) -> None:
    key = session_key(world.brands["aurora"], "owner", AURORA)
    who = Identity("owner", cookies={settings.SESSION_COOKIE_NAME: key})
    with quiet(), undone():
        assert who.client(AURORA).get("/studio/settings/members/").status_code == 200
        for host in (FJORD, settings.PLATFORM_HOST):
            response = who.client(host).get("/studio/settings/members/" if host == FJORD else "/brands/")
            assert response.status_code == 302
            assert "/accounts/login/" in response["Location"]


def test_cache_keys_of_two_brands_never_meet(world: World) -> None:
    for slug, brand in world.brands.items():
        with brand_context(brand):
            cache.set("isolation-probe", slug, 30)
    for slug, brand in world.brands.items():
        with brand_context(brand):
            assert cache.get("isolation-probe") == slug
            cache.delete("isolation-probe")
    assert cache.get("isolation-probe") is None


def test_a_page_asked_for_at_one_brand_is_never_shown_at_the_other(world: World) -> None:
    """Each page in turn at both hosts, twice, so that anything kept between them would show."""
    for route in pages():
        for _ in range(2):
            for slug, other in (("aurora", "fjord"), ("fjord", "aurora")):
                client = Identity("anonymous").client(f"{slug}.localhost")
                with quiet(), undone():
                    response = client.get(route.path(world.samples["aurora"]))
                body = response.getvalue() if response.streaming else response.content
                assert f"canary-{other}".encode() not in body, route.template


def test_what_depends_on_the_person_is_not_stored(world: World) -> None:
    """Studio, account, checkout and API answers are kept by no cache on the way."""
    private = ("studio/", "account/", "checkout/", "orders/", "api/v1/")
    owner = next(who for who in identities_of(world, "aurora", signed_in_at=AURORA) if who.name == "owner")
    kept = []
    for route in routes_of(BRAND):
        if route.template.startswith(private):
            client = owner.client(AURORA, html=not route.template.startswith("api/"))
            with quiet(), undone():
                response = client.get(route.path(world.samples["aurora"]))
            if response.status_code == 200 and "no-store" not in response.get("Cache-Control", ""):
                kept.append(f"{route.template}: {response.get('Cache-Control')}")
    assert kept == []


@pytest.mark.parametrize("who", ["owner", "key"])
def test_an_id_of_the_other_brand_is_an_id_that_never_was(world: World, who: str) -> None:
    """Same status and same body, so that nobody learns which ids exist elsewhere."""
    identity = next(each for each in identities_of(world, "aurora", signed_in_at=AURORA) if each.name == who)
    compared, apart = 0, []
    for route in routes_of(BRAND):
        samples, never = _foreign(world, route)
        if samples is None or never is None:
            continue
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            answers = []
            for own in (samples, never):
                client = identity.client(AURORA, html=not route.template.startswith("api/v1/"))
                path = route.path(own)
                with quiet(), undone():
                    headers = {"idempotency-key": "k"} if method == "POST" else {}
                    response = client.generic(method, path, "{}", content_type="application/json", headers=headers)
                body = response.getvalue() if response.streaming else response.content
                answers.append((response.status_code, _neutral(body, path)))
            compared += 1
            if answers[0] != answers[1] or answers[0][0] == 200:
                apart.append(f"{method} {route.template}: {answers[0][0]} and {answers[1][0]}")
    assert compared > 50
    assert apart == []


def _foreign(world: World, route: Route) -> tuple[dict[str, str] | None, dict[str, str] | None]:
    """Samples with fjord's own id, and with one that never was; None when fjord alone has none."""
    own = world.samples["aurora"]
    names = [name for name in route.parameters if route.sample(name) in world.only["fjord"]]
    if not names:
        return None, None
    nouns = {route.sample(name) for name in names}
    foreign = {noun: world.only["fjord"][noun] for noun in nouns}
    never = {noun: _never(text) for noun, text in foreign.items()}
    return own | foreign, own | never


def _never(text: str) -> str:
    """The same text with another end."""
    return text[:-4] + ("0000" if not text.endswith("0000") else "1111")


def _neutral(body: bytes, path: str) -> bytes:
    """A body without what differs between any two answers."""
    for part in sorted(path.split("/"), key=len, reverse=True):
        if len(part) > 8:
            body = body.replace(part.encode(), b"<id>")
    body = re.sub(rb'nonce="[^"]*"', b"", body)
    body = re.sub(rb'csrfmiddlewaretoken" value="[^"]*"', b"", body)
    return REQUEST_ID.sub(b"<request>", body)
