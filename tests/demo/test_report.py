"""How checks are run: a line each, a bounded time each, a reason for each failure."""

import asyncio

import pytest

from demo.checks.report import Failed, Report, require, until


async def well() -> str:
    return "two of them"


async def badly() -> str:
    require(False, "there is none")
    return ""


async def for_ever() -> str:
    async def nothing() -> None:
        return None

    return await until(nothing, every=0.01)


async def test_each_check_has_its_line_and_one_failure_stops_no_other() -> None:
    lines: list[str] = []
    report = Report(lines.append)
    assert not await report.run("first", badly)
    assert await report.run("second", well)
    assert report.failures == ["first"]
    assert "failed  first" in lines[0]
    assert "there is none" in lines[0]
    assert "ok      second" in lines[1]
    assert "two of them" in lines[1]


async def test_a_check_that_never_ends_fails_in_time() -> None:
    lines: list[str] = []
    began = asyncio.get_running_loop().time()
    assert not await Report(lines.append).run("endless", for_ever, within=0.1)
    assert asyncio.get_running_loop().time() - began < 2
    assert "no end within" in lines[0]


async def test_until_gives_the_first_thing_found() -> None:
    tries = iter([None, None, "found"])

    async def look() -> str | None:
        return next(tries)

    assert await until(look, every=0) == "found"


def test_a_finding_says_what_it_found() -> None:
    with pytest.raises(Failed, match="an empty list"):
        require([], "an empty list")
