"""Brands never mix: threads, async code, tasks; and nothing answers from `public`."""

import asyncio
import threading

import pytest
from celery import shared_task
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction

from kernel.eventlog.models import TopicHead
from kernel.tasks import HEADER, TaskWithoutBrand, send_to_brand
from kernel.tenancy import (
    NoBrand,
    brand_context,
    current_brand,
    current_schema,
    public_context,
    run_in_brand,
)
from tenants.models import Brand


@shared_task
def note_topic(name: str) -> str:
    TopicHead.objects.create(topic=name)
    return current_schema()


def test_without_a_brand_the_kernel_raises() -> None:
    with pytest.raises(NoBrand):
        current_schema()
    with pytest.raises(NoBrand), brand_context("public"):
        pass


def test_public_has_no_brand_tables(db: None) -> None:
    with public_context(), pytest.raises(ProgrammingError), transaction.atomic():
        TopicHead.objects.count()


def test_contexts_nest_and_end(aurora: Brand, fjord: Brand) -> None:
    with brand_context(aurora):
        with brand_context(fjord):
            assert current_brand() == fjord
        assert current_brand() == aurora
        with public_context(), pytest.raises(NoBrand):
            current_schema()
        assert current_schema() == "b_aurora"
    with pytest.raises(NoBrand):
        current_schema()


def test_a_rollback_does_not_lose_the_brand(in_aurora: Brand) -> None:
    """The library forgets its search_path on rollback and must set it again."""
    with transaction.atomic():
        TopicHead.objects.create(topic="gone")
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        assert cursor.fetchone() == ("b_aurora",)


def test_two_threads_keep_their_brands(live_brands: dict[str, Brand]) -> None:
    both_in = threading.Barrier(2)
    seen: dict[str, str] = {}

    def work(schema: str) -> None:
        with brand_context(schema):
            both_in.wait(5)
            TopicHead.objects.create(topic=schema)
            seen[schema] = TopicHead.objects.get(topic=schema).topic
            assert list(TopicHead.objects.exclude(topic="").exclude(topic="shop").values_list("topic", flat=True)) == [
                schema
            ]
        connection.close()

    threads = [threading.Thread(target=work, args=(schema,)) for schema in ("b_aurora", "b_fjord")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"b_aurora": "b_aurora", "b_fjord": "b_fjord"}


async def test_async_calls_of_two_brands_interleave_without_mixing(live_brands: dict[str, Brand]) -> None:
    def schema_at_work() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            row = cursor.fetchone()
        cache.set("who", current_schema())
        return row[0], cache.get("who")

    schemas = ["b_aurora", "b_fjord"] * 40
    answers = await asyncio.gather(*(run_in_brand(schema, schema_at_work) for schema in schemas))
    assert answers == [(schema, schema) for schema in schemas]


def test_a_task_runs_in_the_brand_that_sent_it(aurora: Brand, fjord: Brand) -> None:
    with brand_context(fjord):
        assert note_topic.apply(args=("x",), headers={HEADER: "b_aurora"}).get() == "b_aurora"
        assert not TopicHead.objects.filter(topic="x").exists()
    with brand_context(aurora):
        assert TopicHead.objects.filter(topic="x").exists()


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "public"}])
def test_a_task_without_a_brand_is_refused(db: None, headers: dict[str, str]) -> None:
    with pytest.raises(TaskWithoutBrand):
        note_topic.apply(args=("x",), headers=headers).get()


def test_a_task_of_a_brand_that_is_gone_is_refused(db: None) -> None:
    with pytest.raises(TaskWithoutBrand):
        note_topic.apply(args=("x",), headers={HEADER: "b_gone"}).get()


def test_sending_a_task_needs_a_brand() -> None:
    with pytest.raises(NoBrand):
        note_topic.delay("x")
    with pytest.raises(NoBrand):
        send_to_brand(note_topic, "public", "x")
