"""The API against its own description: whatever is sent, it answers as it says, and never with a crash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance, unsupported_method

import fuzz_of_tests
from house_of_tests import call
from remixlab.app import open_workspace, read_settings
from remixlab.doors.api import create_schema
from remixlab.doors.site import create_site

pytestmark = [
    pytest.mark.xdist_group("journeys"),
    # The job queue draws its polling intervals from `random` in a thread of its own; where that falls between two
    # looks of hypothesis, it blames the strategy.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]

EXAMPLES = 6
STRANGERS = 2
"""Examples of each operation for who has no account: most are answered before they are looked at."""
STREAMS = {"/v1/jobs/{job_id}/events"}
OPERATIONS = [
    (method.upper(), path)
    for path, methods in create_schema()["paths"].items()
    for method in methods
    if path not in STREAMS
]


@pytest.fixture(scope="module")
def described(home: Path) -> Iterator[Any]:
    named = read_settings({"REMIXLAB_ALLOWED_HOSTS": "testserver"}, home=home)  # as schemathesis calls it
    with open_workspace(settings=named) as workspace:
        yield fuzz_of_tests.described(create_site(workspace))


@pytest.fixture(scope="module")
def key(home: Path) -> dict[str, str]:
    """Who may run the workspace, by an API key."""
    call("account", "create", "a robot", "--role", "operator", home=home)
    code, made = call("key", "create", "a robot", "--role", "operator", home=home)
    assert code == 0, made
    return {"Authorization": f"Bearer {made['key']}"}


@pytest.mark.parametrize("known", [True, False], ids=["with a key", "without an account"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_described(method: str, path: str, known: bool, described: Any, key: dict[str, str]) -> None:
    sent = key if known else {}

    @settings(
        max_examples=EXAMPLES if known else STRANGERS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(described[path][method].as_strategy())
    def answers(case: Any) -> None:
        case.headers = {name: text for name, text in (case.headers or {}).items() if name.lower() != "authorization"}
        case.call_and_validate(
            headers=sent, excluded_checks=[positive_data_acceptance, negative_data_rejection, unsupported_method]
        )

    answers()
