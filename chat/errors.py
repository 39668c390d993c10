"""What a room may refuse, each with a code that a page can act on and words that say what to do.

Not here: how a refusal travels (protocol for sockets, kernel.problems for HTTP).
"""

from kernel.errors import Problem


class FrameInvalid(Problem):
    code = "frame_invalid"
    status = 400
    message = "This frame could not be read: {reason}"


class FrameTooLarge(Problem):
    code = "frame_too_large"
    status = 413
    message = "A frame has at most {limit} bytes. Shorten the text and send it again."


class HelloFirst(Problem):
    code = "hello_first"
    status = 400
    message = "Send a hello frame first."


class JoinFirst(Problem):
    code = "join_first"
    status = 401
    message = "Choose a name to take part."


class GuestsNotAllowed(Problem):
    code = "guests_not_allowed"
    status = 403
    message = "Only signed-in customers can write here. Sign in with your e-mail address."


class StaffOnly(Problem):
    code = "staff_only"
    status = 403
    message = "This is for the team of the show."


class NameInvalid(Problem):
    code = "name_invalid"
    status = 422
    message = "A name has 2 to 24 letters, digits, spaces or hyphens."


class NameTaken(Problem):
    code = "name_taken"
    status = 409
    message = "This name belongs to the team. Choose another."


class MessageEmpty(Problem):
    code = "message_empty"
    status = 422
    message = "Write something first."


class MessageTooLong(Problem):
    code = "message_too_long"
    status = 422
    message = "A message has at most {limit} characters; this one has {length}."


class TextUnreadable(Problem):
    code = "text_unreadable"
    status = 422
    message = "The text holds control characters. Type it again without formatting."


class LinkNotAllowed(Problem):
    code = "link_not_allowed"
    status = 422
    message = "Links are left to the team. Send the message without it."


class WordBlocked(Problem):
    code = "word_blocked"
    status = 422
    message = "The shop does not allow a word in this text. Say it in other words."


class DuplicateMessage(Problem):
    code = "duplicate_message"
    status = 409
    message = "You just said this."


class SlowMode(Problem):
    code = "slow_mode"
    status = 429
    message = "Slow mode is on. Write again in {seconds} s."


class TooManyMessages(Problem):
    code = "too_many_messages"
    status = 429
    message = "That was quick. Write again in {seconds} s."


class OneQuestionAMinute(Problem):
    code = "one_question_a_minute"
    status = 429
    message = "You can ask one question a minute. Ask again in {seconds} s."


class TimedOut(Problem):
    code = "timed_out"
    status = 403
    message = "The team has paused your messages. Write again in {seconds} s."


class Banned(Problem):
    code = "banned"
    status = 403
    message = "The team has closed this room for you."


class ShutOut(Banned):
    """The same ban, where somebody wants to buy."""

    message = "The team has shut you out, so nothing can be held for you. Write to the shop if that is a mistake."


class RoomClosed(Problem):
    code = "room_closed"
    status = 409
    message = "This show is over, and so is its chat. What was said stays to read."


class RoomBusy(Problem):
    code = "room_busy"
    status = 503
    message = "The room is very busy. Your message was not sent; try again in a moment."


class NotInRoom(Problem):
    """Another room's row, or none: told alike, so that ids teach nothing."""

    code = "not_in_room"
    status = 404
    message = "There is no such {noun} in this room."


class PollRunning(Problem):
    code = "poll_running"
    status = 409
    message = "A poll is open in this room. Close it first."


class PollOver(Problem):
    code = "poll_over"
    status = 409
    message = "This poll is closed."


class QuestionOver(Problem):
    code = "question_over"
    status = 409
    message = "This question is no longer open."


class LinesWaiting(Problem):
    code = "lines_waiting"
    status = 409
    message = "{count} lines wait for approval. Say what becomes of them: approve or decline."


class OwnLine(Problem):
    code = "own_line"
    status = 409
    message = "This is your own line."


class TooManyReports(Problem):
    code = "too_many_reports"
    status = 429
    message = "The team has many reports of yours. Report again in {seconds} s."


class QueueFull(Problem):
    code = "queue_full"
    status = 429
    message = "Many messages wait for the team already. Send yours again in a minute."


class ClaimedByOther(Problem):
    code = "claimed_by_other"
    status = 409
    message = "{name} is dealing with this line. Take another one."


class AlreadyDecided(Problem):
    code = "already_decided"
    status = 409
    message = "Somebody of the team has decided this already: {status}."


class MessageRefused(Problem):
    """A rule of automatic moderation said no; which one is told to nobody who could learn from it."""

    code = "message_refused"
    status = 422
    message = "This message cannot be shown here. Say it in other words."


class NotYourLine(Problem):
    code = "not_your_line"
    status = 403
    message = "Moderators change the team's own lines. Ask a host to correct a viewer's."


class MessageGone(Problem):
    code = "message_gone"
    status = 409
    message = "This message was removed. It can no longer be changed."


class MembersOnly(Problem):
    code = "members_only"
    status = 403
    message = "This is for people of the team. A key cannot look after a room."


class CannotBanTeam(Problem):
    code = "cannot_ban_team"
    status = 409
    message = "Members of the team cannot be banned. Remove them under Settings, Team."


class AlreadyLifted(Problem):
    code = "already_lifted"
    status = 409
    message = "This was lifted before."
