"""What is sent about accounts, sessions, memberships and keys."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, SecretStr, model_validator

from remixlab.domain.actor import Mandate, Role
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import Moment
from remixlab.doors.api.request import Sent

WAYS: Final = ("name", "link", "demo")

Named = Annotated[str, Field(min_length=1, max_length=200)]
Password = Annotated[SecretStr, Field(max_length=256)]
Token = Annotated[SecretStr, Field(min_length=1, max_length=200)]


def secret(given: SecretStr | None) -> str:
    """What was sent, said once, where it is used."""
    return "" if given is None else given.get_secret_value()


class SignIn(Sent):
    """One way to sign in: a name (or an address) with its password; a one-time link's token; or, for the owner, a role
    of the demonstration.
    """

    name: Named | None = None
    password: Password | None = None
    link: Token | None = None
    demo: Role | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SignIn:
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            raise ValueError(f"say one of {', '.join(WAYS)}")
        if (self.name is None) != (self.password is None):
            raise ValueError("a name and a password belong together")
        return self


class SignUp(Sent):
    """A fan's account, where everybody may make one."""

    name: Named
    password: Password
    email: Annotated[str | None, Field(max_length=254)] = None


class AccountChange(Sent):
    """What is left out stays. To change the address needs the password, where there is one."""

    name: Named | None = None
    email: Annotated[str | None, Field(max_length=254)] = None
    password: Password | None = None


class PasswordChange(Sent):
    """Another password; `old` where there is one. Every other session ends."""

    new: Password
    old: Password | None = None


class RecoveryRequest(Sent):
    """Whose password was forgotten: a name or an address."""

    who: Named


class RecoveryFinish(Sent):
    """Another password, with the token of the link in the letter."""

    link: Token
    password: Password


class AccountRequest(Sent):
    """An account for somebody else, who signs in by a letter."""

    name: Named
    email: Annotated[str | None, Field(max_length=254)] = None
    roles: list[Role] = [Role.FAN]
    tier: Tier = Tier.FREE


class StandingRequest(Sent):
    """What an account may; what is left out stays."""

    roles: list[Role] | None = None
    tier: Tier | None = None
    disabled: bool | None = None


class InvitationRequest(Sent):
    """Whom to invite, and what they will be."""

    email: Annotated[str | None, Field(max_length=254)] = None
    roles: list[Role] = [Role.FAN]
    tier: Tier = Tier.FREE
    mandates: Annotated[list[Mandate], Field(max_length=20)] = []


class InvitationAccept(Sent):
    """The account that whoever was invited makes."""

    link: Token
    name: Named
    password: Password


class KeyRequest(Sent):
    """A key for one's own account; for another one's, who runs the workspace."""

    user: Annotated[Named | None, Field(description="The account; your own when left out.")] = None
    roles: list[Role] = [Role.FAN]
    tier: Tier = Tier.FREE
    parties: Annotated[list[Named], Field(max_length=20, description="The only parties it speaks for.")] = []
    expires_at: Moment | None = None
