"""Whatever is sent, the HTTP door answers as it describes: thousands of requests made from the description itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

import fuzz_of_tests
from remixlab.doors.api import create_schema

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")

EXAMPLES = 25
OPERATIONS = [
    (method.upper(), path)
    for path, methods in create_schema()["paths"].items()
    for method in methods
    if not path.endswith("/events")
]


@pytest.fixture(scope="module")
def described(new_world: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    named = {"REMIXLAB_ALLOWED_HOSTS": "testserver"}  # as schemathesis calls it
    world = new_world(tmp_path_factory.mktemp("fuzz"), named)
    world.open()
    world.made("rmx_1")
    return fuzz_of_tests.described(world.client.app), world.key("me")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_described(method: str, path: str, described: Any) -> None:
    schema, key = described

    @settings(
        max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
    )
    @given(schema[path][method].as_strategy())
    def answers(case: Any) -> None:
        case.headers = {name: text for name, text in (case.headers or {}).items() if name.lower() != "authorization"}
        case.call_and_validate(headers=key, excluded_checks=[positive_data_acceptance, negative_data_rejection])

    answers()
