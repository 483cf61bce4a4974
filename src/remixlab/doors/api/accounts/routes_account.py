"""/account: one's own name, password and devices; making an account, and getting back into it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from remixlab.domain.errors import NotAllowed
from remixlab.doors.answers.people import (
    AccountAnswer,
    DeviceList,
    RecoveryStarted,
    SessionAnswer,
    SignedOut,
    account_answer,
    device_answer,
)
from remixlab.doors.api.accounts.addresses import address_of
from remixlab.doors.api.accounts.requests import (
    AccountChange,
    PasswordChange,
    RecoveryFinish,
    RecoveryRequest,
    SignUp,
    secret,
)
from remixlab.doors.api.accounts.routes_session import enter, new_session
from remixlab.doors.api.caller import Caller, TheActor, TheCaller, TheWorkspace, caller_of
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs_unknown, spend_on
from remixlab.usecases import accounts

FRESH: Final = timedelta(minutes=15)
"""How long ago who has no password signed in, and need not show once more who they are."""
router = APIRouter(tags=["account"], responses=PROBLEMS)


@router.get("/account")
def read_account(workspace: TheWorkspace, actor: TheActor) -> AccountAnswer:
    """Your own account."""
    return account_answer(accounts.read_account(actor.account, actor, workspace.context))


@router.post("/account", status_code=201, dependencies=[costs_unknown("sign_up")])
def sign_up(sent: SignUp, request: Request, answer: Response, workspace: TheWorkspace) -> SessionAnswer:
    """Make a fan's account and sign in, where everybody may (`REMIXLAB_SIGN_UP=open`)."""
    if workspace.settings.sign_up != "open":
        raise NotAllowed("Accounts are made by invitation here.", hint="Ask whoever runs this service.")
    at, context = workspace.context.clock.now(), workspace.context
    made = accounts.sign_up(
        sent.name, sent.email, secret(sent.password), context, passwords=workspace.passwords,
        account_id=workspace.new_id("acc"), at=at,
    )  # fmt: skip
    new = new_session(request, workspace)
    session = accounts.sign_in(made.name, secret(sent.password), new, context, passwords=workspace.passwords, at=at)
    return enter(session, new.token, request, answer, workspace)


@router.patch("/account")
def change_account(sent: AccountChange, workspace: TheWorkspace, caller: TheCaller) -> AccountAnswer:
    """Another name; or another address, which needs the password."""
    changed = accounts.change_account(
        caller.actor.account, caller.actor, workspace.context, name=sent.name, email=sent.email,
        passwords=workspace.passwords, password=secret(sent.password), fresh=is_fresh(caller),
    )  # fmt: skip
    return account_answer(changed)


@router.put("/account/password")
def change_password(sent: PasswordChange, workspace: TheWorkspace, caller: TheCaller) -> AccountAnswer:
    """Another password; every other device is signed out."""
    but = caller.session.session_id if caller.session else None
    return account_answer(
        accounts.set_password(
            secret(sent.new),
            caller.actor,
            workspace.context,
            passwords=workspace.passwords,
            old=secret(sent.old),
            fresh=is_fresh(caller),
            but=but,
        )
    )


@router.post("/account/recovery", status_code=202)
def start_recovery(
    sent: RecoveryRequest, request: Request, workspace: TheWorkspace, later: BackgroundTasks
) -> RecoveryStarted:
    """A letter with a link that lets the account choose another password; told the same when there is none."""
    spend_on(sent.who, "letter", request)
    token, at = workspace.new_secret(), workspace.context.clock.now()
    letter = accounts.start_recovery(
        sent.who, workspace.context, ids=(workspace.new_id("lnk"), token), at=at,
        address=address_of("recover", request, workspace.settings),
    )  # fmt: skip
    if letter is not None:
        later.add_task(workspace.mail.send, letter)  # afterwards, so that the time it takes tells nothing
    return RecoveryStarted()


@router.post("/account/recovery/password", dependencies=[costs_unknown("ceremony")])
def finish_recovery(sent: RecoveryFinish, workspace: TheWorkspace) -> AccountAnswer:
    """Choose another password with the link in the letter; then sign in with it."""
    at = workspace.context.clock.now()
    return account_answer(
        accounts.recover(
            secret(sent.link),
            secret(sent.password),
            workspace.context,
            passwords=workspace.passwords,
            at=at,
            forget_passkeys=sent.forget_passkeys,
        )
    )


@router.get("/account/sessions")
def list_sessions(
    request: Request, workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50
) -> DeviceList:
    """The devices that you are signed in on."""
    session = caller_of(request, workspace).session
    page = accounts.list_sessions(actor, workspace.context, after=after, limit=limit)
    return DeviceList(
        items=[device_answer(one, session.session_id if session else None) for one in page.items], next=page.next
    )


@router.delete("/account/sessions")
def end_sessions(
    workspace: TheWorkspace,
    caller: TheCaller,
    here: Annotated[bool, Query(description="Also this device.")] = True,
) -> SignedOut:
    """Sign out everywhere."""
    but = None if here or caller.session is None else caller.session.session_id
    return SignedOut(ended=accounts.end_sessions(caller.actor, workspace.context, but=but))


@router.delete("/account/sessions/{session_id}")
def end_session(session_id: str, workspace: TheWorkspace, caller: TheCaller) -> SignedOut:
    """Sign one device out."""
    accounts.end_session(session_id, caller.actor, workspace.context)
    return SignedOut(ended=1)


def is_fresh(caller: Caller) -> bool:
    return caller.session is not None and caller.actor.at - caller.session.created_at < FRESH
