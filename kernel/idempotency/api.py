"""The decorator for DRF handlers that must not run twice under one `Idempotency-Key`.

Not here: storage rules (models) and how old keys go (tasks call `forget_old_keys`).
"""

import datetime as dt
import functools
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel import clock
from kernel.errors import Problem
from kernel.idempotency.models import IdempotencyRecord
from kernel.problems import problem_body
from kernel.viewers import viewer_of

KEEP = dt.timedelta(days=7)
# A request that left neither answer nor process behind: its key may be taken over after this long.
ABANDONED = dt.timedelta(seconds=60)

Handler = TypeVar("Handler", bound=Callable[..., Any])


class IdempotencyKeyMissing(Problem):
    code = "idempotency_key_missing"
    status = 400
    message = "Send an Idempotency-Key header, a random text of your choice, and repeat it when you retry."


class IdempotencyKeyReused(Problem):
    code = "idempotency_key_reused"
    status = 422
    message = "This Idempotency-Key was used with another body. Use a new key for a new request."


class IdempotencyKeyRunning(Problem):
    code = "idempotency_key_running"
    status = 409
    message = "The first request with this Idempotency-Key is still running. Ask again in a moment."


def idempotent(handler: Handler) -> Handler:
    """Wrap a DRF handler: same caller, route, key and body → the first answer, byte for byte, with
    `Idempotent-Replayed: true`. Another body → 422; still running → 409. Refusals (4xx) are kept
    too; a 5xx is not, nor is one that asks to be tried again in a moment, so that a retry may succeed."""

    @functools.wraps(handler)
    def wrapper(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not 1 <= len(key) <= 255:
            raise IdempotencyKeyMissing(param="Idempotency-Key")
        digest = hashlib.sha256(request.body).hexdigest()
        record, first = _claim(caller_of(request), request.path, key, digest)
        if not first:
            return _replay(record, digest)
        try:
            answer = _run(handler, view, request, *args, **kwargs)
        except BaseException:
            record.delete()
            raise
        _remember(record, answer)
        return answer

    return cast("Handler", wrapper)


def caller_of(request: Request) -> str:
    """Whose key it is: an API key, a member, or a viewer."""
    api_key = getattr(request, "auth", None)
    if api_key is not None and hasattr(api_key, "prefix"):
        return f"key:{api_key.prefix}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    viewer = viewer_of(request._request)
    return viewer.key if viewer else "anonymous"


def forget_old_keys() -> int:
    """Delete records older than KEEP in the current brand. Returns how many."""
    deleted, _ = IdempotencyRecord.objects.filter(started_at__lt=clock.now() - KEEP).delete()
    return deleted


def _claim(caller: str, route: str, key: str, digest: str) -> tuple[IdempotencyRecord, bool]:
    """The record of this key, and whether this request is the one to run."""
    identity = {"caller": caller, "route": route[:120], "key": key}
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(**identity, body_hash=digest, started_at=clock.now()), True
    except IntegrityError:
        known = IdempotencyRecord.objects.filter(**identity).first()
        if known is None:  # the first request failed, and was forgotten this very moment
            raise IdempotencyKeyRunning(retry_after=1) from None
        record = known
    if record.status is None and record.started_at < clock.now() - ABANDONED:
        taken = IdempotencyRecord.objects.filter(
            pk=record.pk, status=None, started_at=record.started_at, body_hash=digest
        ).update(started_at=clock.now())
        return record, bool(taken)
    return record, False


def _replay(record: IdempotencyRecord, digest: str) -> HttpResponse:
    if record.body_hash != digest:
        raise IdempotencyKeyReused(param="Idempotency-Key")
    if record.status is None:
        raise IdempotencyKeyRunning(retry_after=1)
    response = HttpResponse(bytes(record.body or b""), status=record.status, content_type=record.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _run(handler: Callable[..., Any], view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
    """Run the handler; a refusal becomes its answer, so that it can be remembered as well."""
    try:
        answer: Response = handler(view, request, *args, **kwargs)
        body = JSONRenderer().render(answer.data) if answer.data is not None else b""
        return HttpResponse(body, status=answer.status_code, content_type="application/json")
    except Problem as problem:
        if problem.status >= 500 or problem.retry_after is not None:
            raise
        body = JSONRenderer().render(problem_body(problem, request._request))
        return HttpResponse(body, status=problem.status, content_type="application/problem+json")


def _remember(record: IdempotencyRecord, answer: HttpResponse) -> None:
    IdempotencyRecord.objects.filter(pk=record.pk).update(
        status=answer.status_code, body=answer.content, content_type=answer["Content-Type"]
    )
