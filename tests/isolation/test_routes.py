"""Every route × everybody × every method: no brand sees or changes anything of the other.

Routes join by themselves. One whose parameters are unknown fails here and says where to add them.
"""

import pytest

from tests.isolation.bodies import Forms
from tests.isolation.identities import identities_of
from tests.isolation.routes import UnknownParameter, routes_of
from tests.isolation.sweep import Findings, quiet, sweep, undone
from tests.isolation.world import World

BRAND, PLATFORM = "config.urls.brand", "config.urls.platform"
AURORA, FJORD, HOME = "aurora.localhost", "fjord.localhost", "localhost"
# The platform knows no viewers, and of roles nothing but that somebody works for a brand.
ON_PLATFORM = {"anonymous", "owner", "key"}
REFUSED = {302, 401, 403, 404, 405}
# What anybody may do on a brand's host, and so also somebody who works for another brand.
OPEN_TO_ALL = {
    "live/<slug:slug>/remind/",
    # A guest holds and orders; the idempotency key that came along is remembered.
    "api/v1/holds/",
    "api/v1/checkout/",
    "api/v1/drops/<str:drop>/entry/",  # a guest enters a window or a draw
    "account/code/",  # a sign-in code goes to whoever asks for one
    # Whoever has an order's link sends back and keeps after all, as on the page itself.
    "orders/<str:number>/<str:token>/returns/",
    "orders/<str:number>/<str:token>/returns/<str:return_id>/",
}
# Routes that nobody of the own brand reaches in the sweep, each with its reason.
NOT_REACHED: dict[str, str] = {
    "account/sign-in/": "takes a code that is sent by mail",
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "takes a key that is sent by mail",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "takes a key that is sent by mail",
    "currency/": "takes one of several currencies; the world's brands have one",
    "studio/enter/": "takes a ticket that counts once",
    "orders/<str:number>/<str:token>/returns/": "takes pieces that were sent, chosen on the page",
    "api/v1/payout-report/": "asks the payment provider, about days that are named",
    "api/v1/payout-report/export.csv": "asks the payment provider, about days that are named",
}


@pytest.mark.parametrize("urlconf", [BRAND, PLATFORM])
def test_every_parameter_of_every_route_is_known(world: World, urlconf: str) -> None:
    unknown = []
    for route in routes_of(urlconf):
        try:
            route.path(world.samples["aurora"])
        except UnknownParameter as error:
            unknown.append(str(error))
    assert not unknown, "\n".join(unknown)


@pytest.fixture(scope="module")
def forms(world: World) -> dict[str, dict[str, str]]:
    """The forms of aurora's pages, as its owner sees them, by where they go."""
    people = identities_of(world, "aurora", signed_in_at=AURORA)
    client = next(who for who in people if who.name == "owner").client(AURORA)
    found: dict[str, dict[str, str]] = {}
    for route in routes_of(BRAND):
        if not route.template.startswith(("api/", "media/")):
            path = route.path(world.samples["aurora"])
            with quiet(), undone():
                response = client.get(path)
                html = "" if response.streaming else response.content.decode(errors="replace")
            found |= Forms(path, html).found
    return found


@pytest.fixture(scope="module")
def abroad(world: World, forms: dict[str, dict[str, str]]) -> Findings:
    """Everybody of aurora on fjord's host."""
    people = identities_of(world, "aurora", signed_in_at=FJORD)
    return sweep(world, urlconf=BRAND, host=FJORD, people=people, forms=forms, secret_of="aurora", watched="fjord")


@pytest.fixture(scope="module")
def at_home(world: World, forms: dict[str, dict[str, str]]) -> Findings:
    """Everybody of aurora on aurora's own host."""
    people = identities_of(world, "aurora", signed_in_at=AURORA)
    return sweep(world, urlconf=BRAND, host=AURORA, people=people, forms=forms, secret_of="fjord", watched="fjord")


@pytest.fixture(scope="module")
def on_platform(world: World) -> Findings:
    """Everybody of aurora on the platform's host, asking for fjord."""
    people = [who for who in identities_of(world, "aurora", signed_in_at=HOME) if who.name in ON_PLATFORM]
    return sweep(world, urlconf=PLATFORM, host=HOME, people=people, forms={}, secret_of="fjord", watched="fjord")


def test_abroad_nothing_of_ones_own_brand_comes_along(abroad: Findings) -> None:
    assert abroad.leaks() == []


def test_abroad_staff_is_nobody(abroad: Findings) -> None:
    let_in = [str(answer) for answer in abroad.answers if answer.route.is_staff_only and answer.status not in REFUSED]
    assert let_in == []


def test_abroad_staff_changes_no_more_than_anybody(abroad: Findings) -> None:
    assert abroad.changed_by("anonymous") <= OPEN_TO_ALL, "a new open door; if it is meant, add it to OPEN_TO_ALL"
    beyond = {key: tables for key, tables in abroad.changes.items() if key[0] not in OPEN_TO_ALL}
    assert beyond == {}


def test_at_home_nothing_of_the_other_brand_is_seen_or_changed(at_home: Findings) -> None:
    assert at_home.leaks() == []
    assert at_home.changes == {}


def test_the_platform_shows_and_changes_nothing_of_a_brand(on_platform: Findings) -> None:
    assert on_platform.leaks() == []
    assert on_platform.changes == {}


def test_nothing_breaks(abroad: Findings, at_home: Findings, on_platform: Findings) -> None:
    broken = abroad.broken() + at_home.broken() + on_platform.broken()
    assert not broken, "\n".join(broken)


def test_the_sweep_reaches_what_it_sweeps(at_home: Findings) -> None:
    """A sweep of refusals would prove nothing: somebody of the brand gets a real answer from each route."""
    answers: dict[str, set[int]] = {}
    for answer in at_home.answers:
        answers.setdefault(answer.route.template, set()).add(answer.status)
    missed = {route for route, statuses in answers.items() if not any(map(_is_real, statuses))}
    told = [f"{route} {sorted(answers[route])}" for route in sorted(missed ^ set(NOT_REACHED))]
    assert missed == set(NOT_REACHED), "\n".join(told)


def _is_real(status: int) -> bool:
    """Done, refused for the state that the brand's rows are in, or stopped behind them: the payment
    provider does not know the world's payments."""
    return status < 400 or status in (409, 503)
