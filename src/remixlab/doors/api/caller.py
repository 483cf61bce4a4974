"""What every operation needs: the workspace, and who asks: by an API key, or by a session in a cookie.

Nothing else says who somebody is. A header can only narrow: `RemixLab-As` chooses one of the parties one acts for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from remixlab.domain.accounts import Session
from remixlab.domain.actor import Actor
from remixlab.domain.errors import KeyNeeded, NotAllowed, SignInNeeded, Unavailable
from remixlab.domain.rights.parties import UNKNOWN_TERRITORY
from remixlab.domain.territories import TERRITORIES
from remixlab.doors.api.cookies import read_demo, read_token
from remixlab.doors.api.hosts import SAFE, is_ours
from remixlab.usecases.accounts import acting_for

if TYPE_CHECKING:
    from remixlab.app import Workspace


class Caller(NamedTuple):
    """Who asks, and by which session, when it was one; by an API key there is none."""

    actor: Actor
    session: Session | None = None


def open_workspace(request: Request) -> Workspace:
    workspace = request.app.state.workspace
    if workspace is None:
        raise Unavailable("This application only describes itself.", code="house.closed")
    return workspace


def caller_of(request: HTTPConnection, workspace: Workspace) -> Caller:
    """Whom the credentials of a request belong to; nobody when there are none. Found once for each request.

    A cookie counts only when the browser sends it for a page of ours: what another page asks for, it asks as nobody.
    Raises: InvalidKey.
    """
    known = getattr(request.state, "caller", None)
    if known is None:
        known = request.state.caller = _find(request, workspace)
    return known


def _find(request: HTTPConnection, workspace: Workspace) -> Caller:
    settings, headers = workspace.settings, request.headers
    territory = _territory_of(request, settings.territory_header)
    if (key := headers.get("authorization")) is not None:
        return Caller(workspace.actor_of_key(key.removeprefix("Bearer ").strip(), territory))
    token = read_token(request, settings)
    unsafe = request.scope.get("method") not in SAFE
    if token and is_ours(headers, public_url=settings.public_url, unsafe=unsafe):
        found = workspace.actor_of_session(token, territory)
        if found is not None:
            role = read_demo(request, settings)
            return Caller(workspace.demo_actor(found.actor, role) if role else found.actor, found.session)
    return Caller(workspace.nobody(territory))


def anybody_asks(
    request: Request,
    authorization: Annotated[
        str | None, Header(description="`Bearer` and an API key; a browser sends its session cookie instead.")
    ] = None,
    acting_as: Annotated[
        str | None,
        Header(
            alias="RemixLab-As",
            min_length=1,
            max_length=200,
            description="Which of the parties that you act for you speak for now.",
        ),
    ] = None,
) -> Actor:
    """Whoever asks, also who has no account: only for what is public.

    Raises: InvalidKey, KeyNeeded where this workspace shows nothing to strangers, NotYours.
    """
    workspace = open_workspace(request)
    actor = caller_of(request, workspace).actor
    if actor.is_anonymous:
        if workspace.settings.require_api_key:
            raise KeyNeeded(
                "This needs an account.", hint="Sign in, or send an API key as 'Authorization: Bearer KEY'."
            )
        if acting_as is not None:
            raise _sign_in()
        return actor
    return actor if acting_as is None else acting_for(actor, acting_as, workspace.context)


def account_asks(actor: Annotated[Actor, Depends(anybody_asks)]) -> Actor:
    """An account: by its key or its session. Raises: SignInNeeded."""
    if actor.is_anonymous:
        raise _sign_in()
    return actor


def session_asks(request: Request, actor: Annotated[Actor, Depends(account_asks)]) -> Caller:
    """Somebody who is signed in: what changes an account is not done with an API key. Raises: NotAllowed."""
    caller = caller_of(request, open_workspace(request))
    if caller.session is None:
        raise NotAllowed("This is done by somebody who is signed in.", code="session.only", action="accounts.session")
    return caller._replace(actor=actor)


def _sign_in() -> SignInNeeded:
    return SignInNeeded("This needs an account.", hint="Sign in, or send an API key as 'Authorization: Bearer KEY'.")


def _territory_of(request: HTTPConnection, header: str) -> str | None:
    """Where the workspace's own proxy says that a request comes from; None where no proxy is asked.

    A request that came past the proxy, or from where it cannot tell, comes from nowhere that is known.
    """
    if not header:
        return None
    written = request.headers.getlist(header)
    code = written[0].strip().upper() if len(written) == 1 else ""
    return code if code in TERRITORIES else UNKNOWN_TERRITORY


if TYPE_CHECKING:
    TheWorkspace = Annotated[Workspace, Depends(open_workspace)]
else:
    TheWorkspace = Annotated[object, Depends(open_workspace)]
TheActor = Annotated[Actor, Depends(account_asks)]
"""Who asks, with an account."""
AnyActor = Annotated[Actor, Depends(anybody_asks)]
"""Who asks, with or without an account: only for reading what is public."""
TheCaller = Annotated[Caller, Depends(session_asks)]
"""Who is signed in, with their session."""
