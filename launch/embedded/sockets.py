"""Unix sockets of the embedded servers: a path short enough, and one question with its answer.

Protocols live with their servers.
"""

import hashlib
import os
import socket
import stat
from pathlib import Path

from launch.errors import LaunchError

# The kernel's limit is 107 bytes; a few are left for the file's name growing.
LONGEST_PATH = 100
ANSWER_SECONDS = 2.0


def socket_folder(wanted: Path, socket_name: str, *, owner: int) -> Path:
    """The wanted folder, or a short private one if the socket's path would be too long.

    The short one lies in /tmp whatever TMPDIR says, so that every process finds the same.
    """
    folder = wanted
    if len(os.fsencode(wanted / socket_name)) > LONGEST_PATH:
        digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:16]
        folder = Path(f"/tmp/vitrine-{digest}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise LaunchError(f"{folder} belongs to somebody else. Remove it, or shorten the path of the checkout.")
    if found.st_uid != owner:
        os.chown(folder, owner, -1)
    folder.chmod(0o700)
    return folder


def ask(path: Path, question: bytes, *, size: int = 512) -> bytes:
    """Send one question, return the first piece of the answer; empty if nobody answers in time."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(str(path))
            connection.sendall(question)
            return connection.recv(size)
        except OSError:
            return b""
