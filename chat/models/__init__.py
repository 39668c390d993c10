"""The rows behind a room: settings, messages, moderation, questions and polls."""

from chat.models.message import Message
from chat.models.moderation import Ban, BlockedWord
from chat.models.poll import Poll, PollVote
from chat.models.question import Question, QuestionVote
from chat.models.room import RoomSettings

__all__ = ["Ban", "BlockedWord", "Message", "Poll", "PollVote", "Question", "QuestionVote", "RoomSettings"]
