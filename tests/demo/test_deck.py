"""Guests share what has been said lately."""

import pytest

from demo.audience.deck import Deck


def test_every_line_comes_once_before_one_comes_again() -> None:
    deck, lines = Deck("aurora"), ("a", "b", "c", "d")
    for _ in range(3):
        assert sorted(deck.draw(lines) for _ in lines) == sorted(lines)


def test_a_question_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("demo.audience.deck.time.monotonic", lambda: now)
    deck = Deck("aurora")
    assert deck.draw_rested(("how?",), seconds=60) == "how?"
    assert deck.draw_rested(("how?",), seconds=60) is None
    now += 61
    assert deck.draw_rested(("how?",), seconds=60) == "how?"
