"""/verify and /identify: is a file ours and what is it made from, and which recordings are in it?"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from remixlab.domain.provenance import Declared
from remixlab.doors.answers.provenance import (
    CredentialAnswer,
    DisclosureAnswer,
    IdentifiedAnswer,
    TraceAnswer,
    VerificationAnswer,
    credential_answer,
    disclosure_answer,
    identified_answer,
    trace_answer,
    verification_answer,
)
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs, costs_unknown
from remixlab.doors.api.request import Sent
from remixlab.doors.api.uploads import laid_down
from remixlab.usecases.catalogue import declare, read_credential
from remixlab.usecases.provenance import identify_file, trace, verify
from remixlab.usecases.sharing import read_disclosure

router = APIRouter(responses=PROBLEMS)


class DeclarationRequest(Sent):
    """How much of a recording trained models made, as its owners say."""

    declared: Declared


@router.get("/recordings/{recording_id}/credential", tags=["recordings"])
def read_recording_credential(recording_id: str, workspace: TheWorkspace, actor: AnyActor) -> CredentialAnswer:
    """What speaks for how a recording was made: a manifest in its file, a mark of ours, its owners' word."""
    return credential_answer(read_credential(recording_id, actor, workspace.context))


@router.put("/recordings/{recording_id}/credential", tags=["recordings"])
def declare_recording(
    recording_id: str, request: DeclarationRequest, workspace: TheWorkspace, actor: TheActor
) -> CredentialAnswer:
    """Say for its owners how much of a recording trained models made."""
    return credential_answer(declare(recording_id, request.declared, actor, workspace.context))


@router.get("/remixes/{remix_id}/disclosure", tags=["remixes"])
def read_remix_disclosure(remix_id: str, workspace: TheWorkspace, actor: AnyActor) -> DisclosureAnswer:
    """How a remix was made, in the words of C2PA, DDEX, Apple, California, the EU, China and Korea."""
    provider = workspace.settings.provider
    return disclosure_answer(read_disclosure(remix_id, actor, workspace.context, provider=provider))


@router.post("/identify", tags=["identify"], dependencies=[costs("identify")])
async def identify_sound(
    workspace: TheWorkspace, actor: TheActor, file: Annotated[UploadFile, File()]
) -> IdentifiedAnswer:
    """Matches with where in the file and where in the recording, tempo and pitch."""
    async with laid_down(file, workspace) as path:
        name = file.filename or "file"
        return identified_answer(await workspace.in_turn(lambda: identify_file(path, name, actor, workspace.context)))


@router.post("/trace", tags=["identify"], dependencies=[costs("identify")])
async def trace_sound(workspace: TheWorkspace, actor: TheActor, file: Annotated[UploadFile, File()]) -> TraceAnswer:
    """Of a modified song that was found elsewhere: its sources, how they were changed, whose they are, and the claim
    or the licence that follows. Nothing of it is kept.
    """
    async with laid_down(file, workspace) as path:
        name = file.filename or "file"
        return trace_answer(await workspace.in_turn(lambda: trace(path, name, actor, workspace.context)))


@router.post("/verify", tags=["verify"], dependencies=[costs_unknown("verify")])
async def verify_file(workspace: TheWorkspace, file: Annotated[UploadFile, File()]) -> VerificationAnswer:
    """Looks for our mark and our manifest; a file without them is not ours, nothing more. Asks for no key."""
    async with laid_down(file, workspace) as path:
        return verification_answer(
            await workspace.in_turn(lambda: verify(path, file.filename or "file", workspace.context))
        )
