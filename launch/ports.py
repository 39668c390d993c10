"""Free ports on this machine: the wanted one, or the next that nobody uses.

Which port belongs to which program is written in ``environment``.
"""

import socket
from contextlib import suppress

from launch.errors import LaunchError

TRIES = 200


def is_free(port: int) -> bool:
    """True if nobody listens on it, on IPv4 or IPv6: browsers try both for localhost."""
    addresses = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    for family, host in addresses:
        with suppress(OSError), socket.socket(family) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """The wanted port or the next free one above it."""
    for port in range(wanted, min(wanted + TRIES, 65_536)):
        if is_free(port):
            return port
    raise LaunchError(f"No port from {wanted} to {wanted + TRIES - 1} is free; choose another with --port.")


def answers(port: int) -> bool:
    """True if something on this machine takes connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
