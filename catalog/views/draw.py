"""/drops/<drop>/draw/: a window's or a draw's commitment, root, seed, list and order, for people.

The page computes it again in the browser (frontend/src/draw/). Not here: the same as JSON (api.draws).
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.errors import DrawNotFound
from catalog.selectors.lines import published_draw
from kernel import ids
from kernel.tenancy import current_brand
from tenants.selectors import primary_address

SHOWN = 500  # lines on the page; all of them are behind the API's address


@dataclass(frozen=True, slots=True)
class Links:
    """Where the page's frame leads."""

    canonical: str
    facts: str
    home: str = "/"
    bag: str = "/bag/"
    checkout: str = "/checkout/"
    sign_in: str = "/account/"


@require_safe
def draw(request: HttpRequest, drop_id: str) -> HttpResponse:
    """Whole without script, but for computing it again."""
    try:
        found = published_draw(ids.parse_public_id("drp", drop_id))
    except ValueError:
        raise DrawNotFound from None
    path = f"/drops/{found.drop.public_id}/draw/"
    context = {
        "drop": found.drop,
        "draw": found.draw,
        "winners": found.winners[:SHOWN],
        "followers": len(found.order) - len(found.winners),
        "more_winners": max(0, len(found.winners) - SHOWN),
        "urls": Links(canonical=f"{primary_address(current_brand()).base_url}{path}", facts=f"/api/v1{path}"),
        "bag_count": 0,
    }
    response = render(request, "catalog/draw.html", context)
    response["Cache-Control"] = "no-cache"
    return response
