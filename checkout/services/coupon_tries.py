"""How many codes a viewer may try: codes are short, and must not be found by trying.

Not here: whether a code counts (selectors/coupons).
"""

from checkout.models import Coupon
from checkout.selectors.coupons import written_code
from kernel.ratelimit import require
from kernel.viewers import Viewer

LIMIT, SECONDS = 30, 600


def tried_code(viewer: Viewer, text: str) -> str:
    """The code as it is kept; one that does not exist counts as a try. Raises RateLimited."""
    code = written_code(text)
    if code and not Coupon.objects.filter(code=code).exists():
        require("coupons", viewer.key, limit=LIMIT, seconds=SECONDS)
    return code
