"""One environment while a verb works in it: its servers, ports, variables and supervisor together.

What is run in it is the verb's business.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from launch import locks, migrations
from launch.environment import FIRST_PORTS, Ports, choose_ports, given_variables, variables
from launch.paths import state_folder
from launch.processes import Chore, Supervisor, claim_environment
from launch.progress import step
from launch.servers import servers_of
from launch.stack import manage


@dataclass(frozen=True)
class Session:
    """What a verb works with."""

    state: Path
    ports: Ports
    environment: Mapping[str, str]
    supervisor: Supervisor

    def migrate(self) -> None:
        """Bring the database to the level of the code. Raises LaunchError where no migration leads there."""
        database_url = self.environment["DATABASE_URL"]
        migrations.refuse_rewritten(self.state, database_url)
        with step("Preparing the database"):
            self.supervisor.require_step(manage("migrate-brands", self.environment))
        migrations.note_run(self.state, database_url)


@contextmanager
def exclusive_session(name: str, *, port: int | None = None, chores: tuple[Chore, ...] = ()) -> Iterator[Session]:
    """The environment for this verb alone; a second one is told who has it."""
    state = state_folder(name)
    with claim_environment(state):
        ports = choose_ports(name, web=port)
        (state / "ports.json").write_text(json.dumps(asdict(ports)))
        with _session(state, ports, chores) as session:
            yield session


@contextmanager
def guest_session(name: str) -> Iterator[Session]:
    """The environment beside whoever has it, with the same ports in every address."""
    state = state_folder(name)
    with _session(state, _ports_in_use(state), ()) as session:
        yield session


@contextmanager
def _session(state: Path, ports: Ports, chores: tuple[Chore, ...]) -> Iterator[Session]:
    """Left in reverse: the programs stop first, the servers they use after them."""
    given = given_variables(state.name)
    with ExitStack() as stack:
        servers = stack.enter_context(servers_of(state, given))
        environment = variables(state.name, state=state, ports=ports, services=servers.addresses, given=given)
        supervisor = stack.enter_context(Supervisor(state / "log", chores=(*servers.chores, *chores)))
        yield Session(state, ports, environment, supervisor)


def _ports_in_use(state: Path) -> Ports:
    """Ports of the supervisor that runs now, else the environment's usual ones."""
    if not locks.is_free(state / "supervisor.lock"):
        try:
            return Ports(**json.loads((state / "ports.json").read_text()))
        except (OSError, ValueError, TypeError):
            pass
    return Ports(*FIRST_PORTS[state.name])
