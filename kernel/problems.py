"""Errors as answers: RFC 9457 bodies for the API, one shape for every cause.

Not here: the errors (kernel.errors and each app's errors.py) and the HTML error pages (config).
"""

from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.response import Response

from kernel.errors import InvalidInput, NotAllowed, NotFound, Problem
from kernel.requestid import request_id

CONTENT_TYPE = "application/problem+json"

log = structlog.get_logger(__name__)


class NotSignedIn(Problem):
    code = "not_signed_in"
    status = 401
    message = "Sign in, or send an API key as 'Authorization: Bearer …'."


class MethodNotAllowed(Problem):
    code = "method_not_allowed"
    status = 405
    message = "This address does not take {method}."


class Malformed(Problem):
    code = "malformed"
    status = 400
    message = "The body could not be read: {reason}"


class UnsupportedMediaType(Problem):
    code = "unsupported_media_type"
    status = 415
    message = "Send the body as application/json."


class BodyTooLarge(Problem):
    code = "body_too_large"
    status = 413
    message = "The body is larger than {limit} bytes. Send less at once."


class DatabaseAway(Problem):
    code = "database_away"
    status = 503
    message = "Our database was away for a moment. Try again; with the same Idempotency-Key nothing happens twice."


def problem_body(problem: Problem, request: HttpRequest) -> dict[str, Any]:
    """The RFC 9457 body of a refusal to a request of Django's."""
    return problem_facts(problem, request_id(request))


def problem_facts(problem: Problem, request_id: str) -> dict[str, Any]:
    """The RFC 9457 body of a refusal. `type` is a relative reference into the API's documentation."""
    body: dict[str, Any] = {
        "type": f"/api/docs/errors#{problem.code}",
        "title": problem.code.replace("_", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.param:
        body["param"] = problem.param
    if problem.data:
        body["data"] = {
            key: str(value) if not isinstance(value, (int, str, list, dict, type(None))) else value
            for key, value in problem.data.items()
        }
    return body


def problem_response(problem: Problem, request: HttpRequest) -> JsonResponse:
    """For answers made outside DRF: middleware, hooks, plain views that speak JSON."""
    response = JsonResponse(problem_body(problem, request), status=problem.status, content_type=CONTENT_TYPE)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None lets an unexpected error become a 500 with its request id."""
    problem = as_problem(error, context["request"]._request)
    if problem is None:
        return None
    request: HttpRequest = context["request"]._request
    response = Response(problem_body(problem, request), status=problem.status, content_type=CONTENT_TYPE)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def as_problem(error: Exception, request: HttpRequest) -> Problem | None:
    """The Problem behind an exception of ours, Django's or DRF's; None for a defect."""
    match error:
        case Problem():
            return error
        case Http404() | ObjectDoesNotExist():
            return NotFound()
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            return NotSignedIn()
        case PermissionDenied() | drf.PermissionDenied():
            return NotAllowed()
        case drf.MethodNotAllowed():
            return MethodNotAllowed(method=request.method or "")
        case OperationalError() | InterfaceError():  # gone, starting anew, or giving up on a lock
            log.error("database.away", error=str(error).strip())
            return DatabaseAway(retry_after=2)
        case RequestDataTooBig():
            return BodyTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case drf.ParseError():
            return Malformed(reason=str(error.detail))
        case drf.UnsupportedMediaType():
            return UnsupportedMediaType()
        case drf.ValidationError():
            param, reason = first_fault(error.detail)
            return InvalidInput(param=param, reason=reason)
        case drf.APIException():
            return Malformed(reason=str(error.detail))
    return None


def first_fault(detail: Any, path: str = "") -> tuple[str, str]:
    """The first wrong field of a serialiser's errors, as (`items.0.quantity`, words)."""
    if isinstance(detail, dict):
        key, inner = next(iter(detail.items()))
        name = path if key == "non_field_errors" else f"{path}.{key}" if path else str(key)
        return first_fault(inner, name)
    if isinstance(detail, list):
        for index, inner in enumerate(detail):
            if isinstance(inner, (dict, list)):
                if inner:
                    return first_fault(inner, f"{path}.{index}" if path else str(index))
            else:
                return path, str(inner)
        return path, "This is not valid."
    return path, str(detail)
