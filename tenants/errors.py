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
    message = "{pair} would have a contrast of {ratio}:1 and needs {floor}:1. {advice}"


class ColourInvalid(Problem):
    code = "colour_invalid"
    status = 422
    message = "{value} is not a colour. Write it as #843a47."


class LogoUnreadable(Problem):
    code = "logo_unreadable"
    status = 422
    message = "This file could not be read as a picture. Send a PNG, WebP or JPEG; SVG files are not taken."


class LogoTooLarge(Problem):
    code = "logo_too_large"
    status = 422
    message = "This picture is too large. Send at most 2 MB and 4000 by 4000 pixels."


class InvitationGone(Problem):
    code = "invitation_gone"
    status = 410
    message = "This invitation was used, withdrawn or is older than seven days. Ask the owner for a new one."


class AccountExists(Problem):
    code = "account_exists"
    status = 409
    message = "There is an account with this e-mail address by now. Load the page again and sign in with it."


class AlreadyMember(Problem):
    code = "already_member"
    status = 409
    message = "{email} works for this brand already. Change the role in the list instead."


class TicketSpent(Problem):
    code = "ticket_spent"
    status = 403
    message = "This link into the studio was used or is older than a minute. Sign in instead."


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
