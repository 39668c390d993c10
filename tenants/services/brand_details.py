"""What a brand says about itself: name, contact, currency, language, time zone.

Not here: its address (fixed at sign-up), domains and theme.
"""

import zoneinfo
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from kernel.errors import InvalidInput
from kernel.money import CURRENCIES
from tenants.models import Brand
from tenants.selectors import forget_hosts


def update_brand(
    *,
    brand: Brand,
    name: str,
    contact_email: str,
    currency: str,
    language: str,
    time_zone: str,
    country: str,
    other_currencies: Sequence[str] | None = None,
) -> Brand:
    """Change the details. A new currency counts for prices set from now on; old orders keep theirs, and so do
    holds. Without `other_currencies` those that are offered beside it stay.

    Raises InvalidInput naming the field.
    """
    if not name.strip():
        raise InvalidInput(param="name", reason="A brand needs a name.")
    if currency not in CURRENCIES:
        raise InvalidInput(param="currency", reason=f"Choose from {', '.join(CURRENCIES)}.")
    others = brand.other_currencies if other_currencies is None else other_currencies
    if set(others) - set(CURRENCIES):
        raise InvalidInput(param="other_currencies", reason=f"Choose from {', '.join(CURRENCIES)}.")
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(param="language", reason=f"Choose from {', '.join(dict(settings.LANGUAGES))}.")
    if time_zone not in zoneinfo.available_timezones():
        raise InvalidInput(param="time_zone", reason="Choose a time zone such as Europe/Paris.")
    with transaction.atomic():
        Brand.objects.filter(pk=brand.pk).update(
            name=name.strip(),
            contact_email=contact_email,
            currency=currency,
            other_currencies=[code for code in CURRENCIES if code in others and code != currency],
            language=language,
            time_zone=time_zone,
            country=country,
            revision=F("revision") + 1,
        )
        transaction.on_commit(forget_hosts)
    return Brand.objects.get(pk=brand.pk)
