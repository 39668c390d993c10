"""One key, one effect, byte-identical answers; another body or another brand is another matter."""

import datetime as dt
import json
import threading

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel import clock
from kernel.errors import Conflict
from kernel.eventlog.models import TopicHead
from kernel.idempotency.api import KEEP, idempotent
from kernel.idempotency.models import IdempotencyRecord
from kernel.idempotency.tasks import forget_old_keys
from kernel.tasks import HEADER
from kernel.tenancy import brand_context
from tenants.api.permissions import Public
from tenants.models import Brand


class Counter(APIView):
    """Makes a row each time it really runs."""

    authentication_classes = []
    permission_classes = [Public]
    throttle_classes = []

    @idempotent
    def post(self, request: Request) -> Response:
        body = dict(request.data)
        if body.get("refuse"):
            raise Conflict
        if body.get("busy"):
            raise Conflict(retry_after=1)
        if body.get("break"):
            raise RuntimeError("broken on the way")
        number = TopicHead.objects.filter(topic__startswith="run").count() + 1
        TopicHead.objects.create(topic=f"run {number} {threading.get_ident()}")
        return Response({"number": number, "id": str(number)}, status=201)


def post(body: dict[str, object], key: str | None = "k1") -> HttpResponse:
    headers = {"Idempotency-Key": key} if key is not None else {}
    request = RequestFactory().post("/x/", json.dumps(body), content_type="application/json", headers=headers)
    response: HttpResponse = Counter.as_view()(request)
    response.render() if hasattr(response, "render") else None
    return response


def test_the_same_request_twice_has_one_effect_and_one_answer(in_aurora: Brand) -> None:
    first, second = post({"a": 1}), post({"a": 1})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert TopicHead.objects.filter(topic__startswith="run").count() == 1


def test_the_same_key_with_another_body_is_refused(in_aurora: Brand) -> None:
    post({"a": 1})
    answer = post({"a": 2})
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("key", [None, "", "x" * 256])
def test_a_missing_or_overlong_key_is_named(in_aurora: Brand, key: str | None) -> None:
    answer = post({"a": 1}, key)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "idempotency_key_missing")


def test_a_refusal_is_remembered(in_aurora: Brand) -> None:
    assert post({"refuse": True}).status_code == 409
    again = post({"refuse": True})
    assert (again.status_code, again["Idempotent-Replayed"]) == (409, "true")


def test_a_refusal_that_asks_for_another_try_is_not_remembered(in_aurora: Brand) -> None:
    assert post({"busy": True}).status_code == 409
    assert not IdempotencyRecord.objects.exists()


def test_a_defect_is_not_remembered_so_that_a_retry_may_succeed(in_aurora: Brand) -> None:
    with pytest.raises(RuntimeError):
        post({"break": True})
    assert not IdempotencyRecord.objects.exists()


def test_a_key_of_one_brand_means_nothing_in_another(aurora: Brand, fjord: Brand) -> None:
    for brand in (aurora, fjord):
        with brand_context(brand):
            assert "Idempotent-Replayed" not in post({"a": 1})


def test_an_old_answer_is_forgotten_and_a_fresh_one_kept(in_aurora: Brand) -> None:
    post({"a": 1}, "old")
    IdempotencyRecord.objects.update(started_at=clock.now() - KEEP - dt.timedelta(minutes=1))
    post({"a": 1}, "new")
    forget_old_keys.apply(headers={HEADER: "b_aurora"}).get()
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["new"]


def test_fifty_at_once_have_one_effect(live_brands: dict[str, Brand]) -> None:
    answers: list[int] = []

    def work() -> None:
        with brand_context("b_aurora"):
            answers.append(post({"a": 1}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with brand_context("b_aurora"):
        assert TopicHead.objects.filter(topic__startswith="run").count() == 1
    assert set(answers) <= {201, 409}
    assert 201 in answers
