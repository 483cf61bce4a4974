"""/session/provider and /account/identities: off to a provider of identities, and what it opens here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from starlette.requests import HTTPConnection

from remixlab.domain.errors import NotFound
from remixlab.doors.answers.people import IdentityItem, IdentityList, VisitStarted
from remixlab.doors.api.accounts.requests import ProviderConnect, ProviderVisit, secret
from remixlab.doors.api.accounts.routes_account import is_fresh
from remixlab.doors.api.caller import TheActor, TheCaller, TheWorkspace
from remixlab.doors.api.cookies import keep_ceremony
from remixlab.doors.api.hosts import own_origin
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs, costs_unknown
from remixlab.usecases import accounts
from remixlab.usecases.accounts import VisitDice
from remixlab.usecases.accounts.identities import VISIT_LIFE

if TYPE_CHECKING:
    from remixlab.app import Workspace

router = APIRouter(responses=PROBLEMS)
LIFE_S: Final = int(VISIT_LIFE.total_seconds())


@router.post("/session/provider", tags=["session"], dependencies=[costs_unknown("ceremony")])
def begin_visit(sent: ProviderVisit, request: Request, answer: Response, workspace: TheWorkspace) -> VisitStarted:
    """Sign in with a provider: the browser goes where the answer says, and comes back signed in."""
    identities, dice = workspace.provider(sent.provider), _thrown(workspace)
    url = accounts.begin_visit(
        identities, workspace.context, dice=dice, redirect_uri=redirect_uri(sent.provider, request, workspace),
        at=workspace.context.clock.now(),
    )  # fmt: skip
    keep_ceremony(answer, dice.token, LIFE_S, request, workspace.settings, from_afar=True)
    return VisitStarted(url=url)


@router.post("/account/identities", tags=["account"], dependencies=[costs("ceremony")])
def begin_connecting(
    sent: ProviderConnect, request: Request, answer: Response, workspace: TheWorkspace, caller: TheCaller
) -> VisitStarted:
    """Connect an identity at a provider to your account; it needs your password, where there is one."""
    identities, dice = workspace.provider(sent.provider), _thrown(workspace)
    assert caller.session is not None, "`TheCaller` is somebody who is signed in"
    url = accounts.begin_connecting(
        identities, caller.actor, workspace.context, dice=dice, session_id=caller.session.session_id,
        redirect_uri=redirect_uri(sent.provider, request, workspace), passwords=workspace.passwords,
        password=secret(sent.password), fresh=is_fresh(caller),
    )  # fmt: skip
    keep_ceremony(answer, dice.token, LIFE_S, request, workspace.settings, from_afar=True)
    return VisitStarted(url=url)


@router.get("/account/identities", tags=["account"])
def list_identities(workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50) -> IdentityList:
    """The identities that open your account."""
    known = {one.provider.issuer: one.provider for one in reversed(list(workspace.providers.values()))}
    page = accounts.list_identities(actor, workspace.context, after=after, limit=limit)
    items = [
        IdentityItem(
            provider=known[one.issuer].provider_id if one.issuer in known else None,
            name=known[one.issuer].name if one.issuer in known else one.issuer,
            linked_at=one.linked_at,
        )
        for one in page.items
    ]
    return IdentityList(items=items, next=page.next)


@router.delete("/account/identities/{provider}", tags=["account"])
def disconnect_identity(provider: str, workspace: TheWorkspace, caller: TheCaller) -> IdentityItem:
    """Let the identity at a provider open your account no more."""
    one = workspace.provider(provider).provider
    mine = accounts.list_identities(caller.actor, workspace.context).items
    found = next((identity for identity in mine if identity.issuer == one.issuer), None)
    if found is None:
        raise NotFound("Your account has no identity there.", code="identity.not_found")
    gone = accounts.disconnect_identity(found, caller.actor, workspace.context)
    return IdentityItem(provider=one.provider_id, name=one.name, linked_at=gone.linked_at)


def redirect_uri(provider: str, request: HTTPConnection, workspace: Workspace) -> str:
    """Where the provider sends people back to: an address of its own for each, so that none can pass for another."""
    base = workspace.settings.public_url or own_origin(request.headers.get("host", ""), "")
    return f"{base}/oidc/{provider}/callback"


def _thrown(workspace: Workspace) -> VisitDice:
    throw = workspace.new_secret
    return VisitDice(throw(), throw(), throw(), throw())
