"""Problems travel: a task's problem is reported by another process than the one that met it.

Not here: how a problem looks as an answer (tests/contract/test_problems.py).
"""

import pickle
from collections.abc import Iterator
from string import Formatter

import pytest
from django.urls import get_resolver

from config.celery import app
from kernel.errors import Problem

OURS = ("catalog", "chat", "checkout", "config", "demo", "kernel", "streams", "tenants")


def all_under(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for each in kind.__subclasses__():
        yield from all_under(each)


def every_problem() -> list[type[Problem]]:
    """Each that the pages, the API and the tasks can raise, by name."""
    app.loader.import_default_modules()
    for urls in ("config.urls.brand", "config.urls.platform"):
        assert get_resolver(urls).url_patterns
    known = {kind for kind in all_under(Problem) if kind.__module__.partition(".")[0] in OURS}
    return sorted(known, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


@pytest.mark.parametrize("kind", every_problem(), ids=lambda kind: kind.__qualname__)
def test_a_problem_is_the_same_in_another_process(kind: type[Problem]) -> None:
    fields = [field for _, field, _, _ in Formatter().parse(kind.message) if field]
    problem = kind(param="where", retry_after=7, **{field: f"some {field}" for field in fields}, more=[1, 2])
    again = pickle.loads(pickle.dumps(problem))
    assert type(again) is kind
    assert (again.detail, again.param, again.retry_after, again.data) == (
        problem.detail, problem.param, problem.retry_after, problem.data,
    )  # fmt: skip
