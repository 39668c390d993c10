"""Every refusal the API may give: a code of its own, a status that fits, words that can be said.

Not here: when it is given.
"""

import string
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

from kernel.errors import Conflict, NotFound, Problem

APPS = ("kernel", "tenants", "catalog", "streams", "checkout", "chat", "config")


def problems() -> list[type[Problem]]:
    """Every class of ours, found by importing all modules that hold some."""
    for app in APPS:
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if module.name.rpartition(".")[2] in ("errors", "problems", "api", "locks", "tenancy"):
                import_module(module.name)
    found: list[type[Problem]] = []
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.partition(".")[0] in APPS:
                found.append(child)
    return sorted(set(found), key=lambda problem: (problem.code, problem.__module__))


@pytest.mark.parametrize("problem", problems(), ids=lambda problem: problem.__name__)
def test_a_problem_says_what_happened(problem: type[Problem]) -> None:
    assert problem.code.replace("_", "").isalnum()
    assert problem.code == problem.code.lower()
    assert 400 <= problem.status < 600
    fields = {name for _, name, _, _ in string.Formatter().parse(problem.message) if name}
    values: dict[str, Any] = dict.fromkeys(fields, "x")
    said = problem(**values).detail
    assert said
    assert "{" not in said
    assert not said.endswith("!")


def test_codes_are_unique() -> None:
    """Programs branch on codes. A subclass may keep its parent's code, strangers may not share one."""
    by_code: dict[str, list[type[Problem]]] = {}
    for problem in problems():
        by_code.setdefault(problem.code, []).append(problem)
    shared = {
        code: [f"{problem.__module__}.{problem.__name__}" for problem in classes]
        for code, classes in by_code.items()
        if len(classes) > 1
        and not any(all(issubclass(other, one) for other in classes) and one is not Problem for one in classes)
    }
    assert shared == {}


def test_children_keep_the_meaning_of_their_parents() -> None:
    for problem in problems():
        for parent in (NotFound, Conflict):
            if issubclass(problem, parent):
                assert problem.status == parent.status, problem
