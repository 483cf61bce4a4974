"""/session: signing in and out, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from remixlab.domain.accounts import Session
from remixlab.domain.actor import Role
from remixlab.domain.errors import NotAllowed
from remixlab.doors.answers.people import SessionAnswer, SignedOut, session_answer
from remixlab.doors.api.accounts.pages import relying_party
from remixlab.doors.api.accounts.requests import SignIn, secret
from remixlab.doors.api.caller import AnyActor, TheWorkspace, caller_of
from remixlab.doors.api.cookies import (
    forget_ceremony,
    forget_demo,
    forget_token,
    keep_demo,
    keep_token,
    read_ceremony,
    read_demo,
)
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import address_of, rates_of, spend_on
from remixlab.usecases import accounts
from remixlab.usecases.accounts import NewSession

if TYPE_CHECKING:
    from remixlab.app import Workspace

router = APIRouter(tags=["session"], responses=PROBLEMS)
DEVICE_MAX = 200


@router.get("/session")
def read_session(request: Request, workspace: TheWorkspace, actor: AnyActor) -> SessionAnswer:
    """Who asks: also an answer when it is nobody."""
    return session_answer(actor, caller_of(request, workspace).session, workspace)


@router.post("/session")
def sign_in(sent: SignIn, request: Request, answer: Response, workspace: TheWorkspace) -> SessionAnswer:
    """Sign in; the session is a cookie that no script can read."""
    if sent.demo is not None:
        return _try_demo(sent.demo, request, answer, workspace)
    new, at = new_session(request, workspace), workspace.context.clock.now()
    if sent.name is not None:
        spend_on(sent.name, "sign_in", request)
    else:
        rates_of(request).spend("ceremony", address=address_of(request))
    if sent.link is not None:
        session = accounts.sign_in_by_link(secret(sent.link), new, workspace.context, at=at)
    elif sent.passkey is not None:
        forget_ceremony(answer, request, workspace.settings)
        session = accounts.sign_in_by_passkey(
            sent.passkey.plain(), new, workspace.context, page=relying_party(request, workspace),
            token=read_ceremony(request, workspace.settings), passkeys=workspace.passkeys, at=at,
        )  # fmt: skip
    else:
        session = accounts.sign_in(
            sent.name or "", secret(sent.password), new, workspace.context, passwords=workspace.passwords, at=at
        )
    return enter(session, new.token, request, answer, workspace)


@router.delete("/session")
def sign_out(request: Request, answer: Response, workspace: TheWorkspace) -> SignedOut:
    """Sign this device out; whoever tries a demonstration account is themselves again."""
    caller = caller_of(request, workspace)
    if caller.session is not None and caller.actor.account != caller.session.account_id:
        forget_demo(answer, request, workspace.settings)
        return SignedOut(ended=0)
    for forget in (forget_token, forget_demo):
        forget(answer, request, workspace.settings)
    if caller.session is None:
        return SignedOut(ended=0)
    accounts.end_session(caller.session.session_id, caller.actor, workspace.context)
    return SignedOut(ended=1)


def new_session(request: Request, workspace: Workspace) -> NewSession:
    """The dice of a session, for the browser that asks."""
    told = request.headers.get("user-agent", "")
    device = "".join(letter for letter in told if letter.isprintable())[:DEVICE_MAX]
    return NewSession(session_id=workspace.new_id("ses"), token=workspace.new_secret(), device=device)


def enter(session: Session, token: str, request: Request, answer: Response, workspace: Workspace) -> SessionAnswer:
    """Give the browser its session, and say who it is now."""
    life = session.expires_at - session.created_at
    keep_token(answer, token, int(life.total_seconds()), request, workspace.settings)
    if read_demo(request, workspace.settings) is not None:
        forget_demo(answer, request, workspace.settings)
    found = workspace.actor_of_session(token)
    assert found is not None, "a session that was begun a moment ago is in force"
    return session_answer(found.actor, found.session, workspace)


def _try_demo(role: Role, request: Request, answer: Response, workspace: Workspace) -> SessionAnswer:
    """Raises: NotAllowed."""
    session = caller_of(request, workspace).session
    owner = None if session is None or not workspace.is_owner(session) else workspace.actor()
    tried = owner and workspace.demo_actor(owner, role.value)
    if session is None or tried is None or tried == owner:
        raise NotAllowed(
            "Demonstration accounts are for the owner, on this machine, with the demo catalogue alone.",
            code="account.demo",
            hint="Open the link that `remixlab serve` prints.",
        )
    life = session.expires_at - session.created_at
    keep_demo(answer, role.value, int(life.total_seconds()), request, workspace.settings)
    return session_answer(tried, session, workspace)
