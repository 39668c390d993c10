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
# Ends of names that are hardly ever the next word of a sentence typed without a space.
_ENDS = (
    "com|net|org|io|co|de|fr|eu|uk|nl|ch|es|pl|se|dk|fi|cz|jp|kr|br|au|ca|mx|tr|ua|ir|vn|me|ly|gl|gg|tv|to|cc|ws|pw|"
    "ru|su|cn|tk|ml|ga|cf|gq|xyz|app|dev|shop|store|live|link|info|biz|top|site|online|club|icu|vip|win|bet|casino|"
    "porn|sex|xxx|click|page|website|space|fun|stream|chat|zone|agency|xn--[\\w-]+|"
    "рф|укр|бел|срб|бг|ею|中国|中國|香港|台湾|台灣|한국|みんな|भारत"
)
_NAME = r"(?<![\w@.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,40}"
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S"  # any scheme
    r"|(?<!\w)(?:mailto|tel|sms|javascript|data):\S"
    r"|(?<!\w)www\d?\.\S"
    rf"|{_NAME}\.(?:{_ENDS})(?![\w-])"  # a bare domain
    r"|(?<![\w-])youtu\.be(?![\w-])"
    rf"|{_NAME}\.[^\W\d_]{{2,24}}(?::\d{{2,5}}|/[^\s/])"  # any end, when a port or a path follows
    r"|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5}|/\S)",
    re.IGNORECASE,
)
_DOTS = str.maketrans("。｡․﹒．", ".....")


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
    """Whether the text holds something that a reader could open: an address with a scheme, `www.`, a
    bare domain, or any name or number with a path or a port behind it.

    Looked at as it reads: full-width letters, other scripts' full stops and invisible characters count
    as what they look like. A mail address is no link; automatic moderation looks for those.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_DOTS)).translate(_DOTS)
    return _LINK.search("".join(c for c in plain if unicodedata.category(c) != "Cf")) is not None
