"""What every operation needs: the workspace, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request

from remixlab.domain.actor import Actor
from remixlab.domain.errors import KeyNeeded, Unavailable

if TYPE_CHECKING:
    from remixlab.app import Workspace


def open_workspace(request: Request) -> Workspace:
    workspace = request.app.state.workspace
    if workspace is None:
        raise Unavailable("This application only describes itself.", code="house.closed")
    return workspace


def who_asks(
    request: Request,
    authorization: Annotated[str | None, Header(description="`Bearer` and an API key.")] = None,
    territory: Annotated[str | None, Header(alias="RemixLab-Territory", pattern="^[A-Z]{2}$")] = None,
    acting_as: Annotated[
        str | None,
        Header(
            alias="RemixLab-As",
            min_length=1,
            max_length=200,
            description="On a workspace without keys: the party or user.",
        ),
    ] = None,
) -> Actor:
    """The account a key belongs to; on a workspace that needs none, whoever the one at the desk says to be.

    Raises: KeyNeeded, InvalidKey.
    """
    workspace = open_workspace(request)
    if authorization:
        return workspace.actor_of_key(authorization.removeprefix("Bearer ").strip(), territory)
    if workspace.settings.require_api_key:
        raise KeyNeeded(
            "This needs an API key.",
            hint="Send it as 'Authorization: Bearer KEY'; `remixlab key create USER` makes one.",
        )
    return workspace.actor(acting_as or "me", territory)


def caller_of(request: Request) -> Actor:
    """Who asks, by the head of a request alone. Raises: as `who_asks`."""
    return who_asks(request, request.headers.get("Authorization"), None, request.headers.get("RemixLab-As"))


if TYPE_CHECKING:
    TheWorkspace = Annotated[Workspace, Depends(open_workspace)]
else:
    TheWorkspace = Annotated[object, Depends(open_workspace)]
TheActor = Annotated[Actor, Depends(who_asks)]
