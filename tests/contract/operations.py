"""Every operation of the API as the resolver and the views have it: path, method, view.

Not here: what an operation must answer (the tests).
"""

from dataclasses import dataclass

from tests.isolation.routes import Route, routes_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Operation:
    route: Route
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.route.openapi_path}"


def api_routes() -> list[Route]:
    """The routes of version 1, by path."""
    found = [route for route in routes_of("config.urls.brand") if route.template.startswith("api/v1/")]
    return sorted(found, key=lambda route: route.openapi_path)


def operations() -> list[Operation]:
    """What the views have handlers for."""
    return [Operation(route, method) for route in api_routes() for method in METHODS if route.takes(method)]
