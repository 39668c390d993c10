"""Reads around brands: by host, by member, by theme.

Not here: changes (services).
"""

import time
from dataclasses import dataclass

from django.conf import settings

from kernel.tenancy import public_context
from tenants.models import Brand, Domain, Member, Role, User

# A suspended brand or a removed domain must not live on for long; 5 s saves 99 % of the look-ups
# of a page with an audience.
_HOST_SECONDS = 5.0
_hosts: dict[str, tuple[float, Brand | None]] = {}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a brand lives, as links are built from it."""

    host: str
    base_url: str


def brand_by_host(host: str) -> Brand | None:
    """The brand of a host name (lower case, no port), or None. Remembered for five seconds."""
    known = _hosts.get(host)
    if known and known[0] > time.monotonic():
        return known[1]
    with public_context():
        domain = Domain.objects.select_related("tenant__theme").filter(domain=host, verified_at__isnull=False).first()
    brand = domain.tenant if domain else None
    if len(_hosts) > 10_000:
        _hosts.clear()
    _hosts[host] = (time.monotonic() + _HOST_SECONDS, brand)
    return brand


def remembered_brand(host: str) -> Brand | None:
    """`brand_by_host` where nothing may be asked: None also when it is not remembered."""
    known = _hosts.get(host)
    return known[1] if known and known[0] > time.monotonic() else None


def forget_hosts() -> None:
    """Drop what this process remembers of hosts; other processes follow within five seconds."""
    _hosts.clear()


def primary_address(brand: Brand) -> Address:
    """The brand's main address: a verified domain of its own, else its sub-domain."""
    domain = Domain.objects.filter(tenant=brand, is_primary=True, verified_at__isnull=False).first()
    host = domain.domain if domain else f"{brand.slug}.{settings.PLATFORM_HOST}"
    scheme, _, rest = settings.PLATFORM_URL.partition("://")
    port = rest.partition(":")[2]
    return Address(host=host, base_url=f"{scheme}://{host}" + (f":{port}" if port else ""))


def member_of(brand: Brand, user: User) -> Member | None:
    """The user's membership of this brand, or None."""
    if not user.is_authenticated or not user.is_active:
        return None
    return Member.objects.select_related("user").filter(brand=brand, user=user).first()


def members_of(brand: Brand) -> list[Member]:
    """All members, owners first, then by the time they joined."""
    members = list(Member.objects.select_related("user").filter(brand=brand))
    order = {Role.OWNER: 0, Role.HOST: 1, Role.MODERATOR: 2}
    return sorted(members, key=lambda member: (order[Role(member.role)], member.joined_at))


def brands_of(user: User) -> list[Brand]:
    """The brands a person works for, by name."""
    return list(Brand.objects.filter(members__user=user).order_by("name"))


def demo_addresses() -> list[Address]:
    """The demo's brands, oldest first; on a real platform no brand is put on the home page."""
    if not settings.IS_DEMO:
        return []
    return [primary_address(brand) for brand in Brand.objects.filter(status="active").order_by("created_at")[:2]]
