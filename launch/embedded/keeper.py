"""The process that stops an environment's servers after their last user is gone.

Run as ``python -m launch.embedded.keeper STATE_FOLDER``; it goes to the background by itself.
"""

import os
import sys
from pathlib import Path

from launch import locks
from launch.embedded.lifecycle import Cluster, embedded_servers


def main(state: Path) -> None:
    """Keep the servers of the folder, unless a keeper is there already."""
    post = locks.try_acquire(state / "keeper.lock")
    if post is None:
        return
    if os.fork():
        os._exit(0)
    os.chdir("/")
    Cluster(state, embedded_servers(state)).keep(post)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
