"""One embedded PostgreSQL server on a unix socket in a private folder; TCP is off.

Who may use it and who stops it is decided in ``lifecycle``.
"""

import hashlib
import os
import pwd
import shutil
import struct
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from launch import logs
from launch.embedded import binaries, pids, sockets
from launch.errors import LaunchError
from launch.paths import ROOT

ROLE = DATABASE = "vitrine"
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 60


def outside_folder(state: Path) -> Path:
    """Where the data of a state folder lies if the server's user cannot reach that folder."""
    checkout, place = (hashlib.sha256(os.fsencode(path)).hexdigest()[:12] for path in (ROOT, state))
    return Path(f"/var/tmp/vitrine-{checkout}") / place


def _server_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root, so root lends it to the user who owns nothing."""
    user = os.geteuid()
    try:
        return pwd.getpwnam("nobody") if user == 0 else pwd.getpwuid(user)
    except KeyError:
        raise LaunchError(
            f"PostgreSQL needs a user with a name, and {user or 'nobody'} has none on this machine. "
            "Add one (useradd), run as another user, or set DATABASE_URL."
        ) from None


class Postgres:
    """The PostgreSQL of one environment; ``durable=False`` trades safety on power loss for speed."""

    name = "PostgreSQL"

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.durable = durable
        self.owner = _server_user()
        self.folder = self._reachable(state) / "postgres"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.marker = self.folder / "initialised"
        self.folder.mkdir(exist_ok=True)
        self.sockets = sockets.socket_folder(self.folder / "run", SOCKET_NAME, owner=self.owner.pw_uid)
        self.socket = self.sockets / SOCKET_NAME

    @property
    def url(self) -> str:
        """Address as psycopg and the settings read it."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.sockets))}"

    def answers(self) -> bool:
        """True if the server speaks on its socket, be it only to say that it is starting."""
        return self._reply() != b""

    def start(self) -> None:
        """Bring the server up and wait until it takes queries. Call under the start lock."""
        if not self.answers():
            self._clear_leftovers()
        if not self.answers():
            self._own(self.folder)
            if not self._is_initialised():
                self._initialise()
            self._configure()
            logs.put_aside(self.log)
            self._start_process()
        self._wait_for_queries()

    def stop(self) -> None:
        """Stop in order: open transactions are rolled back, connections closed."""
        if pids.noted_pid(self.data / "postmaster.pid") is None:
            return
        self._run("pg_ctl", "stop", "-D", self.data, "-w", "-m", "fast", "-t", START_SECONDS)

    def _reply(self) -> bytes:
        """First bytes of the answer to a start-up message, empty if there is none."""
        body = struct.pack("!i", 196_608) + f"user\0{ROLE}\0database\0postgres\0\0".encode()
        return sockets.ask(self.socket, struct.pack("!i", len(body) + 4) + body)

    def _reachable(self, state: Path) -> Path:
        """The state folder, or one outside a closed home if the server's user cannot get there."""
        if binaries.can_reach(state, self.owner.pw_uid):
            return state
        outside = outside_folder(state)
        for folder in (outside.parent, outside):
            folder.mkdir(exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                raise LaunchError(f"{folder} belongs to somebody else; remove it and start again.")
            folder.chmod(0o755)
        return outside

    def _own(self, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        folder.chmod(0o700)

    def _is_initialised(self) -> bool:
        if not self.marker.exists():
            return False
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != binaries.POSTGRES_MAJOR:
            raise LaunchError(
                f"{self.data} was written by PostgreSQL {version}, and this is {binaries.POSTGRES_MAJOR}.\n"
                "Keep what you need with the older release, then run ./vitrine reset."
            )
        return True

    def _initialise(self) -> None:
        """Make the cluster and its database; the marker is written last, no marker begins again."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._run(
            "initdb", "-D", self.data, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        self._run(
            "postgres", "--single", "-D", self.data, "postgres",
            text=f"CREATE DATABASE {DATABASE};\n",
        )  # fmt: skip
        main = self.data / "postgresql.conf"
        with main.open("a") as settings:
            settings.write("\ninclude_if_exists 'vitrine.conf'\n")
        self.marker.touch()

    def _configure(self) -> None:
        quoted = str(self.sockets).replace("'", "''")
        lines = [
            "listen_addresses = ''",
            "port = 5432",
            f"unix_socket_directories = '{quoted}'",
            "unix_socket_permissions = 0700",
            "max_connections = 200",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            "jit = off",
        ]
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        (self.data / "vitrine.conf").write_text("\n".join(lines) + "\n")
        (self.data / "vitrine.conf").chmod(0o644)

    def _clear_leftovers(self) -> None:
        """Remove what a killed server left; PostgreSQL itself only asks whether the noted id exists."""
        note = self.data / "postmaster.pid"
        pid = pids.noted_pid(note)
        if pid is not None and pids.is_server_in(pid, self.data):
            pids.end_silent_server(pid, self.data, answers=self.answers)
        if not self.answers():
            for leftover in (note, self.socket, self.socket.with_name(f"{SOCKET_NAME}.lock")):
                leftover.unlink(missing_ok=True)

    def _start_process(self) -> None:
        binaries.postgres_programs()  # a missing package is said as such, not tried again
        # Backends of a killed server let go of its shared memory a moment later: try again.
        for attempt in range(6):
            try:
                self._run("pg_ctl", "start", "-D", self.data, "-w", "-t", START_SECONDS, "-l", self.log)
            except LaunchError:
                if attempt == 5:
                    raise LaunchError(
                        f"PostgreSQL does not start. The end of {self.log}:\n{logs.last_lines(self.log)}"
                    ) from None
                time.sleep(0.3 * (attempt + 1))
            else:
                return

    def _wait_for_queries(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._reply().startswith(b"R"):
            if time.monotonic() > deadline:
                raise LaunchError(
                    f"PostgreSQL answers, but takes no queries. The end of {self.log}:\n{logs.last_lines(self.log)}"
                )
            time.sleep(0.05)

    def _run(self, program: str, *arguments: str | Path | int, text: str = "") -> None:
        folder = binaries.postgres_programs_for(self.owner.pw_uid, copies=self.folder.parent)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
        as_root = os.geteuid() == 0
        log = self.folder / "control.log"
        with log.open("ab") as output:
            done = subprocess.run(
                [folder / program, *map(str, arguments)],
                input=text.encode(),
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**inherited, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                check=False,
                user=self.owner.pw_uid if as_root else None,
                group=self.owner.pw_gid if as_root else None,
                extra_groups=[] if as_root else None,
            )
        if done.returncode:
            raise LaunchError(f"{program} failed. The end of {log}:\n{logs.last_lines(log)}")
