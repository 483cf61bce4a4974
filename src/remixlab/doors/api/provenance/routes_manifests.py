"""/matches, /manifests and /services: C2PA's own interface for finding the manifest of a sound that lost it.

Asks for no account. Source: C2PA Soft Binding Resolution API 1.0.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from remixlab.domain.errors import UnsupportedMedia
from remixlab.doors.answers.provenance import (
    AlgorithmsAnswer,
    ManifestMatchesAnswer,
    algorithms_answer,
    manifest_matches_answer,
)
from remixlab.doors.api.caller import TheWorkspace
from remixlab.doors.api.problems import BINDING_PROBLEMS
from remixlab.doors.api.rates import costs_unknown
from remixlab.doors.api.request import Sent
from remixlab.doors.api.uploads import streamed_down
from remixlab.usecases.provenance import ALGORITHMS, match_binding, match_content, read_manifest_store

router = APIRouter(tags=["manifests"], responses=BINDING_PROBLEMS)
MANIFEST_TYPE: Final = "application/c2pa"
_SOUNDLESS: Final = ("image/", "model/", "text/", "font/", "multipart/")

Algorithm = Annotated[str, Query(max_length=200, description="The soft binding's algorithm, as C2PA's list names it.")]
Value = Annotated[str, Query(max_length=4096, description="The value of the soft binding, in base64.")]
MaxResults = Annotated[int, Query(alias="maxResults", ge=1, description="How many manifests are named at most.")]


class BindingQuery(Sent):
    """`c2pa.softBindingQuery`: a soft binding whose value is too long for an address."""

    alg: Annotated[str, Field(max_length=200)]
    value: Annotated[str, Field(max_length=4096)]


class ManifestResponse(Response):
    """A manifest store: JUMBF."""

    media_type = MANIFEST_TYPE


@router.get("/matches/byBinding", dependencies=[costs_unknown("binding")])
def match_by_binding(
    workspace: TheWorkspace, alg: Algorithm, value: Value, max_results: MaxResults = 10
) -> ManifestMatchesAnswer:
    """The manifests that a soft binding names; none for an algorithm of somebody else."""
    return manifest_matches_answer(match_binding(alg, value, workspace.context, limit=max_results))


@router.post("/matches/byBinding", dependencies=[costs_unknown("binding")])
def match_by_long_binding(
    query: BindingQuery, workspace: TheWorkspace, max_results: MaxResults = 10
) -> ManifestMatchesAnswer:
    """The same, for a value that is too long for an address."""
    return manifest_matches_answer(match_binding(query.alg, query.value, workspace.context, limit=max_results))


_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"audio/*": {"schema": {"type": "string", "format": "binary", "description": "The sound."}}},
    }
}


@router.post("/matches/byContent", dependencies=[costs_unknown("verify")], openapi_extra=_BODY)
async def match_by_content(
    request: Request,
    workspace: TheWorkspace,
    alg: Annotated[str | None, Query(max_length=200)] = None,
    max_results: MaxResults = 10,
    hint_alg: Annotated[str | None, Query(alias="hintAlg", max_length=200)] = None,
    hint_value: Annotated[str | None, Query(alias="hintValue", max_length=4096)] = None,
) -> ManifestMatchesAnswer:
    """The manifests of the remix whose mark is in the sound that is sent. Nothing of it is kept.

    A hint that names one of our manifests answers at once, without listening.
    """
    if request.headers.get("content-type", "").lower().startswith(_SOUNDLESS):
        raise UnsupportedMedia("There is no sound in a file of this kind.", hint="Send audio, or a video with sound.")
    if hint_alg and hint_value and (hinted := match_binding(hint_alg, hint_value, workspace.context)):
        return manifest_matches_answer(hinted[:max_results])
    async with streamed_down(request, workspace) as path:
        found = await workspace.in_turn(
            lambda: match_content(path, "sound", workspace.context, alg=alg, limit=max_results)
        )
        return manifest_matches_answer(found)


@router.get("/manifests/{manifest_id}", response_class=ManifestResponse, dependencies=[costs_unknown("binding")])
def read_manifest_by_id(
    manifest_id: str,
    workspace: TheWorkspace,
    active_only: Annotated[
        bool, Query(alias="returnActiveManifest", description="Without the manifests of its ingredients.")
    ] = False,
) -> ManifestResponse:
    """A manifest by its id, with those of its ingredients, as `application/c2pa`."""
    return ManifestResponse(read_manifest_store(manifest_id, workspace.context, active_only=active_only).content)


@router.get("/services/supportedAlgorithms")
def list_supported_algorithms() -> AlgorithmsAnswer:
    """The soft bindings by which manifests are found here."""
    return algorithms_answer(ALGORITHMS)
