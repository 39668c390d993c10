"""Lines of people under a shadow ban: kept and shown to their author and the team.

Not here: the ban itself (moderation).
"""

import uuid

from django.db import transaction

from chat.events import MessageEchoed, MessageShadowed
from chat.models import Message
from chat.writer import Line, quote_for
from kernel import clock
from kernel.eventlog.store import append, show_topic


def echo_line(*, line: Line) -> uuid.UUID:
    """Keep a line as if it had been posted. The same key again gives the same line."""
    person = line.person
    with transaction.atomic():
        quote = quote_for(line)
        message = Message(
            show_id=line.show_id,
            author_key=person.key,
            author=person.name,
            text=line.text,
            key=line.key,
            customer_id=person.customer_id,
            reply_to_id=line.reply_to if quote else None,
            posted_at=clock.now(),
            is_hidden=True,
        )
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = Message.objects.only("id").get(author_key=person.key, key=line.key)
        if kept.pk == message.pk:
            told = {
                "message_id": message.public_id,
                "author_key": person.key,
                "author": person.name,
                "text": line.text,
                "reply_to": quote,
                "key": str(line.key),
            }
            topic = show_topic(line.show_id)
            append(MessageShadowed(**told), topic=topic, actor=person.actor)
            append(MessageEchoed(**told), topic=topic, actor=person.actor, to=person.key)
    return kept.pk
