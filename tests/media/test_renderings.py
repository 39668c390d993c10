"""One rendering for everybody, and nothing kept that nobody may ask for again."""

from __future__ import annotations

import asyncio

import pytest

from streams.media import renderings
from streams.media.renderings import Renderings


class Kitchen:
    """Counts what it makes; `may_serve` lets a dish out."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_serve = asyncio.Event()

    async def cook(self, name: str) -> str:
        self.made.append(name)
        await self.may_serve.wait()
        return f"{name} {self.made.count(name)}"


def test_all_who_wait_get_the_same_one_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderings, "FRESH_SECONDS", 0.0)

    async def ask() -> list[str]:
        kitchen = Kitchen()
        shared = Renderings(kitchen.cook)
        first = asyncio.create_task(shared.get("high"))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(shared.get("high"))
        await asyncio.sleep(0.05)
        kitchen.may_serve.set()
        return [await first, await second, await shared.get("high")]

    assert asyncio.run(ask()) == ["high 1", "high 1", "high 2"]


def test_who_leaves_ends_it_for_nobody_else() -> None:
    async def ask() -> str:
        kitchen = Kitchen()
        shared = Renderings(kitchen.cook)
        leaving, staying = (asyncio.create_task(shared.get("high")) for _ in range(2))
        await asyncio.sleep(0.01)
        leaving.cancel()
        await asyncio.sleep(0.01)
        kitchen.may_serve.set()
        return await staying

    assert asyncio.run(ask()) == "high 1"


def test_old_ones_are_forgotten_without_being_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderings, "FRESH_SECONDS", 0.0)

    async def ask() -> int:
        kitchen = Kitchen()
        kitchen.may_serve.set()
        shared = Renderings(kitchen.cook)
        for number in range(20):
            await shared.get(f"replay {number}")
            await asyncio.sleep(0.001)
        return len(shared)

    assert asyncio.run(ask()) == 1
