"""The PostgreSQL and Redis of an environment: the person's own by address, else the embedded ones.

How the embedded ones work is in ``launch.embedded``.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from launch.embedded.lifecycle import Cluster, Server, embedded_servers
from launch.processes import Chore
from launch.progress import step


@dataclass(frozen=True)
class Servers:
    """Addresses to hand to the programs, and the chore that keeps the embedded ones alive."""

    addresses: Mapping[str, str]
    chores: tuple[Chore, ...] = ()


@contextmanager
def servers_of(state: Path, given: Mapping[str, str]) -> Iterator[Servers]:
    """Servers for as long as the context lasts. With both addresses given nothing is started."""
    addresses = {name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if name in given}
    needed: list[Server] = []
    if len(addresses) < 2:
        postgres, redis = embedded_servers(state)
        for name, server in (("DATABASE_URL", postgres), ("REDIS_URL", redis)):
            if name not in addresses:
                addresses[name] = server.url
                needed.append(server)
    if not needed:
        yield Servers(addresses)
        return
    cluster = Cluster(state, needed)
    with step(f"Starting {' and '.join(server.name for server in needed)}"):
        cluster.join()
    try:
        yield Servers(addresses, (Chore(every=2.0, work=cluster.mend),))
    finally:
        cluster.leave()
