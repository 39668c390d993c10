"""What can be refused around brands, members, themes and keys.

Not here: how an error looks as an answer (kernel.problems).
"""

from kernel.errors import Problem


class SlugTaken(Problem):
    code = "address_taken"
    status = 409
    message = "This address is taken. Try {suggestion}."


class SlugInvalid(Problem):
    code = "address_invalid"
    status = 422
    message = (
        "An address has 3 to 40 letters a–z, digits and single hyphens, and begins and ends with a letter or digit."
    )


class SlugReserved(Problem):
    code = "address_reserved"
    status = 422
    message = "This address is kept for the platform. Choose another."


class EmailTaken(Problem):
    code = "email_taken"
    status = 409
    message = "There is an account with this e-mail address. Sign in first, then open another brand."


class LastOwner(Problem):
    code = "last_owner"
    status = 409
    message = "A brand needs an owner. Make somebody else an owner first."


class ContrastTooLow(Problem):
    code = "contrast_too_low"
    status = 422
    message = (
        "{pair} would have a contrast of {ratio}:1; text needs {floor}:1. Choose a darker ink or a lighter surface."
    )


class ColourInvalid(Problem):
    code = "colour_invalid"
    status = 422
    message = "{value} is not a colour. Write it as #843a47."


class DomainInvalid(Problem):
    code = "domain_invalid"
    status = 422
    message = "{domain} is not a host name that can be used here. Write it like live.example.com."


class DomainTaken(Problem):
    code = "domain_taken"
    status = 409
    message = "{domain} belongs to a brand already."


class BrandSuspended(Problem):
    code = "brand_suspended"
    status = 403
    message = "This brand is paused. Its owner can write to the platform to open it again."


class BrandNotReady(Problem):
    code = "brand_not_ready"
    status = 503
    message = "This brand is being set up. It takes a few seconds."


class ScopeMissing(Problem):
    code = "scope_missing"
    status = 403
    message = "This API key lacks the scope {scope}. Make a key that has it, under Settings, Keys."
