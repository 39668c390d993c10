"""The base of every error that a person or a partner may see: machine code, words, data, status.

Not here: the errors themselves. Each app names its own in `errors.py`, one class per case.
"""

from functools import partial
from typing import Any, ClassVar


class Problem(Exception):
    """An expected refusal. Subclasses set `code`, `status` and `message`.

    `message` may hold `{name}` fields filled from `data`; it says what happened and what to do.
    `param` names the input at fault, when there is one.
    """

    code: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    message: ClassVar[str] = "The request could not be done."

    def __init__(self, *, param: str = "", retry_after: int | None = None, **data: Any) -> None:
        self.param = param
        self.retry_after = retry_after
        self.data = data
        super().__init__(self.message.format(**data))

    def __reduce__(self) -> tuple[partial["Problem"], tuple[()]]:
        """A task that fails with a problem reports it from another process: made again from its parts."""
        return partial(type(self), param=self.param, retry_after=self.retry_after, **self.data), ()

    @property
    def detail(self) -> str:
        return str(self)


class NotFound(Problem):
    code = "not_found"
    status = 404
    message = "There is nothing at this address. Check the id; it may belong to another brand."


class NotAllowed(Problem):
    code = "not_allowed"
    status = 403
    message = "Your role does not include this. An owner of the brand can change that."


class InvalidInput(Problem):
    """One field of the input is wrong; `reason` says how to put it right."""

    code = "invalid_input"
    status = 422
    message = "{reason}"


class Conflict(Problem):
    code = "conflict"
    status = 409
    message = "Somebody changed this at the same moment. Load it again and repeat."


class RateLimited(Problem):
    code = "rate_limited"
    status = 429
    message = "Too many requests. Wait {seconds} s and try again."
