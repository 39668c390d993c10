"""Which account at the payment provider is a brand's: what notices are sorted by, and the platform's part.

Not here: how such an account is made and stands (checkout).
"""

from django.conf import settings
from django.db import transaction
from django.db.models import F

from tenants.models import Brand
from tenants.selectors import forget_hosts


def claim_account(*, brand: Brand, account: str, instead_of: str) -> bool:
    """Make `account` the brand's, unless another one became so meanwhile. False then. Of two that ask at
    once the first wins."""
    with transaction.atomic():
        as_was = Brand.objects.filter(pk=brand.pk, stripe_account=instead_of or None)
        changed = as_was.update(stripe_account=account, revision=F("revision") + 1)
        transaction.on_commit(forget_hosts)
    return bool(changed)


def fee_basis_points(brand: Brand) -> int:
    """The platform's part of this brand's payments, in hundredths of a percent: its own, else that of all."""
    own = Brand.objects.values_list("fee_basis_points", flat=True).get(pk=brand.pk)
    return settings.PLATFORM_FEE_BASIS_POINTS if own is None else own
