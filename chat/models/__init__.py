"""The rows behind a room: settings, messages, moderation, questions and polls."""

from chat.models.desk import HandOver, Shift
from chat.models.held import HeldMessage
from chat.models.message import Message, MessageEdit
from chat.models.moderation import Ban, BlockedWord, Footprint
from chat.models.poll import Poll, PollVote
from chat.models.question import Question, QuestionVote
from chat.models.report import Report
from chat.models.room import RoomSettings

__all__ = [
    "Ban",
    "BlockedWord",
    "Footprint",
    "HandOver",
    "HeldMessage",
    "Message",
    "MessageEdit",
    "Poll",
    "PollVote",
    "Question",
    "QuestionVote",
    "Report",
    "RoomSettings",
    "Shift",
]
