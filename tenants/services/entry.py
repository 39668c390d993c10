"""From the platform's site into a brand's studio: a ticket that signs in once, on the brand's host.

Not here: passwords (allauth).
"""

import datetime as dt
import hashlib

from kernel import signing
from kernel.redis import client
from kernel.tenancy import public_context
from tenants.errors import TicketSpent
from tenants.models import Brand, Member, User

TICKET_LIFETIME = dt.timedelta(seconds=60)


def redeem_ticket(*, brand: Brand, token: str) -> User:
    """The person of a ticket, who is a member of this brand. Raises TicketSpent.

    A ticket counts once: Redis notes it before anybody is signed in, and without Redis none counts.
    """
    with public_context():
        payload = signing.unsign("entry", token, max_age=TICKET_LIFETIME)
    if payload is None or payload.get("brand") != str(brand.pk):
        raise TicketSpent
    name = f"vitrine:entry:{hashlib.sha256(token.encode()).hexdigest()}"
    if not client().set(name, "1", nx=True, ex=2 * int(TICKET_LIFETIME.total_seconds())):
        raise TicketSpent
    member = Member.objects.select_related("user").filter(brand=brand, user_id=payload["user"]).first()
    if member is None or not member.user.is_active:
        raise TicketSpent
    return member.user
