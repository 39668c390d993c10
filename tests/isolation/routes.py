"""Every route of a URLconf as an address that can be called, its parameters filled from the world.

Not here: who calls it. A parameter that `PARAMETERS` does not know fails the tests that walk.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from tenants.api.permissions import Staff

Samples = Mapping[str, str]

# What stands for a parameter: `<name>`, or `<area or whole route>|<name>` where one name means
# several things. The text is a name of the world's samples, or begins with "=" and is itself.
PARAMETERS: dict[str, str] = {
    "api/v1/shows/<str:show>/moments/|show": "replay",
    "api/v1/drops/<str:drop>/draw/|drop": "listed_drop",
    "api/v1/drops/<str:drop>/entry/|drop": "listed_drop",
    "drops/<str:drop_id>/draw/|drop_id": "listed_drop",
    "live/|slug": "show_slug",
    "products/|slug": "product_slug",
    "brands/|slug": "brand_slug",
    "media/|name": "media",
    "brand/|name": "logo",
    "join/|token": "invitation_token",
    "orders/|token": "order_token",
    "orders/|number": "number",
    "accounts/|key": "=no-such-key",
    "accounts/|uidb36": "=1",
    "admin/|object_id": "=1",
    "admin/|content_type_id": "=1",
    "admin/|app_label": "=auth",
    "admin/|url": "=tenants/brand/",
    "content_hash": "content_hash",
    "currency": "=EUR",
    "member": "member",
    "invitation": "invitation",
    "key": "key",
    "product": "product",
    "variant": "variant",
    "image": "image",
    "run": "run",
    "import": "run",
    "drop": "drop",
    "special": "special_price",
    "coupon": "coupon",
    "price": "special_price",
    "show": "show",
    "cue": "cue",
    "hold": "hold",
    "place": "place",
    "order": "order",
    "customer": "customer",
    "message": "message",
    "held": "held",
    "viewer": "viewer",
    "question": "question",
    "poll": "poll",
    "ban": "ban",
    "method": "shipping_method",
    "refund": "refund",
    "shipment": "shipment",
    "return": "return",
    "broadcast": "broadcast",
    "line": "line",
    "item": "line",
}
_PLACE = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?:[^()\\]|\\.)*\)")


class UnknownParameter(LookupError):
    """A route has a parameter that nothing is known for."""


@dataclass(frozen=True)
class Route:
    """`template` is the route as urls.py writes it; `view` what answers."""

    template: str
    name: str
    view: Callable[..., Any]
    is_regex: bool

    @property
    def parameters(self) -> list[str]:
        found = [match["name"] for match in _PLACE.finditer(self.template)]
        return found + [match["name"] for match in _GROUP.finditer(self.template)]

    @property
    def openapi_path(self) -> str:
        return "/" + _PLACE.sub(lambda match: "{" + match["name"] + "}", self.template)

    @property
    def is_staff_only(self) -> bool:
        """The studio's pages, and API views whose permission is Staff."""
        permissions = getattr(getattr(self.view, "cls", None), "permission_classes", ())
        return self.template.startswith("studio/") or Staff in permissions

    def takes(self, method: str) -> bool:
        """Whether an API view has a handler for it; of other views only their answer tells."""
        api_view = getattr(self.view, "cls", None)
        return api_view is None or hasattr(api_view, method.lower())

    def path(self, samples: Samples) -> str:
        """The address with its parameters filled. Raises UnknownParameter."""

        def fill(match: re.Match[str]) -> str:
            return self.value(match["name"], samples)

        text = _PLACE.sub(fill, self.template)
        if self.is_regex:
            text = _GROUP.sub(fill, text).replace("^", "").replace("$", "").replace("\\", "")
        return f"/{text}"

    def value(self, name: str, samples: Samples) -> str:
        """What stands for one parameter."""
        known = self.sample(name)
        return known[1:] if known.startswith("=") else samples[known]

    def sample(self, name: str) -> str:
        """The name of the sample that stands for a parameter. Raises UnknownParameter."""
        area = self.template.removeprefix("studio/").removeprefix("api/v1/").partition("/")[0]
        names = (f"{self.template}|{name}", f"{area}/|{name}", name, name.removesuffix("_id"))
        known = next((PARAMETERS[each] for each in names if each in PARAMETERS), None)
        if known is None:
            raise UnknownParameter(
                f"{self.template}: nothing is known for <{name}>; add it to PARAMETERS in tests/isolation/routes.py"
            )
        return known


def routes_of(urlconf: str) -> list[Route]:
    """Every route, in the order of the URLconf."""
    return list(_walk(get_resolver(urlconf), "", is_regex=False))


def _walk(resolver: URLResolver, prefix: str, *, is_regex: bool) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        template = prefix + str(entry.pattern)
        regex = is_regex or isinstance(entry.pattern, RegexPattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, template, is_regex=regex)
        elif isinstance(entry, URLPattern):
            yield Route(template, entry.name or "", entry.callback, regex)
