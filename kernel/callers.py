"""Whose address a call comes from, also behind our proxies: else all callers share one limit.

Not here: the limits (ratelimit).
"""

import ipaddress

from django.conf import settings


def caller_address(peer: str, forwarded: str) -> str:
    """The address of the caller: `peer` is whom the server hears, `forwarded` the X-Forwarded-For.

    Each proxy appends whom it hears; what stands further left was written by the caller.
    """
    proxies: int = settings.TRUSTED_PROXIES
    heard = forwarded.split(",")
    if 0 < proxies <= len(heard):
        try:
            return str(ipaddress.ip_address(heard[-proxies].strip()))
        except ValueError:
            pass  # no address: the proxy's own stays
    return peer


def is_local(address: str) -> bool:
    """Whether this is the machine itself or its private network: a proxy that nobody has told us of,
    and behind it everybody."""
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return True


def neighbourhood(address: str) -> str:
    """What one connection to the network has to itself: an IPv4 address, a /64 of IPv6. Raises ValueError
    for what is no address."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
