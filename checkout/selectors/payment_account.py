"""Which account a payment goes to, and whether it may.

Not here: setting an account up (services/connecting.py).
"""

from django.conf import settings

from checkout.errors import PaymentsNotReady
from checkout.models import PaymentAccount
from kernel.tenancy import current_brand


def payment_account() -> PaymentAccount | None:
    """The brand's own account as it stood when we last asked, or None."""
    return PaymentAccount.objects.first()


def charging_account() -> str:
    """The account that a payment begun now goes to; empty: the platform's own. Raises PaymentsNotReady.

    An account that is being set up counts, whatever the settings say: its owner wants the money there.
    """
    own = payment_account()
    if own is not None:
        if own.charges_enabled:
            return own.account
        raise PaymentsNotReady
    if settings.BRAND_ACCOUNTS == "required":
        raise PaymentsNotReady
    return current_brand().stripe_account or ""


def can_be_paid() -> bool:
    """Whether buyers of this brand can pay now."""
    try:
        charging_account()
    except PaymentsNotReady:
        return False
    return True
