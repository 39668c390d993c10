"""What the team does with single messages: remove, pin, unpin.

Not here: posting (writer).
"""

import uuid

from django.db import transaction

from chat.errors import NotInRoom
from chat.events import MessagePinned, MessageRemoved, MessageUnpinned
from chat.models import Message, RoomSettings
from chat.services.reports import close_reports
from kernel import clock
from kernel.eventlog.schema import Event
from kernel.eventlog.store import append_many, show_topic


def remove_message(*, show_id: uuid.UUID, message_id: uuid.UUID, actor: str) -> None:
    """Take a message out of the room; a pinned one is unpinned. Doing it twice tells once.

    Locks the room, then the message. Raises NotInRoom.
    """
    with transaction.atomic():
        room = _lock_room(show_id)
        message = _lock_message(show_id, message_id)
        if message.removed_at is not None:
            return
        message.removed_at, message.removed_by = clock.now(), actor
        message.save(update_fields=["removed_at", "removed_by"])
        close_reports(message)
        events: list[Event] = [MessageRemoved(message_id=message.public_id)]
        if room.pinned_message_id == message.pk:
            RoomSettings.objects.filter(pk=show_id).update(pinned_message=None)
            events.append(MessageUnpinned(message_id=message.public_id))
        append_many(events, topic=show_topic(show_id), actor=actor)


def pin_message(*, show_id: uuid.UUID, message_id: uuid.UUID, actor: str) -> None:
    """Show a message above the chat, in place of the one before. Locks the room, then the message.
    Raises NotInRoom, also for one that was removed or that not all see."""
    with transaction.atomic():
        room = _lock_room(show_id)
        message = _lock_message(show_id, message_id)
        if message.removed_at is not None or message.is_hidden:
            raise NotInRoom(noun="message")
        if room.pinned_message_id == message.pk:
            return
        RoomSettings.objects.filter(pk=show_id).update(pinned_message=message)
        event = MessagePinned(
            message_id=message.public_id, author=message.author, badge=message.badge, text=message.text
        )
        append_many([event], topic=show_topic(show_id), actor=actor)


def unpin_message(*, show_id: uuid.UUID, actor: str) -> None:
    """Take the pinned message down, if there is one. Locks the room."""
    with transaction.atomic():
        pinned = _lock_room(show_id).pinned_message
        if pinned is None:
            return
        RoomSettings.objects.filter(pk=show_id).update(pinned_message=None)
        append_many([MessageUnpinned(message_id=pinned.public_id)], topic=show_topic(show_id), actor=actor)


def _lock_room(show_id: uuid.UUID) -> RoomSettings:
    RoomSettings.objects.get_or_create(pk=show_id)
    return RoomSettings.objects.select_for_update().get(pk=show_id)


def _lock_message(show_id: uuid.UUID, message_id: uuid.UUID) -> Message:
    message = Message.objects.select_for_update().filter(pk=message_id, show_id=show_id).first()
    if message is None:
        raise NotInRoom(noun="message")
    return message
