"""What can be refused around shows, line-ups, cues, keys and broadcasts.

Not here: how an error looks as an answer (kernel.problems).
"""

from kernel.errors import Problem


class ShowNotFound(Problem):
    code = "show_not_found"
    status = 404
    message = "There is no such show. Check the link; a private show opens only with its whole link."


class TransitionRefused(Problem):
    code = "show_transition_refused"
    status = 409
    message = "A show that is {current} can't become {wanted}."


class ShowIncomplete(Problem):
    code = "show_incomplete"
    status = 422
    message = "A show needs {missing} before it can be scheduled."


class StartInThePast(Problem):
    code = "start_in_the_past"
    status = 422
    message = "The start is in the past. Choose a later day or time."


class NoPicture(Problem):
    code = "no_picture"
    status = 409
    message = "No picture has come in yet. Start your encoder with this show's key, then go live."


class ShowNotOpen(Problem):
    code = "show_not_open"
    status = 409
    message = "This works from the lobby to the end of the show. It is {current} now."


class PlanClosed(Problem):
    code = "plan_closed"
    status = 409
    message = "The show is {current}; its plan stays as it was."


class ShowNotLive(Problem):
    code = "show_not_live"
    status = 409
    message = "This works while the show is on. It is {current} now."


class SlugTaken(Problem):
    code = "slug_taken"
    status = 409
    message = "Another show lives at this address. Try {suggestion}."


class TimeZoneUnknown(Problem):
    code = "time_zone_unknown"
    status = 422
    message = "{value} is not a time zone. Write it like Europe/Paris."


class NotInLineUp(Problem):
    code = "not_in_line_up"
    status = 422
    message = "This product is not in the line-up. Add it first."


class ProductInDrop(Problem):
    code = "product_in_drop"
    status = 409
    message = "Viewers see a drop of this product. Close the drop first."


class LineUpTooLong(Problem):
    code = "line_up_too_long"
    status = 422
    message = "A line-up holds up to {most} products."


class LineUpRepeats(Problem):
    code = "line_up_repeats"
    status = 422
    message = "A product stands in a line-up once. Remove the second one."


class VariantUnknown(Problem):
    code = "variant_unknown"
    status = 422
    message = "There is no such product to sell: {variant}. It may be a draft or archived."


class CueInvalid(Problem):
    code = "cue_invalid"
    status = 422
    message = "{reason}"


class CueNotFound(Problem):
    code = "cue_not_found"
    status = 404
    message = "This run of show has no such cue."


class DropNotInShow(Problem):
    code = "drop_not_in_show"
    status = 404
    message = "This show has no such drop. Reload the page."


class PriceNotInShow(Problem):
    code = "price_not_in_show"
    status = 404
    message = "There is no such price in this show. Load the page again."


class CueAlreadyFired(Problem):
    code = "cue_already_fired"
    status = 409
    message = "This cue has been fired; what it did can't be skipped any more."


class PosterUnreadable(Problem):
    code = "poster_unreadable"
    status = 422
    message = "This file is no picture we can read. Send a JPEG, PNG or WebP of at most 10 MB."


class StreamKeyInvalid(Problem):
    code = "stream_key_invalid"
    status = 403
    message = "This stream key opens nothing. Copy the key of the show again."


class StreamKeyRotated(Problem):
    code = "stream_key_rotated"
    status = 403
    message = "This stream key was replaced. Use the newest key of the show."


class ShowOver(Problem):
    code = "show_over"
    status = 409
    message = "This show is over. Schedule another one and use its key."


class ShowCancelled(Problem):
    code = "show_cancelled"
    status = 409
    message = "This show is cancelled. Schedule another one and use its key."


class SessionOver(Problem):
    code = "session_over"
    status = 409
    message = "This publisher has left or was replaced. Connect again."


class HookSignatureInvalid(Problem):
    code = "hook_signature_invalid"
    status = 403
    message = "The signature is wrong or too old."


class HookNotLocal(Problem):
    code = "hook_not_local"
    status = 403
    message = "This address answers to our own servers only."


class BroadcastUnknown(Problem):
    code = "broadcast_unknown"
    status = 404
    message = "There is no such broadcast."


class LeaseLost(Exception):
    """Another engine holds this broadcast now, or its generation moved on. Nothing was written."""
