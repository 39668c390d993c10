"""The staged brand's own account at the payment provider: begun by the studio's call, its form filled in.

Not here: a real provider's form, which people fill in; without the sandbox nothing is done.
"""

import httpx
from django.conf import settings

from checkout.selectors import payment_account
from checkout.services.connecting import begin_set_up, refresh_account
from demo.seed.goods import ACTOR
from tenants.models import Brand
from tenants.selectors import primary_address


def ensure_payments(brand: Brand) -> None:
    """Have buyers of the current brand able to pay."""
    known = refresh_account(actor=ACTOR) if payment_account() else None
    if not settings.STRIPE_API_BASE or (known is not None and known.charges_enabled):
        return
    page = f"{primary_address(brand).base_url}/studio/settings/payments/"
    form = begin_set_up(return_url=f"{page}?returned=1", refresh_url=f"{page}again/", actor=ACTOR)
    httpx.post(form, timeout=20)  # its one button; where it leads back to need not be up yet
    refresh_account(actor=ACTOR)
