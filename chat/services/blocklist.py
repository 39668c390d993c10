"""Setting the words that a brand refuses.

Not here: how they are found in a text (chat.blocklist).
"""

from collections.abc import Sequence

from django.db import transaction

from chat.blocklist import MAX_PHRASE, MAX_WORDS, tokens
from chat.events import BlocklistChanged
from chat.models import BlockedWord
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import advisory_lock


def set_blocklist(*, words: Sequence[str], actor: str) -> list[str]:
    """Replace the whole list. Every room of the brand follows within about a second. Raises
    InvalidInput. Two at once: the later wins whole."""
    wanted = sorted({" ".join(word.replace("\0", " ").split()) for word in words} - {""})
    if len(wanted) > MAX_WORDS:
        raise InvalidInput(param="words", reason=f"A list has at most {MAX_WORDS} words.")
    for word in wanted:
        if len(word) > 60 or not 1 <= len(tokens(word)) <= MAX_PHRASE:
            raise InvalidInput(param="words", reason=f"“{word[:60]}” is not a word or a phrase of up to {MAX_PHRASE}.")
    with transaction.atomic():
        advisory_lock("blocklist")
        BlockedWord.objects.exclude(text__in=wanted).delete()
        BlockedWord.objects.bulk_create([BlockedWord(text=word) for word in wanted], ignore_conflicts=True)
        append(BlocklistChanged(words=len(wanted)), topic=SHOP_TOPIC, actor=actor)
    return wanted
