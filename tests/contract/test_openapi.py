"""The API's description: valid, complete, and the file in docs/reference is what the code gives now.

Not here: whether answers fit it.
"""

import pytest
import yaml
from django.core.management import call_command
from openapi_spec_validator import validate

from config.settings.env import BASE_DIR
from tests.contract.operations import Operation, operations
from tests.isolation.bodies import description

COMMITTED = BASE_DIR / "docs" / "reference" / "openapi.yaml"
COMMAND = (
    "python manage.py spectacular --urlconf config.urls.brand --validate --fail-on-warn"
    " --file docs/reference/openapi.yaml"
)


def test_the_committed_file_is_what_the_code_gives(tmp_path_factory: pytest.TempPathFactory) -> None:
    fresh = tmp_path_factory.mktemp("openapi") / "openapi.yaml"
    call_command("spectacular", urlconf="config.urls.brand", validate=True, fail_on_warn=True, file=str(fresh))
    assert COMMITTED.read_text(encoding="utf-8") == fresh.read_text(encoding="utf-8"), f"run `{COMMAND}` and commit"


def test_it_is_valid_openapi() -> None:
    validate(yaml.safe_load(COMMITTED.read_text(encoding="utf-8")))


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_every_operation_is_described(operation: Operation) -> None:
    described = description()["paths"][operation.route.openapi_path][operation.method.lower()]
    assert described.get("summary") or described.get("description"), "say what it does"
    answers = {status for status in described["responses"] if status.startswith("2")}
    assert answers, "say what a good answer looks like"
