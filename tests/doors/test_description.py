"""The OpenAPI description: every answer a named, closed model; nothing is said twice; every list is in pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from remixlab.domain.provenance import ManifestState as State
from remixlab.doors.answers.provenance import ManifestState, MatchAnswer
from remixlab.doors.api import create_schema
from remixlab.identify import Match

SCHEMA = create_schema()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, methods in SCHEMA["paths"].items()
    for method, operation in methods.items()
]
NAMES = [name for name, _ in OPERATIONS]
FORMS = "multipart/form-data"


def parts(tree: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the description with its place."""
    if isinstance(tree, dict):
        yield place, tree
        for key, value in tree.items():
            yield from parts(value, f"{place}/{key}")
    elif isinstance(tree, list):
        for n, value in enumerate(tree):
            yield from parts(value, f"{place}/{n}")


def test_nothing_that_is_sent_or_answered_is_an_open_object() -> None:
    forms = {f"/components/schemas/{name}" for name in SCHEMA["components"]["schemas"] if name.startswith("Body_")}
    opened = [
        place
        for place, part in parts(SCHEMA)
        if part.get("type") == "object"
        and place not in forms
        and (
            part.get("additionalProperties", True) in (True, {})
            if "properties" not in part
            else part.get("additionalProperties") is not False
        )
    ]
    assert opened == []


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_answers_a_named_model_or_a_file(name: str, operation: dict[str, Any]) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status in ("200", "201", "202")]
    assert answers
    for content in (answer["content"] for answer in answers):
        for media_type, body in content.items():
            if media_type == "application/json":
                assert body["schema"].keys() == {"$ref"}, name
            else:
                assert body["schema"]["type"] == "string", name


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=NAMES)
def test_every_list_is_read_in_pages(name: str, operation: dict[str, Any]) -> None:
    answered = (
        operation["responses"]
        .get("200", {})
        .get("content", {})
        .get("application/json", {})
        .get("schema", {})
        .get("$ref", "")
    )
    model = SCHEMA["components"]["schemas"].get(answered.rsplit("/", 1)[-1], {})
    pages = {"items", "next"} <= model.get("properties", {}).keys()
    assert pages == ({"after", "limit"} <= {p["name"] for p in operation.get("parameters", [])}), name
    assert pages or "items" not in model.get("properties", {}), name


@pytest.mark.parametrize(("name", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_names_its_refusals_by_reference(name: str, operation: dict[str, Any]) -> None:
    refusals = {
        status: answer
        for status, answer in operation["responses"].items()
        if status in ("403", "404", "409", "422", "503")
    }
    assert len(refusals) == 5 and all(answer.keys() == {"$ref"} for answer in refusals.values()), name


def test_a_problem_is_described_once() -> None:
    titled = [place for place, part in parts(SCHEMA) if part.get("title") == "Problem"]
    assert titled == ["/components/schemas/Problem"]
    assert SCHEMA["components"]["schemas"]["Problem"]["additionalProperties"] is False


def test_every_reference_leads_somewhere() -> None:
    for place, part in parts(SCHEMA):
        if isinstance(part.get("$ref"), str):
            found: Any = SCHEMA
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            assert found, place


def test_a_plan_is_described_verb_by_verb_where_it_is_sent_and_where_it_is_answered() -> None:
    schemas = SCHEMA["components"]["schemas"]
    verbs = schemas["RemixPlan"]["properties"]["ops"]["items"]
    assert verbs["discriminator"]["propertyName"] == "op" and len(verbs["oneOf"]) == 18
    told = json.dumps({"$ref": "#/components/schemas/RemixPlan"})
    for name in ("PlanRequest", "RemixRequest", "JudgedPlan", "RemixAnswer", "AlternativeAnswer"):
        assert told in json.dumps(schemas[name]["properties"]["plan"]), name


def test_the_two_requests_have_the_fields_of_one_order() -> None:
    plan, remix = (set(SCHEMA["components"]["schemas"][name]["properties"]) for name in ("PlanRequest", "RemixRequest"))
    assert remix - plan == {"plan_id"} and plan <= remix


def test_what_engines_find_is_told_whole() -> None:
    assert MatchAnswer.model_fields.keys() == Match.model_fields.keys()
    assert set(get_args(ManifestState)) == set(get_args(State))
