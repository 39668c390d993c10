"""The settings as documents: `docs/reference/settings.md` and `.env.example`.

`python -m config.settings.reference` writes them; a test keeps them in step with env.py.
"""

from config.settings.env import BASE_DIR, VARIABLES, Variable


def settings_page() -> str:
    """The reference page, one row a variable."""
    rows = "\n".join(
        f"| `{variable.name}` | {_default(variable)} | {variable.meaning}{_choices(variable)} |"
        for variable in VARIABLES
    )
    return (
        "# Settings\n\nRead from the environment when a process starts. Unknown `VITRINE_*` names and wrong values\n"
        "refuse to boot. A secret may also come from a file: `<NAME>_FILE`.\n\n"
        f"| variable | default | meaning |\n|---|---|---|\n{rows}\n"
    )


def env_example() -> str:
    """A commented environment file for a real server."""
    blocks = (
        f"# {variable.meaning}{_choices(variable)}\n#{variable.name}={_shown(variable)}\n" for variable in VARIABLES
    )
    return "# Copy to .env and fill in; docs/reference/settings.md says more.\n\n" + "\n".join(blocks)


def _default(variable: Variable) -> str:
    if variable.default is None:
        return "must be set"
    return f"`{_shown(variable)}`" if variable.default else "empty"


def _shown(variable: Variable) -> str:
    """The default without this machine's folder in it."""
    return (variable.default or "").replace(f"{BASE_DIR}/", "")


def _choices(variable: Variable) -> str:
    return f" One of {', '.join(variable.choices)}." if variable.choices else ""


if __name__ == "__main__":
    (BASE_DIR / "docs" / "reference" / "settings.md").write_text(settings_page(), encoding="utf-8")
    (BASE_DIR / ".env.example").write_text(env_example(), encoding="utf-8")
