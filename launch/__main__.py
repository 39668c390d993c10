"""Entry of ``python -m launch VERB …``, which ``./vitrine`` runs in the project's environment.

Each verb is its own module; this one finds it and says errors in one sentence.
"""

import importlib
import sys
from types import ModuleType

from launch.errors import LaunchError

# In the order a newcomer needs them.
VERBS = ("demo", "dev", "test", "bench", "lint", "manage", "services", "doctor", "reset")


def load_verb(name: str) -> ModuleType:
    """The module of a verb."""
    return importlib.import_module(f"launch.verbs.{name}")


def list_verbs() -> str:
    """Every verb with its summary, one line each."""
    return "\n".join(f"  {name:<10}{load_verb(name).SUMMARY}" for name in VERBS)


def main(arguments: list[str]) -> int:
    """Run one verb and return its exit code."""
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(f"Usage: ./vitrine VERB [options]\n\n{list_verbs()}")
        return 0
    name, *rest = arguments
    if name not in VERBS:
        print(f"There is no verb “{name}”. Choose one of:\n\n{list_verbs()}", file=sys.stderr)
        return 2
    try:
        code: int = load_verb(name).run(rest)
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
