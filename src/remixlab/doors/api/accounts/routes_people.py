"""/accounts, /memberships and /invitations: who can sign in here, and who acts for which party."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from remixlab.domain.accounts import Membership
from remixlab.domain.actor import Mandate
from remixlab.doors.answers.people import (
    AccountAnswer,
    AccountList,
    InvitationAnswer,
    InvitationEnded,
    InvitationList,
    MembershipList,
    SessionAnswer,
    account_answer,
    account_items,
    invitation_answer,
    session_answer,
)
from remixlab.doors.api.accounts.addresses import address_of
from remixlab.doors.api.accounts.requests import (
    AccountRequest,
    InvitationAccept,
    InvitationRequest,
    StandingRequest,
    secret,
)
from remixlab.doors.api.accounts.routes_session import new_session
from remixlab.doors.api.caller import TheActor, TheCaller, TheWorkspace
from remixlab.doors.api.cookies import keep_token
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs, costs_unknown
from remixlab.usecases import accounts
from remixlab.usecases.accounts import AccountForm

router = APIRouter(responses=PROBLEMS)
Named = Annotated[str | None, Query(min_length=1, max_length=200)]


@router.get("/accounts", tags=["accounts"])
def list_accounts(workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50) -> AccountList:
    """Everybody who can sign in here."""
    page = accounts.list_accounts(actor, workspace.context, after=after, limit=limit)
    return AccountList(items=account_items(page.items), next=page.next)


@router.post("/accounts", status_code=201, tags=["accounts"])
def create_account(sent: AccountRequest, workspace: TheWorkspace, caller: TheCaller) -> AccountAnswer:
    """An account for somebody else; an invitation lets them choose their own name."""
    form = AccountForm(name=sent.name, email=sent.email, roles=frozenset(sent.roles), tier=sent.tier)
    made = accounts.create_account(form, caller.actor, workspace.context, account_id=workspace.new_id("acc"))
    return account_answer(made)


@router.get("/accounts/{account_id}", tags=["accounts"])
def read_account(account_id: str, workspace: TheWorkspace, actor: TheActor) -> AccountAnswer:
    return account_answer(accounts.read_account(account_id, actor, workspace.context))


@router.patch("/accounts/{account_id}", tags=["accounts"])
def set_standing(account_id: str, sent: StandingRequest, workspace: TheWorkspace, caller: TheCaller) -> AccountAnswer:
    """What an account may here, or that it may nothing any more."""
    roles = None if sent.roles is None else frozenset(sent.roles)
    changed = accounts.set_standing(
        account_id, caller.actor, workspace.context, roles=roles, tier=sent.tier, disabled=sent.disabled
    )
    return account_answer(changed)


@router.get("/memberships", tags=["memberships"])
def list_memberships(
    workspace: TheWorkspace,
    actor: TheActor,
    account: Named = None,
    party: Named = None,
    after: After = None,
    limit: Limit = 50,
) -> MembershipList:
    """Who acts for which party: your own, those of a party you act for, or all for who runs the workspace."""
    page = accounts.list_memberships(actor, workspace.context, after=after, limit=limit, account=account, party=party)
    return MembershipList(items=list(page.items), next=page.next)


@router.post("/accounts/{account_id}/memberships", status_code=201, tags=["memberships"])
def grant_membership(account_id: str, mandate: Mandate, workspace: TheWorkspace, caller: TheCaller) -> Membership:
    """Let an account act for a party, no further than you may hand on."""
    return accounts.grant_membership(
        account_id, mandate, caller.actor, workspace.context, membership_id=workspace.new_id("mem")
    )


@router.delete("/memberships/{membership_id}", tags=["memberships"])
def end_membership(membership_id: str, workspace: TheWorkspace, caller: TheCaller) -> Membership:
    """Stop an account from acting for a party; the membership as it was."""
    return accounts.end_membership(membership_id, caller.actor, workspace.context)


@router.get("/invitations", tags=["invitations"])
def list_invitations(
    workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50
) -> InvitationList:
    """Invitations that nobody has used: your own, or all for who runs the workspace."""
    page = accounts.list_invitations(actor, workspace.context, after=after, limit=limit)
    return InvitationList(items=list(map(invitation_answer, page.items)), next=page.next)


@router.post("/invitations", status_code=201, tags=["invitations"], dependencies=[costs("invitation")])
def invite(
    sent: InvitationRequest, request: Request, workspace: TheWorkspace, caller: TheCaller, later: BackgroundTasks
) -> InvitationAnswer:
    """Invite somebody; a letter brings the link where an address is named."""
    token = workspace.new_secret()
    link = accounts.invite(
        caller.actor, workspace.context, ids=(workspace.new_id("lnk"), token), email=sent.email,
        roles=frozenset(sent.roles), tier=sent.tier, mandates=tuple(sent.mandates),
    )  # fmt: skip
    address = address_of("join", request, workspace.settings)
    letter = accounts.letter_of(link, token, address)
    if letter is not None:
        later.add_task(workspace.mail.send, letter)
    return invitation_answer(link, address(token))


@router.post("/invitations/accept", status_code=201, tags=["invitations"], dependencies=[costs_unknown("sign_up")])
def accept_invitation(
    sent: InvitationAccept, request: Request, answer: Response, workspace: TheWorkspace
) -> SessionAnswer:
    """Make the account that an invitation offers, and sign in."""
    new, at = new_session(request, workspace), workspace.context.clock.now()
    accounts.accept_invitation(
        secret(sent.link), sent.name, secret(sent.password), new, workspace.context, passwords=workspace.passwords,
        new_id=workspace.new_id, at=at,
    )  # fmt: skip
    found = workspace.actor_of_session(new.token)
    assert found is not None, "a session that was begun a moment ago is in force"
    life = found.session.expires_at - found.session.created_at
    keep_token(answer, new.token, int(life.total_seconds()), request, workspace.settings)
    return session_answer(found.actor, found.session, workspace)


@router.delete("/invitations/{link_id}", tags=["invitations"])
def end_invitation(link_id: str, workspace: TheWorkspace, caller: TheCaller) -> InvitationEnded:
    """Take an invitation back."""
    return InvitationEnded(link_id=accounts.end_invitation(link_id, caller.actor, workspace.context).link_id)
