"""Every refusal the sandbox can answer with, in Stripe's shape.

`executed` says whether the endpoint had begun: only then is the answer saved under its idempotency key.
`keeps_changes` says whether what was written before the refusal stays (a declined charge does).
"""

from typing import Any

JsonObject = dict[str, Any]


class ApiError(Exception):
    status = 400
    type = "invalid_request_error"
    code: str | None = None
    executed = True
    keeps_changes = False

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code or self.code
        self.extra = extra

    def body(self) -> JsonObject:
        error: JsonObject = {"type": self.type, "message": self.message}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return {"error": {**error, **self.extra}}


class AuthenticationError(ApiError):
    status = 401
    executed = False


class AccountInvalidError(ApiError):
    status = 403
    code = "account_invalid"
    executed = False


class SecretKeyRequiredError(ApiError):
    status = 403
    code = "secret_key_required"
    executed = False


class ParameterError(ApiError):
    """Found while reading parameters, before anything ran."""

    executed = False


class RouteUnknownError(ApiError):
    status = 404
    executed = False


class ResourceMissingError(ApiError):
    status = 404
    code = "resource_missing"


class UnexpectedStateError(ApiError):
    code = "payment_intent_unexpected_state"


class RequestRefusedError(ApiError):
    """The parameters can be read, but what they ask for may not be done."""


class CardDeclinedError(ApiError):
    status = 402
    type = "card_error"
    keeps_changes = True


class IdempotencyMismatchError(ApiError):
    type = "idempotency_error"
    executed = False


class IdempotencyKeyInUseError(ApiError):
    status = 409
    type = "idempotency_error"
    code = "idempotency_key_in_use"
    executed = False


class InternalError(ApiError):
    status = 500
    type = "api_error"
