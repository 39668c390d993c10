"""Texts, refused words and names: what is let through, what not, and how long it takes."""

import time

import pytest

from chat.blocklist import Blocklist
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


def test_time_grows_with_the_text_alone() -> None:
    """Five hundred words cost the same as one, and the worst text costs no more than a plain one."""
    many = Blocklist([f"word{number}x and{number} more*" for number in range(300)] + ["a" * 50 + "*"])
    text = "a a a a " * 62
    began = time.perf_counter()
    for _ in range(100):
        many.blocks(text)
    assert (time.perf_counter() - began) / 100 < 0.01


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org", "see www.example.com now", "example.com", "shop.example.de/x", "tg://join", "EXAMPLE.COM",
        "exa\u200bmple.com", "example\u3002com", "example\uff0ecom", "ｅｘａｍｐｌｅ．ｃｏｍ", "example\uff61com", "example\u2024com",
        "bücher.de", "пример.рф", "例え.みんな", "xn--bcher-kva.xn--p1ai", "a.b.c.d.e.f.g.com", "(example.com)", "example.com.",
        "t.me/join", "bit.ly/x", "youtu.be", "deals.example.travel/now", "example.museum:8080", "http://1.2.3.4", "10.0.0.1:8000",
        "1.2.3.4/x", "mailto:a@b", "javascript:alert(1)", "hello,example.net", "-example.org",
    ],
)  # fmt: skip
def test_links_are_seen(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "great.thanks", "3.50 each", "at 19.30", "well...no", "a.b", "me@home", "yes.and no", "version 1.2.3.4", "50/50",
        "I like it.It is soft", "and/or", "10:30", "wait…no", "data: none", "ok。好",
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
