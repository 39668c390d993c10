"""Texts, refused words and names: what is let through, what not, and how long it takes."""

import time

import pytest

from chat.blocklist import Blocklist, tokens
from chat.errors import MessageEmpty, MessageTooLong, NameInvalid, TextUnreadable
from chat.people import check_name
from chat.text import clean, has_link

WORDS = Blocklist(["damn", "snake oil", "scam*", "ass"])


@pytest.mark.parametrize(
    "text",
    ["damn", "DAMN!", "d4mn", "dámn", "d a m n", "daaaamn", "da\u200bmn", "pure snake   oil here", "snake-oil",
     "scammers", "Scam.", "you ass"],
)  # fmt: skip
def test_refused_words_are_found_however_dressed(text: str) -> None:
    assert WORDS.blocks(text)


@pytest.mark.parametrize("text", ["class", "damnation", "a snake, then oil", "assistant", "hello", "", "s c a"])
def test_words_that_only_contain_them_pass(text: str) -> None:
    assert not WORDS.blocks(text)


@pytest.mark.parametrize("text", ["d!mwit", "dіmwit", "ｄｉｍｗｉｔ", "D1MW1T", "dim\u00adwit"])
def test_marks_and_other_scripts_hide_nothing(text: str) -> None:
    assert Blocklist(["dimwit"]).blocks(text)


def test_other_scripts_have_words_of_their_own() -> None:
    words = Blocklist(["cop", "сор"])
    assert words.blocks("сор")
    assert not Blocklist(["cop"]).blocks("сор")


@pytest.mark.parametrize(
    ("text", "near"),
    [("puresnakeoil", True), ("snake oi l", True), ("xxscammerxx", False), ("rattlesnake oil", True), ("snake", False)],
)
def test_what_comes_near_a_word(text: str, near: bool) -> None:
    assert Blocklist(["snake oil", "ass"]).comes_near(text) == near


def _seconds(words: Blocklist, text: str) -> float:
    """The best of five in the processor's time, each with a text that was not looked at before."""
    times = []
    for number in range(5):
        fresh = f"{text} {number}{len(text)}"
        began = time.process_time()
        assert not words.blocks(fresh)
        assert not words.comes_near(fresh)
        times.append(time.process_time() - began)
        tokens.cache_clear()
    return min(times)


@pytest.mark.parametrize("piece", ["a plain sentence of words ", "b ", "c" * 50 + " ", "refus", "é1b! "])
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Ten times the text takes about ten times as long, far from a hundred times; ten thousand words hardly
    longer than two."""
    many = Blocklist([f"refused{number}x word{number}" for number in range(9_000)] + [f"zq{n}*" for n in range(1_000)])
    few = Blocklist(["refused1x word1", "zq1*"])
    short, long = ((piece * (size // len(piece) + 1))[:size] for size in (10_000, 100_000))
    assert _seconds(many, long) < 2.0
    assert _seconds(many, long) < 50 * max(_seconds(many, short), 0.001)
    assert _seconds(many, long) < 10 * max(_seconds(few, long), 0.001)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org", "see www.example.com now", "example.com", "shop.example.de/x", "tg://join",
        "EXAMPLE.COM", "exa\u200bmple.com", "example\u3002com", "example\uff0ecom", "ｅｘａｍｐｌｅ．ｃｏｍ",
        "example\uff61com", "example\u2024com", "bücher.de", "пример.рф", "例え.みんな", "xn--bcher-kva.xn--p1ai",
        "a.b.c.d.e.f.g.com", "(example.com)", "example.com.", "t.me/join", "bit.ly/x", "youtu.be",
        "deals.example.travel/now", "example.museum:8080", "http://1.2.3.4", "10.0.0.1:8000", "1.2.3.4/x",
        "mailto:a@b", "javascript:alert(1)", "hello,example.net", "-example.org",
    ],
)  # fmt: skip
def test_links_are_seen(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "great.thanks", "3.50 each", "at 19.30", "well...no", "a.b", "me@home", "yes.and no",
        "version 1.2.3.4", "50/50", "I like it.It is soft", "and/or", "10:30", "wait…no", "data: none", "ok。好",
    ],
)  # fmt: skip
def test_what_is_no_link_passes(text: str) -> None:
    assert not has_link(text)


def test_texts_become_one_plain_line() -> None:
    assert clean("  two\n lines\t here ", limit=50) == "two lines here"
    assert clean("<script>alert(1)</script>", limit=50) == "<script>alert(1)</script>"
    assert clean("👩‍👩‍👧 शुभ مرحبا", limit=50) == "👩‍👩‍👧 शुभ مرحبا"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", MessageEmpty),
        ("\u200b\u200b", MessageEmpty),
        ("x" * 11, MessageTooLong),
        ("a\x00b", TextUnreadable),
        ("a\x1b[2Jb", TextUnreadable),
        ("a\u202eb", TextUnreadable),
        ("a" + "\u0301" * 6, TextUnreadable),
    ],
)
def test_what_is_no_text_is_refused_by_name(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        clean(text, limit=10)


@pytest.mark.parametrize("name", ["Jo", "Zoë", "Jean-Luc", "O'Neill", "van Dam", "Ana 2", "李明"])
def test_names_of_people(name: str) -> None:
    assert check_name(name, blocklist=WORDS, staff_names=frozenset()) == name


@pytest.mark.parametrize("name", ["", "x", "-x-", "x" * 25, "a\nb\0c", "<i>x</i>", "...", "a  -b-"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(NameInvalid):
        check_name(name, blocklist=WORDS, staff_names=frozenset())
