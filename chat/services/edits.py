"""Changing what a line says, with a trail of what it said before.

Not here: taking it out of the room (messages).
"""

import uuid

from django.db import transaction

from chat.errors import MessageGone, NotInRoom, NotYourLine
from chat.events import MessageEdited
from chat.models import Message, MessageEdit
from chat.protocol import MAX_TEXT
from chat.text import clean
from kernel import clock
from kernel.eventlog.store import append, show_topic


def edit_message(*, show_id: uuid.UUID, message_id: uuid.UUID, text: str, actor: str, may_correct: bool) -> Message:
    """Change a line; everybody sees the new words and that they were edited, the team also the old ones.

    The team's own lines are changed by any of them, a viewer's only by who `may_correct` it. The same
    words again change nothing. Locks the message. Raises NotInRoom (also for a line in the shadow, of
    which all would hear), NotYourLine, MessageGone, and what text.clean does.
    """
    words = clean(text, limit=MAX_TEXT)
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id, show_id=show_id).first()
        if message is None or message.is_hidden:
            raise NotInRoom(noun="message")
        if not message.badge and not may_correct:
            raise NotYourLine
        if message.removed_at is not None:
            raise MessageGone
        if message.text == words:
            return message
        moment = clock.now()
        MessageEdit.objects.create(message=message, before=message.text, editor=actor, at=moment)
        message.text, message.edited_at = words, moment
        message.save(update_fields=["text", "edited_at"])
        event = MessageEdited(message_id=message.public_id, text=words, edited_at=moment)
        append(event, topic=show_topic(show_id), actor=actor)
    return message
