"""/account/data, /account/choices, /account/deletion and /licence: what a fan gives, takes along, and takes back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import Field
from starlette.background import BackgroundTask

from remixlab.domain.choices import Choice
from remixlab.doors.answers.own_data import (
    ChoicesAnswer,
    DeletedAnswer,
    LicenceAnswer,
    choices_answer,
    deleted_answer,
    licence_answer,
)
from remixlab.doors.api.accounts.requests import Password, secret
from remixlab.doors.api.accounts.routes_account import FRESH
from remixlab.doors.api.caller import TheActor, TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.doors.api.request import Sent
from remixlab.usecases import accounts

router = APIRouter(tags=["account"], responses=PROBLEMS)


class ChoicesRequest(Sent):
    """What is left out stays as it is."""

    training: Annotated[bool | None, Field(description="Let models learn from what you make.")] = None
    taste: Annotated[bool | None, Field(description="Let what you make and play say what is offered to you.")] = None


class DeletionRequest(Sent):
    """Your password, where you have one; else you signed in a moment ago."""

    password: Password | None = None


@router.get("/licence")
def read_licence() -> LicenceAnswer:
    """What you give with a remix, and keep. Asks for no key."""
    return licence_answer()


@router.get("/account/choices")
def read_choices(workspace: TheWorkspace, actor: TheActor) -> ChoicesAnswer:
    """What you let be done with what you make: nothing, until you say so."""
    return choices_answer(accounts.read_choices(actor, workspace.context))


@router.put("/account/choices")
def choose(sent: ChoicesRequest, workspace: TheWorkspace, actor: TheActor) -> ChoicesAnswer:
    """Say yes or no, from now on."""
    for choice, given in ((Choice.TRAINING, sent.training), (Choice.TASTE, sent.taste)):
        if given is not None:
            accounts.choose(choice, actor, workspace.context, given=given)
    return choices_answer(accounts.read_choices(actor, workspace.context))


@router.get(
    "/account/data",
    dependencies=[costs("stems")],
    response_class=Response,
    response_model=None,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def export_data(workspace: TheWorkspace, actor: TheActor) -> Response:
    """Everything that you brought, made and said: a ZIP of JSON and files."""
    pieces = accounts.export_data(actor.account, actor, workspace.context)
    folder = Path(mkdtemp(prefix="remixlab-"))
    path = folder / "data.zip"
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for piece in pieces:
                archive.writestr(piece.name, piece.read(workspace.context))
    except BaseException:  # what is somebody's own lies about in no folder
        rmtree(folder, ignore_errors=True)
        raise
    sweep = BackgroundTask(rmtree, folder, ignore_errors=True)
    headers = {"Cache-Control": "no-store"}
    return FileResponse(
        path, media_type="application/zip", filename="remixlab-data.zip", headers=headers, background=sweep
    )


@router.post("/account/deletion")
def delete_account(sent: DeletionRequest, workspace: TheWorkspace, caller: TheCaller) -> DeletedAnswer:
    """Delete your account with everything that is yours; what the law wants kept stays under a number. Not undone."""
    actor = caller.actor
    fresh = caller.session is not None and actor.at - caller.session.created_at < FRESH
    password = secret(sent.password) or ""
    return deleted_answer(workspace.delete_account(actor.account, actor, password=password, fresh=fresh))
