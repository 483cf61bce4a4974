"""/keys and /audit: which keys open for whom, and who did what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from remixlab.doors.answers.accounts import (
    AuditList,
    KeyCreated,
    KeyList,
    KeyRevoked,
    key_created,
    key_item,
    key_revoked,
)
from remixlab.doors.api.accounts.requests import KeyRequest
from remixlab.doors.api.caller import TheActor, TheCaller, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases import accounts

router = APIRouter(responses=PROBLEMS)
OfAccount = Annotated[str | None, Query(min_length=1, max_length=200, description="Only of this account.")]


@router.get("/keys", tags=["keys"])
def list_keys(
    workspace: TheWorkspace, actor: TheActor, user: OfAccount = None, after: After = None, limit: Limit = 50
) -> KeyList:
    """API keys in force, without their secrets: your own, or all of them for who runs the workspace."""
    page = accounts.list_keys(actor, workspace.context, after=after, limit=limit, user=user).map(key_item)
    return KeyList(items=list(page.items), next=page.next)


@router.post("/keys", status_code=201, tags=["keys"])
def create_key(sent: KeyRequest, workspace: TheWorkspace, caller: TheCaller) -> KeyCreated:
    """A key for programs, with as much as you let through; made by somebody who is signed in, never with a key."""
    made = accounts.create_key(
        sent.user or caller.actor.account, caller.actor, workspace.context, roles=sent.roles, tier=sent.tier,
        parties=sent.parties, expires_at=sent.expires_at, ids=(workspace.new_key_id(), workspace.new_secret()),
    )  # fmt: skip
    return key_created(made)


@router.delete("/keys/{key_id}", tags=["keys"])
def revoke_key(key_id: str, workspace: TheWorkspace, actor: TheActor) -> KeyRevoked:
    """Take a key back: it opens nothing from now on."""
    return key_revoked(accounts.revoke_key(key_id, actor, workspace.context))


@router.get("/audit", tags=["audit"])
def read_audit(
    workspace: TheWorkspace, actor: TheActor, account: OfAccount = None, after: After = None, limit: Limit = 50
) -> AuditList:
    """Who did what, for whom, when, and what it changed."""
    page = accounts.read_audit(actor, workspace.context, after=after, limit=limit, account=account)
    return AuditList(items=list(page.items), next=page.next)
