"""Makes the project's own Python environment, then becomes ``python -m launch`` inside it.

Runs on any Python 3.11+ with nothing installed, from ``./vitrine``. Every step may be interrupted:
its marker is written last, and the next start begins again where the marker is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from launch import locks  # noqa: E402
from launch.errors import LaunchError  # noqa: E402
from launch.paths import local_folder  # noqa: E402

NEEDS_NOTHING = frozenset({"", "-h", "--help", "help", "doctor", "reset"})
# Where Debian keeps the certificates that this machine trusts, a company's own among them.
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NEEDS_DEV = frozenset({"test", "lint", "bench"})


class Environment:
    """The two virtual environments in the local folder: ``boot`` holds uv, ``venv`` the project."""

    def __init__(self, local: Path, requirements: Path) -> None:
        self.local = local
        self.requirements = requirements
        self.boot = local / "boot"
        self.venv = local / "venv"
        self.python = self.venv / "bin" / "python"
        self.uv = self.boot / "bin" / "uv"
        self._boot_stamp = self.boot / "ready"
        self._stamp = self.venv / "ready"

    def prepare(self, *, dev: bool) -> None:
        """Make the environment hold what is pinned; does next to nothing if it already does."""
        if self.is_current(dev=dev):
            return
        self.local.mkdir(parents=True, exist_ok=True)
        lock_path = self.local / "setup.lock"
        lock = locks.try_acquire(lock_path)
        if lock is None:
            say("Another start is setting this up, waiting for it.")
            lock = locks.acquire(lock_path)
        with lock:
            if self.is_current(dev=dev):
                return
            self._make_boot()
            self._make_venv()
            self._sync(dev=dev or self._has_dev())

    def _checksum(self, names: Sequence[str]) -> str:
        digest = hashlib.sha256()
        for name in names:
            digest.update((self.requirements / f"{name}.txt").read_bytes())
        return digest.hexdigest()

    def is_current(self, *, dev: bool) -> bool:
        """True if the environment holds what is pinned."""
        stamp = read(self._stamp)
        full = stamp == f"dev {self._checksum(('run', 'embedded', 'dev'))}"
        base = stamp == f"run {self._checksum(('run', 'embedded'))}"
        return (full or (base and not dev)) and self.python.exists() and self._is_chosen_python()

    def _is_chosen_python(self) -> bool:
        """An environment stays with its Python unless another one is asked for by name."""
        if not os.environ.get("VITRINE_PYTHON"):
            return True
        return f"version_info = {sys.version_info[0]}.{sys.version_info[1]}" in read(self.venv / "pyvenv.cfg")

    def _has_dev(self) -> bool:
        """Nobody's test tools are taken away because they start the demo."""
        return any(self.venv.glob("lib/python*/site-packages/pytest"))

    def _make_boot(self) -> None:
        wanted = self._checksum(("boot",))
        if read(self._boot_stamp) == wanted and runs(self.uv, "--version"):
            return
        try:
            import ensurepip  # noqa: F401
        except ImportError:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise LaunchError(
                f"This Python has no venv module: install it (on Debian: apt install python{version}-venv), "
                "then start again."
            ) from None
        say("Setting up: the installer")
        shutil.rmtree(self.boot, ignore_errors=True)
        call([sys.executable, "-m", "venv", self.boot], "A virtual environment cannot be made.")
        call(
            [
                self.boot / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                "--no-input", "--require-hashes", "-r", self.requirements / "boot.txt",
            ],
            "The installer uv cannot be installed. Is the package index reachable?",
        )  # fmt: skip
        self._boot_stamp.write_text(wanted)

    def _make_venv(self) -> None:
        if runs(self.python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))") and self._is_chosen_python():
            return
        say("Setting up: the Python environment")
        call(
            [self.uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, self.venv],
            "The Python environment cannot be made.",
        )

    def _sync(self, *, dev: bool) -> None:
        names = ("run", "embedded", "dev") if dev else ("run", "embedded")
        say("Setting up: the libraries (about 1 GB on disk the first time)")
        began = time.monotonic()
        self._stamp.unlink(missing_ok=True)
        call(
            [
                self.uv, "pip", "sync", "--quiet", "--require-hashes", "--python", self.python,
                *(self.requirements / f"{name}.txt" for name in names),
            ],
            "The libraries cannot be installed. Is the package index reachable, and is there space on the disk?",
        )  # fmt: skip
        self._stamp.write_text(f"{names[-1] if dev else 'run'} {self._checksum(names)}")
        say(f"Ready after {time.monotonic() - began:.0f} s.")


def read(path: Path) -> str:
    """Text of a file, empty if there is none."""
    try:
        return path.read_text()
    except OSError:
        return ""


def runs(program: Path, *arguments: str) -> bool:
    """True if the program is there and ends well."""
    try:
        return subprocess.run([program, *arguments], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def call(command: Sequence[str | Path], complaint: str) -> None:
    """Run one step, and show the end of what it said if it fails."""
    done = subprocess.run(
        command, env=tool_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = "\n".join(f"    {line}" for line in done.stdout.decode(errors="replace").splitlines()[-15:])
        raise LaunchError(f"{complaint}\n{said}")


def tool_environment() -> dict[str, str]:
    """Variables for pip and uv: no Python from elsewhere, and a cache even without a home."""
    variables = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_USER": "0"}
    variables.pop("PYTHONHOME", None)
    if SYSTEM_CERTIFICATES.exists():
        variables.setdefault("UV_SYSTEM_CERTS", "1")
    if not _has_home():
        cache = local_folder() / "cache"
        variables.setdefault("UV_CACHE_DIR", str(cache / "uv"))
        variables.setdefault("PIP_CACHE_DIR", str(cache / "pip"))
    return variables


def _has_home() -> bool:
    try:
        return os.access(Path.home(), os.W_OK | os.X_OK)
    except RuntimeError:
        return False


def say(line: str) -> None:
    """One line of progress; standard output belongs to the verbs."""
    print(line, file=sys.stderr, flush=True)


def hand_over(python: Path | str, arguments: Sequence[str]) -> NoReturn:
    """Become the launcher, in the checkout."""
    os.chdir(ROOT)
    os.execv(python, [str(python), "-m", "launch", *arguments])


def main(arguments: Sequence[str]) -> int:
    """Prepare what the verb needs, then run it."""
    environment = Environment(local_folder(), ROOT / "requirements")
    verb = arguments[0] if arguments else ""
    if verb in NEEDS_NOTHING:
        usable = runs(environment.python, "--version")
        hand_over(environment.python if usable else sys.executable, arguments)
    try:
        environment.prepare(dev=verb in NEEDS_DEV)
    except LaunchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped. The next start goes on from here.")
        return 130
    hand_over(environment.python, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
