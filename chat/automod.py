"""Automatic moderation: what a rule says of a line before anybody sees it, and a good set of rules.

The rules are plain functions of a `Candidate`, need no network and no other service, and take time
linear in the text. Not here: another set in their place (judging), and what is never let through:
links, the brand's words, speed (memory).
"""

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LINES_IN_A_ROW, IN_SECONDS = 8, 5.0  # nobody types that fast
SAME_BY_OTHERS, LONG_ENOUGH = 3, 16  # people do say the same short things at once
SAME_WORD_IN_A_ROW, SAME_LETTER_IN_A_ROW, SAME_LINE = 6, 12, 2
LETTERS_TO_SHOUT, SHOUTED = 12, 0.8

_MAIL = re.compile(
    r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}\s?(?:\.|\(dot\)|\[dot\])\s?\w{2,24}", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.,€$£])(?:\+|00|0)\d(?:[ ./()-]{0,2}\d){7,13}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b")
_HANDLE = re.compile(
    r"\b(?:whats ?app|telegram|tele ?gram|signal|wechat|viber|snap(?:chat)?)\b.{0,20}(?:@\w|\d{5})", re.IGNORECASE
)
_ENDS = r"(?:com|net|org|io|de|fr|eu|uk|me|ru|cn|xyz|shop|store|link|top|online|site|club|info|biz)"
_DISGUISED = re.compile(
    rf"\bhxxps?\b|\b[\w-]{{2,63}}(?:\s?[(\[{{]\s?(?:dot|\.|punkt|point)\s?[)\]}}]\s?|\s(?:dot|punkt)\s|\s\.\s?|\.\s){_ENDS}\b(?:\s?/|\s*$)"
    rf"|\b[\w-]{{2,63}}\s?[(\[{{]\s?(?:dot|\.)\s?[)\]}}]\s?{_ENDS}\b",
    re.IGNORECASE,
)
_LETTER_RUN = re.compile(rf"(\w)\1{{{SAME_LETTER_IN_A_ROW - 1},}}")


class Action(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Said:
    """One of the author's last lines. `same`: it reads like the one that is judged."""

    seconds_ago: float
    same: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that passed the room's own checks. `same_by_others`: how many other people said the same in
    the last half minute. `near_word`: one of the brand's refused words stands inside, pulled apart or
    run together with others."""

    schema: str
    show_id: uuid.UUID
    author_key: str
    author: str
    is_customer: bool
    text: str
    said: Sequence[Said] = ()
    same_by_others: int = 0
    near_word: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rule` is what moderators read beside a line that is held; at most 40 characters."""

    action: Action
    rule: str = ""


ALLOW = Verdict(Action.ALLOW)
Rule = Callable[[Candidate], bool]


def is_flood(candidate: Candidate) -> bool:
    """Many lines in a few seconds."""
    return sum(said.seconds_ago < IN_SECONDS for said in candidate.said) >= LINES_IN_A_ROW - 1


def is_raid(candidate: Candidate) -> bool:
    """The same line, longer than a greeting, from several people at once."""
    return candidate.same_by_others >= SAME_BY_OTHERS and len(candidate.text) >= LONG_ENOUGH


def repeats(candidate: Candidate) -> bool:
    """The same word, letter or line again and again."""
    if _LETTER_RUN.search(candidate.text) or sum(said.same for said in candidate.said) >= SAME_LINE:
        return True
    row, before = 0, ""
    for word in candidate.text.casefold().split():
        row = row + 1 if word == before else 1
        if row >= SAME_WORD_IN_A_ROW:
            return True
        before = word
    return False


def shouts(candidate: Candidate) -> bool:
    """Nearly all in capitals, in a script that has them."""
    upper = sum(character.isupper() for character in candidate.text)
    cased = upper + sum(character.islower() for character in candidate.text)
    return cased >= LETTERS_TO_SHOUT and upper > SHOUTED * cased


def hides_link(candidate: Candidate) -> bool:
    """An address written so that it is none: `example dot com`."""
    return _DISGUISED.search(candidate.text) is not None


def gives_contact(candidate: Candidate) -> bool:
    """A mail address, a telephone or account number: people's own data, or somebody fishing."""
    return any(pattern.search(candidate.text) for pattern in (_MAIL, _PHONE, _IBAN, _HANDLE))


def is_near_word(candidate: Candidate) -> bool:
    """One of the brand's words in a disguise that whole words would not show."""
    return candidate.near_word


RULES: tuple[tuple[str, Rule], ...] = (
    ("contact data", gives_contact),
    ("hidden link", hides_link),
    ("like a refused word", is_near_word),
    ("same line by many", is_raid),
    ("too fast", is_flood),
    ("repeats", repeats),
    ("capitals", shouts),
)


def allow(candidate: Candidate) -> Verdict:
    """No rule at all: for installs that want none, and for measuring a room."""
    return ALLOW


def judge(candidate: Candidate) -> Verdict:
    """The first rule that finds something holds the line for the team."""
    for name, finds in RULES:
        if finds(candidate):
            return Verdict(Action.HOLD, name)
    return ALLOW
