"""What the API shows and takes of rooms.

Not here: the addresses.
"""

from typing import Any

from rest_framework import serializers

from chat.models import Ban, Message, Poll
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField

Shape = serializers.Serializer[Any]


class MessageShape(Shape):
    id = serializers.CharField(source="public_id")
    author_key = serializers.CharField()
    author = serializers.CharField()
    badge = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField(help_text="Plain text, never markup. Of removed messages too: the team may look.")
    reply_to = serializers.SerializerMethodField()
    posted_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_by = serializers.CharField()

    def get_reply_to(self, message: Message) -> str | None:
        return ids.public_id(Message.id_prefix, message.reply_to_id) if message.reply_to_id else None


class RoomShape(Shape):
    slow_seconds = serializers.IntegerField()
    guests_allowed = serializers.BooleanField()
    pinned_message = serializers.SerializerMethodField()
    reactions = serializers.IntegerField()

    def get_pinned_message(self, room: Any) -> str | None:
        return ids.public_id(Message.id_prefix, room.pinned_message_id) if room.pinned_message_id else None


class RoomChange(ClosedSerializer):
    slow_seconds = serializers.IntegerField(required=False, min_value=0, max_value=120, help_text="0 is off.")
    guests_allowed = serializers.BooleanField(required=False)


class PinRequest(ClosedSerializer):
    message = PublicIdField("msg")


class QuestionShape(Shape):
    id = serializers.CharField(source="public_id")
    author_key = serializers.CharField()
    author = serializers.CharField()
    text = serializers.CharField()
    votes = serializers.IntegerField()
    status = serializers.CharField()
    asked_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class AnswerShape(Shape):
    text = serializers.CharField()
    votes = serializers.IntegerField()


class PollShape(Shape):
    id = serializers.CharField(source="public_id")
    question = serializers.CharField()
    answers = serializers.SerializerMethodField()
    status = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_answers(self, poll: Poll) -> list[dict[str, Any]]:
        return [{"text": text, "votes": votes} for text, votes in zip(poll.answers, poll.counts, strict=True)]


class PollRequest(ClosedSerializer):
    question = serializers.CharField(max_length=200)
    answers = serializers.ListField(child=serializers.CharField(max_length=100), min_length=2, max_length=6)
    seconds = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=5, max_value=3600, help_text="None: closed by hand."
    )


class BanShape(Shape):
    id = serializers.CharField(source="public_id")
    viewer = serializers.CharField(source="viewer_key")
    name = serializers.CharField(help_text="The name last used in a chat.")
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="None for a ban, the end of a time-out.")
    show = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)

    def get_show(self, ban: Ban) -> str | None:
        return ids.public_id("shw", ban.show_id) if ban.show_id else None


class BanRequest(ClosedSerializer):
    viewer = serializers.CharField(max_length=40, help_text="`author_key` of a message, vwr_…")
    seconds = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=10, max_value=86_400, help_text="None: a ban."
    )
    show = PublicIdField("shw", required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class BlocklistShape(ClosedSerializer):
    words = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=500,
        help_text="Words, or phrases of up to four. A trailing * matches any ending.",
    )
