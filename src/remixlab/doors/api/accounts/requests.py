"""What is sent about accounts, sessions, memberships and keys."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, model_validator

from remixlab.domain.actor import Mandate, Role
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import Moment
from remixlab.doors.api.request import Sent

WAYS: Final = ("name", "link", "passkey", "demo")

Named = Annotated[str, Field(min_length=1, max_length=200)]
Password = Annotated[SecretStr, Field(max_length=256)]
Octets = Annotated[str, Field(min_length=1, max_length=16_384, pattern=r"^[A-Za-z0-9_-]+$")]
"""Base64url, without padding."""
Label = Annotated[str, Field(max_length=40)]
Token = Annotated[SecretStr, Field(min_length=1, max_length=200)]


def secret(given: SecretStr | None) -> str:
    """What was sent, said once, where it is used."""
    return "" if given is None else given.get_secret_value()


class PasskeyResponse(Sent):
    """What a device answered, in base64url; which fields there are depends on what it was asked."""

    clientDataJSON: Octets
    attestationObject: Octets | None = None
    authenticatorData: Octets | None = None
    signature: Octets | None = None
    userHandle: Octets | None = None
    transports: Annotated[list[Label], Field(max_length=10)] | None = None
    publicKey: Octets | None = None
    publicKeyAlgorithm: int | None = None


class PasskeyProperties(Sent):
    """Whether the device finds the passkey by itself."""

    rk: bool | None = None


class PasskeyExtensions(Sent):
    """What a browser tells beside its answer; nothing here rests on it."""

    credProps: PasskeyProperties | None = None


class PasskeyAnswer(Sent):
    """A `PublicKeyCredential` as browsers write it (`toJSON`). Source: Web Authentication, section 5.1."""

    id: Octets
    rawId: Octets
    type: Literal["public-key"]
    response: PasskeyResponse
    authenticatorAttachment: Label | None = None
    clientExtensionResults: PasskeyExtensions | None = None

    def plain(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True, exclude={"clientExtensionResults"})


class PasskeyBegin(Sent):
    """Another passkey needs the password, where there is one."""

    password: Password | None = None


class PasskeyNew(Sent):
    """The passkey that a device has made, and what it is called here."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    credential: PasskeyAnswer


class PasskeyChange(Sent):
    """What the passkey is called from now on."""

    name: Annotated[str, Field(min_length=1, max_length=80)]


class ProviderVisit(Sent):
    """A provider that one signs in with."""

    provider: Annotated[str, Field(min_length=1, max_length=40)]


class ProviderConnect(ProviderVisit):
    """A provider whose identity will open one's account; it needs the password, where there is one."""

    password: Password | None = None


class SignIn(Sent):
    """One way to sign in: a name (or an address) with its password; a one-time link's token; a passkey's answer; or,
    for the owner, a role of the demonstration.
    """

    name: Named | None = None
    password: Password | None = None
    link: Token | None = None
    passkey: PasskeyAnswer | None = None
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
    forget_passkeys: Annotated[bool, Field(description="Let all passkeys go: somebody else was in the account.")] = (
        False
    )


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
