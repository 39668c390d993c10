"""A brand's refused words, found in time linear in the text, however they are dressed up.

Not here: the list itself (models.moderation) and its changes (services).
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_WORDS, MAX_PHRASE = 500, 4

_DIGITS = str.maketrans("013457@$", "oieastas")
_TOKEN = re.compile(r"[^\W_]+")
_RUN = re.compile(r"(.)\1{2,}")


def tokens(text: str) -> list[str]:
    """The words of a text without case, accents, invisible characters, digits for letters, long
    runs of one letter and spaces between single letters."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    words = [_RUN.sub(r"\1", word) for word in _TOKEN.findall(plain.translate(_DIGITS))]
    joined: list[str] = []
    letters = ""
    for word in [*words, ""]:
        if len(word) == 1:
            letters += word
            continue
        if len(letters) > 2:
            joined.append(letters)
        letters = ""
    return words + joined


class Blocklist:
    """Whole words only: a list with `ass` lets `class` pass. A trailing * matches any ending."""

    def __init__(self, words: Iterable[str]) -> None:
        self._phrases: set[tuple[str, ...]] = set()
        self._beginnings: set[str] = set()
        for text in words:
            phrase = tuple(tokens(text))
            if text.endswith("*") and len(phrase) == 1:
                self._beginnings.add(phrase[0])
            elif phrase:
                self._phrases.add(phrase[:MAX_PHRASE])
        self._lengths = sorted({len(phrase) for phrase in self._phrases})
        self._shortest = min(map(len, self._beginnings), default=0)
        self._longest = max(map(len, self._beginnings), default=0)

    def blocks(self, text: str) -> bool:
        """Whether the text holds a refused word."""
        words = tokens(text)
        for start, word in enumerate(words):
            if any(tuple(words[start : start + length]) in self._phrases for length in self._lengths):
                return True
            ends = range(self._shortest, min(self._longest, len(word)) + 1)
            if self._beginnings and any(word[:end] in self._beginnings for end in ends):
                return True
        return False
