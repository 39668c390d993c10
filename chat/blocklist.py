"""A brand's refused words, found in time linear in the text, however long the list and however the
words are dressed up.

Words of the text are looked up in sets: alone, in runs of up to four, and by their beginnings. So a
list of ten thousand costs as much as one of ten. Not here: the list (models.moderation) and its
changes (services).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MAX_WORDS, MAX_PHRASE, MAX_LETTERS = 10_000, 4, 60
SHORTEST_NEAR = 5  # letters; shorter words stand inside too many harmless ones

_LEET = str.maketrans("0134578@$€+", "oieastbaset")
_MARKS_AS_LETTERS = re.compile(r"(?<=[^\W_])[!|](?=[^\W_])")
_TOKEN = re.compile(r"[^\W_]+")
_RUN = re.compile(r"(.)\1{2,}")
_LATIN = re.compile(r"[a-z]")
# Letters of other scripts that look like Latin ones, for words that mix both.
_LOOKALIKES = str.maketrans("авеёікмнорстухѕјԁɡαεικνορτυχ", "abeeikmhopctyxsjdgaeikvoptux")


@lru_cache(maxsize=4096)  # the same line is looked at by several checks, and often said by several people
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents, invisible characters, digits and signs for letters,
    look-alikes of other scripts, long runs of one letter and spaces between single letters."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    if folded.isascii():  # nearly all: the same as below, without a call for each word
        words = _TOKEN.findall(_RUN.sub(r"\1", _MARKS_AS_LETTERS.sub("i", folded).translate(_LEET)))
    else:
        plain = "".join(c for c in folded if unicodedata.category(c) not in _UNSEEN)
        words = [_fold(word) for word in _TOKEN.findall(_MARKS_AS_LETTERS.sub("i", plain).translate(_LEET))]
    joined: list[str] = []
    letters: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1:
            letters.append(word)
            continue
        if len(letters) > 2:
            joined.append("".join(letters))
        letters = []
    return (*words, *joined)


_UNSEEN = frozenset(["Mn", "Me", "Cf"])


def _fold(word: str) -> str:
    if not word.isascii() and _LATIN.search(word):
        word = word.translate(_LOOKALIKES)
    return _RUN.sub(r"\1", word)


class Blocklist:
    """Whole words only: a list with `ass` lets `class` pass. A trailing * matches any ending."""

    def __init__(self, words: Iterable[str]) -> None:
        self._phrases: set[tuple[str, ...]] = set()
        self._beginnings: set[str] = set()
        for text in words:
            phrase = tokens(text)
            if text.endswith("*") and len(phrase) == 1:
                self._beginnings.add(phrase[0][:MAX_LETTERS])
            elif phrase:
                self._phrases.add(phrase[:MAX_PHRASE])
        self._lengths = sorted({len(phrase) for phrase in self._phrases})
        self._beginning_lengths = sorted({len(word) for word in self._beginnings})
        whole = {"".join(phrase) for phrase in self._phrases} | self._beginnings
        self._near = {word for word in whole if len(word) >= SHORTEST_NEAR}
        self._near_starts = {word[:SHORTEST_NEAR] for word in self._near}
        self._near_lengths = sorted({len(word) for word in self._near})

    def blocks(self, text: str) -> bool:
        """Whether the text holds a refused word."""
        if not self._lengths and not self._beginnings:
            return False
        words = tokens(text)
        for start, word in enumerate(words):
            if any(words[start : start + length] in self._phrases for length in self._lengths):
                return True
            if any(word[:length] in self._beginnings for length in self._beginning_lengths if length <= len(word)):
                return True
        return False

    def comes_near(self, text: str) -> bool:
        """Whether a refused word of five letters or more stands inside of others or is pulled apart:
        a reason to look, not to refuse."""
        if not self._near:
            return False
        letters = "".join(tokens(text))
        for start in range(len(letters) - SHORTEST_NEAR + 1):
            if letters[start : start + SHORTEST_NEAR] in self._near_starts and any(
                letters[start : start + length] in self._near for length in self._near_lengths
            ):
                return True
        return False
