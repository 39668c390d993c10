"""How many new viewers one address may become: stock must not be held by a script without cookies.

Not here: what one viewer may hold (services/caps.py).
"""

from django.http import HttpRequest

from kernel import ratelimit
from kernel.errors import RateLimited

# Households and offices share an address, and most of their people come with the room's cookie.
LIMIT, SECONDS = 60, 60


def count_newcomer(request: HttpRequest) -> None:
    """Count somebody without a cookie. Raises RateLimited; lets everybody in while Redis is away."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    counted = ratelimit.check("newcomers", address, limit=LIMIT, seconds=SECONDS)
    if not counted.allowed:
        raise RateLimited(seconds=counted.reset, retry_after=counted.reset)
