"""Finding: the catalogue by words, by names, by likeness; tags of a recording; through the command line and HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from browsers_of_tests import owners_browser
from house_of_tests import Run
from remixlab.app import open_workspace
from remixlab.prompt import write_plan
from remixlab.usecases.catalogue import words_like

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with open_workspace(home) as workspace, owners_browser(workspace) as browser:
        yield browser


def test_a_description_orders_the_whole_catalogue(run: Run) -> None:
    code, answer = run("search", "pop with singing")
    assert code == 0
    fits = [item["fit"] for item in answer["items"]]
    assert {"Harbour Lights", "Quiet Orchard", "Shut Door"} <= {item["title"] for item in answer["items"]}
    assert fits == sorted(fits, reverse=True) and all(0 <= fit <= 1 for fit in fits)
    assert answer["understood"] == [
        {"words": "pop", "meaning": "style:synthpop"},
        {"words": "singing", "meaning": "voice:sung"},
    ]
    assert answer["unheard"] == 0


def test_a_name_finds_its_recording_first(run: Run) -> None:
    code, answer = run("search", "quiet orchard")
    assert code == 0
    assert (answer["items"][0]["title"], answer["items"][0]["because"]) == ("Quiet Orchard", "name")


def test_a_recording_finds_others_like_it_and_never_itself(run: Run) -> None:
    _, listed = run("search", "harbour lights")
    own = listed["items"][0]["recording_id"]
    code, answer = run("search", "--like", own)
    assert code == 0
    assert own not in [item["recording_id"] for item in answer["items"]] and len(answer["items"]) >= 2


def test_words_that_mean_nothing_are_exit_code_two_with_a_hint(run: Run) -> None:
    code, answer = run("search", "xyzzy")
    assert (code, answer["error"]["code"]) == (2, "prompt.unclear")
    assert answer["error"]["hint"]


def test_a_recording_and_a_loose_file_have_tags(run: Run, house_folder: Path) -> None:
    code, answer = run("tags", house_folder / "files" / "open.flac")
    assert code == 0
    kinds = {tag["kind"] for tag in answer["tags"]}
    assert {"style", "voice", "tempo", "drums"} <= kinds
    assert all(0 <= tag["fit"] <= 1 for tag in answer["tags"])
    _, listed = run("search", "harbour lights")
    assert run("tags", listed["items"][0]["recording_id"])[1] == answer


def test_the_door_of_the_api_searches_too(client: TestClient) -> None:
    found = client.get("/v1/recordings", params={"feel": "pop with singing", "limit": 2}).json()
    assert len(found["items"]) == 2 and found["next"] is None
    assert found["items"][0]["fit"] >= found["items"][1]["fit"]
    first = found["items"][0]["recording_id"]
    alike = client.get("/v1/recordings", params={"like": first}).json()["items"]
    assert first not in [item["recording_id"] for item in alike]
    tags = client.get(f"/v1/recordings/{first}/tags").json()
    assert tags["recording_id"] == first and any(tag["kind"] == "style" for tag in tags["tags"])


def test_a_search_that_cannot_be_understood_is_a_problem(client: TestClient) -> None:
    answer = client.get("/v1/recordings", params={"feel": "xyzzy"})
    assert (answer.status_code, answer.json()["code"]) == (422, "prompt.unclear")
    assert client.get("/v1/recordings", params={"feel": ""}).json()["code"] == "prompt.empty"
    assert client.get("/v1/recordings", params={"like": "nobody"}).status_code == 404


def test_what_a_recording_feels_like_is_a_wish_that_becomes_a_plan(home: Path) -> None:
    with open_workspace(home) as workspace:
        with workspace.context.read() as records:
            recording = records.catalogue.recording("QZRLB2699001")
        words = words_like(recording, workspace.context)
    assert any(op.op == "restyle" for op in write_plan(words, source="other").plan.ops), words
