"""What every resource needs: the house, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Header, Request

from remixlab.domain.errors import Refused, Unavailable

if TYPE_CHECKING:
    from remixlab.app import Workspace


class KeyNeeded(Refused):
    code = "key.needed"


@dataclass(frozen=True, slots=True)
class Caller:
    user: str
    territory: str
    at: datetime


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
        str | None, Header(alias="RemixLab-As", max_length=200, description="On a house without keys: the party or user.")
    ] = None,
) -> Caller:
    """The user a key belongs to; on a house that needs none, whoever the one at the desk says to be."""
    workspace = open_workspace(request)
    user = acting_as or "me"
    if authorization:
        user = workspace.user_of_key(authorization.removeprefix("Bearer ").strip())
    elif workspace.settings.require_api_key:
        raise KeyNeeded("This needs an API key.", hint="Send it as 'Authorization: Bearer KEY'; `remixlab key create USER` makes one.")
    return Caller(user, territory or workspace.settings.territory, workspace.context.clock.now())


def must_be(party: str, caller: Caller, workspace: Workspace) -> None:
    """Where keys are needed, a party's papers are its own. Raises: Refused."""
    if workspace.settings.require_api_key and caller.user != party:
        raise Refused("These papers belong to somebody else.", code="party.not_yours")


if TYPE_CHECKING:
    TheWorkspace = Annotated[Workspace, Depends(open_workspace)]
else:
    TheWorkspace = Annotated[object, Depends(open_workspace)]
TheCaller = Annotated[Caller, Depends(who_asks)]
