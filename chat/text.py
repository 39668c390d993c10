"""What people type: made plain before it is kept, and never marked up. Pages escape it.

Not here: which words a brand refuses (blocklist).
"""

import re
import unicodedata

from chat.errors import MessageEmpty, MessageTooLong, TextUnreadable

# Overrides of the writing direction could turn a line inside out; isolates are left to the page.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MOST_MARKS = 4  # more combining marks in a row than any script needs
_SPACE = re.compile(r"\s+")
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)\S"
    r"|(?<![\w@.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
    r"\.(?:com|net|org|io|co|de|fr|eu|uk|me|ly|gg|tv|to|ru|cn|xyz|app|dev|shop|store|live|link|info|biz|top|site|online)"
    r"(?![\w-])",
    re.IGNORECASE,
)


def clean(text: str, *, limit: int) -> str:
    """One line of plain text. Raises MessageEmpty, MessageTooLong, TextUnreadable."""
    text = _SPACE.sub(" ", text).strip()
    if not text:
        raise MessageEmpty(param="text")
    if len(text) > limit:
        raise MessageTooLong(param="text", limit=limit, length=len(text))
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co", "Cn") or character in _OVERRIDES:
            raise TextUnreadable(param="text")
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            raise TextUnreadable(param="text")
    if not any(unicodedata.category(character)[0] not in "ZC" for character in text):
        raise MessageEmpty(param="text")  # invisible characters alone
    return text


def has_link(text: str) -> bool:
    return _LINK.search(text) is not None
