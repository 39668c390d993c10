"""Guests share what has been said lately."""

import asyncio
import itertools
import random
from typing import Any

import pytest

from demo.audience.deck import Deck
from demo.audience.guest import Guest
from demo.audience.sight import Sight


def test_every_line_comes_once_before_one_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("demo.audience.deck.time.monotonic", lambda: now)
    deck, lines = Deck("aurora"), ("a", "b", "c", "d")
    for _ in range(3):
        drawn = []
        for _ in lines:
            now += 15
            drawn.append(deck.draw_rested(lines, seconds=60) or "")
        assert sorted(drawn) == sorted(lines)


def test_a_guest_with_little_to_say_does_not_say_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room takes a repeated line for a mistake; people send a heart instead."""
    now, sent = 1000.0, []
    monkeypatch.setattr("demo.audience.deck.time.monotonic", lambda: now)
    guest = Guest.__new__(Guest)
    guest._deck, guest._sight, guest._dice = Deck("aurora"), Sight(), random.Random(1)

    class Room:
        async def ask(self, frame: dict[str, Any]) -> None:
            sent.append((now, frame["text"]))

        async def send(self, frame: dict[str, Any]) -> None:
            sent.append((now, ""))

    monkeypatch.setattr(guest, "_room", Room(), raising=False)
    monkeypatch.setattr("demo.audience.guest.ANYTIME", ("lovely", "hello all"))
    for _ in range(60):
        now += 12
        asyncio.run(guest._say())
    said = [(at, text) for at, text in sent if text]
    assert said
    assert all(at - before >= 30 for text in {text for _, text in said} for before, at in gaps(said, text))


def gaps(said: list[tuple[float, str]], text: str) -> list[tuple[float, float]]:
    times = [at for at, words in said if words == text]
    return list(itertools.pairwise(times))


def test_a_question_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("demo.audience.deck.time.monotonic", lambda: now)
    deck = Deck("aurora")
    assert deck.draw_rested(("how?",), seconds=60) == "how?"
    assert deck.draw_rested(("how?",), seconds=60) is None
    now += 61
    assert deck.draw_rested(("how?",), seconds=60) == "how?"
