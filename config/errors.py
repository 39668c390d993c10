"""Error pages for people and bodies for machines, from the same Problem.

Not here: the errors. The pages need neither database nor script.
"""

import sys

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import loader

from kernel.errors import NotFound, Problem
from kernel.problems import DatabaseAway, Malformed, as_problem, problem_response
from kernel.requestid import request_id

log = structlog.get_logger(__name__)

_PAGES = {
    "brand_suspended": "errors/suspended.html",
    "brand_not_ready": "errors/503.html",
    "database_away": "errors/503.html",
}


class Unexpected(Problem):
    code = "unexpected"
    status = 500
    message = "Something broke on our side. Nothing was charged twice or lost; try again in a moment."


class AddressUnreadable(Problem):
    code = "address_unreadable"
    status = 400
    message = "This address holds a character that no address has. Check the link, or begin at the front page."


class CsrfFailed(Problem):
    code = "csrf_failed"
    status = 403
    message = "The form is too old or came from another site. Load the page again and repeat."


def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A Problem as the caller reads it: a page for browsers, JSON for the API and for scripts."""
    if request.path.startswith(("/api/", "/internal/", "/hooks/")) or not wants_html(request):
        return problem_response(problem, request)
    template = _PAGES.get(problem.code) or ("errors/404.html" if problem.status == 404 else "errors/error.html")
    # On a brand's own host its visitors have nothing to do with us.
    owner = getattr(getattr(request, "brand", None), "name", "") or "Vitrine"
    html = loader.render_to_string(template, {"problem": problem, "owner": owner, "request_id": request_id(request)})
    response = HttpResponse(html, status=problem.status)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def wants_html(request: HttpRequest) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """A form that Django itself would not read: too large, too many fields, torn in the middle."""
    broken = Malformed(reason="the form is broken or has too many fields.")
    return refuse(request, as_problem(exception, request) or broken)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return refuse(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponseBase:
    """What Django could not answer, also in middleware: there is the exception it is handling."""
    error = sys.exception()
    known = as_problem(error, request) if isinstance(error, Exception) else None
    return refuse(request, known if isinstance(known, DatabaseAway) else Unexpected())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    log.info("csrf.failed", reason=reason)
    return refuse(request, CsrfFailed())


class ProblemMiddleware:
    """Turns a Problem that left a plain view into its answer."""

    def __init__(self, get_response: "object") -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)  # type: ignore[operator]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Problem):
            return refuse(request, exception)
        known = as_problem(exception, request)
        return refuse(request, known) if isinstance(known, DatabaseAway) else None
