"""File locks by ``flock``: the kernel frees them however a process ends, so none goes stale.

Which file guards what is decided by the callers.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class FileLock:
    """A held lock; closing it, or the end of the process, frees it.

    Python opens descriptors close-on-exec, so a started server never inherits one.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    def __enter__(self) -> "FileLock":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Free the lock; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def write(self, text: str) -> None:
        """Replace the lock file's text, for example by the holder's process id."""
        if self._descriptor is None:
            raise ValueError("the lock is not held")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)


def acquire(path: Path, *, shared: bool = False) -> FileLock:
    """Wait for the lock and take it."""
    while True:
        descriptor = _open(path)
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        if _is_still_at(descriptor, path):
            return FileLock(path, descriptor)
        os.close(descriptor)


def try_acquire(path: Path) -> FileLock | None:
    """Take the lock alone, or return None at once if anybody holds it."""
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        if _is_still_at(descriptor, path):
            return FileLock(path, descriptor)
        os.close(descriptor)


def is_free(path: Path) -> bool:
    """True if nobody holds the lock right now."""
    lock = try_acquire(path)
    if lock is None:
        return False
    lock.release()
    return True


def wait_until_free(path: Path) -> bool:
    """Wait until nobody holds the lock; False if its file was removed or replaced meanwhile."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return _is_still_at(descriptor, path)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _is_still_at(descriptor: int, path: Path) -> bool:
    """A lock on a file that was deleted guards nothing: look whether the path still means it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
