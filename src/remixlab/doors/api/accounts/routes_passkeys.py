"""/account/passkeys: keep one, see them, call one otherwise, give one up; /session/passkey: sign in with one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request, Response

from remixlab.doors.answers.people import PasskeyCreation, PasskeyItem, PasskeyList, PasskeyRequest, passkey_item
from remixlab.doors.api.accounts.pages import relying_party, throw
from remixlab.doors.api.accounts.requests import PasskeyBegin, PasskeyChange, PasskeyNew, secret
from remixlab.doors.api.accounts.routes_account import is_fresh
from remixlab.doors.api.caller import Caller, TheActor, TheCaller, TheWorkspace
from remixlab.doors.api.cookies import forget_ceremony, keep_ceremony, read_ceremony
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs, costs_unknown
from remixlab.usecases import accounts
from remixlab.usecases.accounts.passkeys import CEREMONY_LIFE

router = APIRouter(responses=PROBLEMS)
LIFE_S = int(CEREMONY_LIFE.total_seconds())


@router.get("/account/passkeys", tags=["account"])
def list_passkeys(workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50) -> PasskeyList:
    """Your passkeys, without anything that a device would need."""
    page = accounts.list_passkeys(actor, workspace.context, after=after, limit=limit).map(passkey_item)
    return PasskeyList(items=list(page.items), next=page.next)


@router.post("/account/passkeys/options", tags=["account"], dependencies=[costs("ceremony")])
def begin_passkey(
    sent: PasskeyBegin, request: Request, answer: Response, workspace: TheWorkspace, caller: TheCaller
) -> PasskeyCreation:
    """What your browser is told to make a passkey; it needs your password, where there is one."""
    dice = throw(workspace)
    options = accounts.begin_passkey(
        caller.actor, workspace.context, page=relying_party(request, workspace), session_id=_session_of(caller),
        dice=dice, passkeys=workspace.passkeys, passwords=workspace.passwords, password=secret(sent.password),
        fresh=is_fresh(caller),
    )  # fmt: skip
    keep_ceremony(answer, dice.token, LIFE_S, request, workspace.settings)
    return PasskeyCreation.model_validate({"publicKey": options})


@router.post("/account/passkeys", status_code=201, tags=["account"])
def keep_passkey(
    sent: PasskeyNew,
    request: Request,
    answer: Response,
    workspace: TheWorkspace,
    caller: TheCaller,
    later: BackgroundTasks,
) -> PasskeyItem:
    """Keep the passkey that your device has made; a letter tells you that there is another one."""
    forget_ceremony(answer, request, workspace.settings)
    kept = accounts.finish_passkey(
        sent.credential.plain(), sent.name, caller.actor, workspace.context, page=relying_party(request, workspace),
        session_id=_session_of(caller), token=read_ceremony(request, workspace.settings), passkeys=workspace.passkeys,
        passkey_id=workspace.new_id("psk"),
    )  # fmt: skip
    account = accounts.read_account(kept.account_id, caller.actor, workspace.context)
    letter = accounts.passkey_letter(kept, account)
    if letter is not None:
        later.add_task(workspace.mail.send, letter)
    return passkey_item(kept)


@router.patch("/account/passkeys/{passkey_id}", tags=["account"])
def rename_passkey(passkey_id: str, sent: PasskeyChange, workspace: TheWorkspace, caller: TheCaller) -> PasskeyItem:
    """Call a passkey otherwise."""
    return passkey_item(accounts.rename_passkey(passkey_id, sent.name, caller.actor, workspace.context))


@router.delete("/account/passkeys/{passkey_id}", tags=["account"])
def remove_passkey(passkey_id: str, workspace: TheWorkspace, caller: TheCaller) -> PasskeyItem:
    """Give a passkey up: it opens nothing any more; the passkey as it was."""
    return passkey_item(accounts.remove_passkey(passkey_id, caller.actor, workspace.context))


@router.post("/session/passkey", tags=["session"], dependencies=[costs_unknown("ceremony")])
def begin_sign_in(request: Request, answer: Response, workspace: TheWorkspace) -> PasskeyRequest:
    """What your browser is told to find a passkey: the same whoever asks. Its answer goes to `POST /session`."""
    dice, at = throw(workspace), workspace.context.clock.now()
    options: dict[str, Any] = accounts.begin_passkey_sign_in(
        workspace.context, page=relying_party(request, workspace), dice=dice, passkeys=workspace.passkeys, at=at
    )
    keep_ceremony(answer, dice.token, LIFE_S, request, workspace.settings)
    return PasskeyRequest.model_validate({"publicKey": options})


def _session_of(caller: Caller) -> str:
    assert caller.session is not None, "`TheCaller` is somebody who is signed in"
    return caller.session.session_id
