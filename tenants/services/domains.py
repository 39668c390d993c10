"""A brand's own domains: claimed here, shown with the record that proves them.

Not here: which host is which brand (tenants.selectors). A claimed domain serves nothing before it
is verified.
"""

import datetime as dt
import re
import secrets

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from kernel import clock
from kernel.errors import NotFound
from kernel.eventlog.store import SHOP_TOPIC, append
from tenants.errors import DomainInvalid, DomainTaken
from tenants.events import DomainAdded, DomainRemoved
from tenants.models import Brand, Domain
from tenants.selectors import forget_hosts

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
# A claim that was never proven must not keep the real owner out for ever.
CLAIM_LIFETIME = dt.timedelta(days=7)


def add_domain(*, brand: Brand, name: str, actor: str) -> Domain:
    """Claim a domain for the brand, not verified yet.

    Another brand's claim that is older than a week and still unproven gives way. Raises
    DomainInvalid and DomainTaken.
    """
    host = _host(name)
    try:
        with transaction.atomic():
            stale = Domain.objects.filter(domain=host, verified_at=None, claimed_at__lt=clock.now() - CLAIM_LIFETIME)
            stale.exclude(tenant=brand).delete()
            domain: Domain = Domain.objects.create(
                domain=host,
                tenant=brand,
                kind=Domain.Kind.CUSTOM,
                is_primary=False,
                token=secrets.token_hex(16),
            )
            append(DomainAdded(domain=host), topic=SHOP_TOPIC, actor=actor)
    except IntegrityError as error:
        raise DomainTaken(param="name", domain=host) from error
    return domain


def remove_domain(*, brand: Brand, name: str, actor: str) -> None:
    """Give a domain of one's own up; the sub-domain of the platform always stays. Raises NotFound."""
    with transaction.atomic():
        deleted, _ = Domain.objects.filter(tenant=brand, domain=name, kind=Domain.Kind.CUSTOM).delete()
        if not deleted:
            raise NotFound
        Domain.objects.filter(tenant=brand, kind=Domain.Kind.PLATFORM).update(is_primary=True)
        Brand.objects.filter(pk=brand.pk).update(revision=F("revision") + 1)
        transaction.on_commit(forget_hosts)
        append(DomainRemoved(domain=name), topic=SHOP_TOPIC, actor=actor)


def _host(name: str) -> str:
    """The host in IDNA form: lower case, no port, not one of the platform's own names."""
    text = name.strip().lower().removesuffix(".")
    try:
        host = text.encode("idna").decode() if text else ""
    except UnicodeError:
        host = ""
    platform = settings.PLATFORM_HOST
    if not _HOST.fullmatch(host) or len(host) > 253 or host == platform or host.endswith(f".{platform}"):
        raise DomainInvalid(param="name", domain=text or "This")
    return host
