"""What the API shows and takes of rooms.

Not here: the addresses.
"""

from typing import Any

from rest_framework import serializers

from chat.models import Ban, HeldMessage, Message, Poll
from chat.selectors import claim_of, reasons_of
from chat.services.moderation import MOST_NETWORK_HOURS, NETWORK_HOURS
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField

Shape = serializers.Serializer[Any]


class EditShape(Shape):
    before = serializers.CharField()
    editor = serializers.CharField(help_text="`member:mem_…` or `key:…`.")
    at = serializers.DateTimeField()


class EditRequest(ClosedSerializer):
    text = serializers.CharField(max_length=2000, help_text="At most 500 characters, on one line.")


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
    edited_at = serializers.DateTimeField(allow_null=True)
    edits = EditShape(many=True, help_text="What it said before, oldest first.")
    shadowed = serializers.BooleanField(source="is_hidden", help_text="Only its author and the team see it.")

    def get_reply_to(self, message: Message) -> str | None:
        return ids.public_id(Message.id_prefix, message.reply_to_id) if message.reply_to_id else None


class ReportedShape(Shape):
    message = serializers.CharField(source="public_id")
    author_key = serializers.CharField()
    author = serializers.CharField()
    text = serializers.CharField()
    posted_at = serializers.DateTimeField()
    reports = serializers.SerializerMethodField(help_text="By how many viewers.")
    reasons = serializers.SerializerMethodField(help_text="How often for which: spam, insult, private, other.")

    def get_reports(self, message: Message) -> int:
        return sum(reasons_of(message).values())

    def get_reasons(self, message: Message) -> dict[str, int]:
        return reasons_of(message)


class RoomShape(Shape):
    slow_seconds = serializers.IntegerField()
    guests_allowed = serializers.BooleanField()
    approval = serializers.BooleanField(help_text="Viewers' lines wait until the team has read them.")
    pinned_message = serializers.SerializerMethodField()
    reactions = serializers.IntegerField()

    def get_pinned_message(self, room: Any) -> str | None:
        return ids.public_id(Message.id_prefix, room.pinned_message_id) if room.pinned_message_id else None


class RoomChange(ClosedSerializer):
    slow_seconds = serializers.IntegerField(required=False, min_value=0, max_value=120, help_text="0 is off.")
    guests_allowed = serializers.BooleanField(required=False)
    approval = serializers.BooleanField(required=False)
    waiting = serializers.ChoiceField(
        ["approve", "decline"],
        required=False,
        help_text="With `approval: false`: what becomes of the lines that wait for it.",
    )


class HeldShape(Shape):
    id = serializers.CharField(source="public_id")
    author_key = serializers.CharField()
    author = serializers.CharField()
    text = serializers.CharField()
    is_question = serializers.BooleanField()
    rule = serializers.CharField(help_text="Which rule held it; empty: the room shows nothing unread.")
    status = serializers.CharField()
    held_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField()
    message = serializers.SerializerMethodField(help_text="The message that it became.")
    claim = serializers.SerializerMethodField(help_text="Who deals with it: {by, name, until}, or null.")

    def get_message(self, held: HeldMessage) -> str | None:
        return ids.public_id(Message.id_prefix, held.message_id) if held.message_id else None

    def get_claim(self, held: HeldMessage) -> dict[str, Any] | None:
        return claim_of(held)


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
    kind = serializers.CharField(help_text="ban, timeout or shadow.")
    viewer = serializers.CharField(source="viewer_key")
    name = serializers.CharField(help_text="The name last used in a chat.")
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True, help_text="None for a ban, the end of a time-out.")
    devices = serializers.SerializerMethodField(help_text="How many devices it reaches.")
    networks = serializers.SerializerMethodField(help_text="How many networks it reaches.")
    networks_until = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(source="actor")
    show = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    lifted_at = serializers.DateTimeField(allow_null=True)

    def get_devices(self, ban: Ban) -> int:
        return len(ban.devices)

    def get_networks(self, ban: Ban) -> int:
        return len(ban.networks)

    def get_show(self, ban: Ban) -> str | None:
        return ids.public_id("shw", ban.show_id) if ban.show_id else None


class BanRequest(ClosedSerializer):
    viewer = serializers.CharField(max_length=40, help_text="`author_key` of a message, vwr_…")
    seconds = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=10, max_value=86_400, help_text="None: a ban."
    )
    kind = serializers.ChoiceField(
        ["ban", "shadow"],
        required=False,
        default="ban",
        help_text="Under a shadow ban only they and the team see them.",
    )
    devices = serializers.BooleanField(
        required=False, default=True, help_text="Also the devices they wrote from, under any nickname."
    )
    networks = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Also their networks, for a time. Others may share them: see `others` of the viewer.",
    )
    network_hours = serializers.IntegerField(
        required=False, default=NETWORK_HOURS, min_value=1, max_value=MOST_NETWORK_HOURS
    )
    show = PublicIdField("shw", required=False, allow_null=True, default=None)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class ViewerLineShape(Shape):
    id = serializers.CharField(source="public_id")
    show = serializers.SerializerMethodField()
    text = serializers.CharField()
    posted_at = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    edited_at = serializers.DateTimeField(allow_null=True)
    shadowed = serializers.BooleanField(source="is_hidden")

    def get_show(self, message: Message) -> str:
        return ids.public_id("shw", message.show_id)


class ViewerShape(Shape):
    viewer = serializers.CharField(source="viewer_key")
    names = serializers.ListField(child=serializers.CharField(), help_text="Used lately, newest first.")
    is_customer = serializers.BooleanField()
    lines = serializers.IntegerField(help_text="How many messages, in all shows.")
    removed = serializers.IntegerField(help_text="How many of them the team removed.")
    declined = serializers.IntegerField(help_text="How many waited and were declined.")
    devices = serializers.IntegerField(help_text="How many devices they wrote from in the last two weeks.")
    networks = serializers.IntegerField(help_text="How many networks, likewise.")
    others = serializers.IntegerField(
        help_text="How many other viewers wrote from these networks: a ban of networks shuts them out too."
    )
    orders = serializers.IntegerField(allow_null=True, help_text="Paid orders; null for whom orders are not for.")
    last_lines = ViewerLineShape(many=True)
    actions = BanShape(many=True, help_text="Bans, shadow bans and time-outs, newest first.")


class ShiftShape(Shape):
    member_id = serializers.CharField()
    name = serializers.CharField()
    since = serializers.DateTimeField()


class HandOverShape(Shape):
    text = serializers.CharField()
    author = serializers.CharField()
    at = serializers.DateTimeField()


class HandOverRequest(ClosedSerializer):
    text = serializers.CharField(max_length=2000, allow_blank=True, trim_whitespace=False, help_text="Up to 1000.")


class BlocklistShape(ClosedSerializer):
    words = serializers.ListField(
        child=serializers.CharField(max_length=60),
        max_length=10_000,
        help_text="Words, or phrases of up to four. A trailing * matches any ending.",
    )
