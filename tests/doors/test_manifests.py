"""HTTP: the manifest of a sound that lost it, through C2PA's own interface, without an account."""

from __future__ import annotations

import base64
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from remixlab.domain.provenance import KeptManifest
from remixlab.doors.api import create_schema

from .conftest import World

ALG: Final = "org.remixlab.seal.1"
PUBLISHED: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("get", "/matches/byBinding"): {"asks": {"value", "alg"}, "may": {"maxResults"}, "answers": {200, 400}},
    ("post", "/matches/byBinding"): {"asks": set(), "may": {"maxResults"}, "answers": {200, 400}},
    ("post", "/matches/byContent"): {
        "asks": set(), "may": {"alg", "maxResults", "hintAlg", "hintValue"}, "answers": {200, 415},
    },
    ("get", "/manifests/{manifestId}"): {
        "asks": {"manifestId"}, "may": {"returnActiveManifest"}, "answers": {200, 400, 404},
    },
    ("get", "/services/supportedAlgorithms"): {"asks": set(), "may": set(), "answers": {200}},
}  # fmt: skip
"""What C2PA's description (Soft Binding Resolution API 1.0) says of each operation, written by hand."""


@pytest.fixture
def anybody(world: World) -> TestClient:
    """Who has no account."""
    return world.client


def keep(world: World) -> KeptManifest:
    context = world.workspace.context
    world.open()
    world.made("rmx_1")
    manifest = KeptManifest(
        manifest_id="urn:c2pa:61626364-6566-4768-a96a-6b6c6d6e6f70", handle="ab" * 16, remix_id="rmx_1",
        suffix="flac", blob_sha256=context.blobs.put(b"jumbf"),
    )  # fmt: skip
    with context.write() as records:
        records.provenance.keep_manifest(manifest)
    return manifest


def test_every_operation_takes_and_answers_what_the_published_description_says() -> None:
    ours = create_schema()["paths"]
    for (method, path), said in PUBLISHED.items():
        operation = ours[f"/v1{path}".replace("{manifestId}", "{manifest_id}")][method]
        parameters = (
            {p["name"].replace("manifest_id", "manifestId"): p["required"] for p in operation["parameters"]}
            if "parameters" in operation
            else {}
        )
        headers = {"authorization", "RemixLab-As"}
        asked = {name for name, required in parameters.items() if required} - headers
        assert (asked, set(parameters) - asked - headers) == (said["asks"], said["may"]), path
        assert {str(status) for status in said["answers"]} <= set(operation["responses"]), path


def test_what_is_answered_has_the_published_shape(world: World, anybody: TestClient) -> None:
    kept = keep(world)
    assert anybody.get("/v1/services/supportedAlgorithms").json() == {"watermarks": [{"alg": ALG}], "fingerprints": []}
    value = base64.b64encode(kept.handle.encode()).decode()
    found = {"matches": [{"manifestId": kept.manifest_id}]}
    assert anybody.get("/v1/matches/byBinding", params={"alg": ALG, "value": value}).json() == found
    assert anybody.post("/v1/matches/byBinding", json={"alg": ALG, "value": value}).json() == found
    hint = {"hintAlg": ALG, "hintValue": value}
    hinted = anybody.post("/v1/matches/byContent", params=hint, content=b"x", headers={"content-type": "audio/wav"})
    assert hinted.json() == found
    read = anybody.get(f"/v1/manifests/{kept.manifest_id}")
    assert (read.status_code, read.headers["content-type"], read.content) == (200, "application/c2pa", b"jumbf")


def test_a_sound_without_a_mark_leads_nowhere(world: World, anybody: TestClient) -> None:
    sound = world.workspace.context.audio_files.encode(_noise(), "wav")
    asked = anybody.post("/v1/matches/byContent", content=sound, headers={"content-type": "audio/wav"})
    assert (asked.status_code, asked.json()) == (200, {"matches": []})


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/v1/matches/byBinding", {"params": {"alg": ALG, "value": "%%%"}}, 400),
        ("GET", "/v1/matches/byBinding", {"params": {"alg": ALG}}, 422),
        ("GET", "/v1/matches/byBinding", {"params": {"alg": ALG, "value": "YQ==", "maxResults": 0}}, 422),
        ("GET", "/v1/manifests/urn:c2pa:none", {}, 404),
        ("POST", "/v1/matches/byContent", {"content": b"x", "headers": {"content-type": "image/png"}}, 415),
        ("POST", "/v1/matches/byContent", {"content": b"no sound", "headers": {"content-type": "audio/wav"}}, 422),
    ],
)
def test_what_cannot_be_answered_is_refused_by_the_standards_status(
    anybody: TestClient, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    answer = anybody.request(method, path, **more)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_asking_without_end_is_stopped(anybody: TestClient) -> None:
    asked = [anybody.get("/v1/manifests/urn:c2pa:none").status_code for _ in range(121)]
    assert asked[-1] == 429


def _noise() -> Any:
    import numpy as np

    from remixlab.domain.audio import SAMPLE_RATE, Audio

    return Audio(np.random.default_rng(1).normal(0, 0.1, (2, 3 * SAMPLE_RATE)).astype(np.float32), SAMPLE_RATE)
