"""Accounts, sessions, memberships and invitations, as they are answered: never a password, a token or its digest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field

from remixlab.domain.accounts import DEMO_PREFIX, Account, Membership, OneTimeLink, Passkey, Session
from remixlab.domain.actor import Actor, Mandate, Role
from remixlab.domain.rights.scopes import Tier
from remixlab.doors.answers.answer import Answer, ListAnswer

if TYPE_CHECKING:
    from remixlab.app import Workspace


class AccountAnswer(Answer):
    """Somebody who can sign in."""

    account_id: str
    name: str
    email: str | None
    roles: list[Role]
    tier: Tier
    created_at: AwareDatetime
    disabled: bool


class AccountList(ListAnswer[AccountAnswer]):
    """Everybody who can sign in, in order of their ids."""


class PartyActedFor(Answer):
    """A party that one acts for, and how far."""

    party_id: str
    name: str
    mandates: Annotated[list[Mandate], Field(description="Without one: in everything.")]


class SessionAnswer(Answer):
    """Who asks, and what they may try next."""

    signed_in: bool
    by: Annotated[Literal["session", "key"] | None, Field(description="How it is known; null when it is not.")]
    account: AccountAnswer | None
    roles: Annotated[list[Role], Field(description="Those in force now; a key may let fewer through.")]
    parties: list[PartyActedFor]
    session_id: str | None
    expires_at: AwareDatetime | None
    sign_up: Annotated[Literal["invited", "open"], Field(description="Whether everybody may make an account.")]
    providers: Annotated[list[ProviderItem], Field(description="Providers of identities that sign in here.")]
    demo: Annotated[Role | None, Field(description="The demonstration account that the owner tries.")]
    demo_roles: Annotated[list[Role], Field(description="Demonstration accounts that the owner can try.")]


class DeviceAnswer(Answer):
    """A device that is signed in."""

    session_id: str
    device: str
    created_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime
    current: Annotated[bool, Field(description="The one that asks.")]


class DeviceList(ListAnswer[DeviceAnswer]):
    """Devices that are signed in, in order of their ids."""


class SignedOut(Answer):
    """How many sessions ended."""

    ended: int


class RelyingPartyName(Answer):
    """For whom a passkey is made."""

    id: str
    name: str


class PasskeyUser(Answer):
    """What the device knows the account by."""

    id: str
    name: str
    displayName: str


class KnownPasskey(Answer):
    """A passkey that the account has already."""

    id: str
    type: Literal["public-key"] = "public-key"


class PasskeyAlgorithm(Answer):
    """A kind of key. Source: the COSE register of algorithms."""

    alg: int
    type: Literal["public-key"] = "public-key"


class PasskeySelection(Answer):
    """Which devices may keep it."""

    residentKey: str
    requireResidentKey: bool
    userVerification: str


class CreationOptions(Answer):
    """Source: Web Authentication, section 5.4."""

    rp: RelyingPartyName
    user: PasskeyUser
    challenge: str
    pubKeyCredParams: list[PasskeyAlgorithm]
    timeout: int
    excludeCredentials: list[KnownPasskey]
    authenticatorSelection: PasskeySelection
    attestation: str


class RequestOptions(Answer):
    """Source: Web Authentication, section 5.5."""

    challenge: str
    timeout: int
    rpId: str
    allowCredentials: list[KnownPasskey]
    userVerification: str


class PasskeyCreation(Answer):
    """What `navigator.credentials.create` is given, with its octets in base64url."""

    publicKey: CreationOptions


class PasskeyRequest(Answer):
    """What `navigator.credentials.get` is given, with its octets in base64url."""

    publicKey: RequestOptions


class PasskeyItem(Answer):
    """A passkey as it is listed."""

    passkey_id: str
    name: str
    host: Annotated[str, Field(description="The only host name that it opens.")]
    backed_up: Annotated[bool, Field(description="Whether it is kept elsewhere too, and survives the device.")]
    created_at: AwareDatetime
    used_at: AwareDatetime | None


class PasskeyList(ListAnswer[PasskeyItem]):
    """Passkeys of an account, in order of their ids."""


class ProviderItem(Answer):
    """A provider of identities that people may sign in with."""

    provider: str
    name: str


class VisitStarted(Answer):
    """Where the browser goes now, to come back signed in."""

    url: str


class IdentityItem(Answer):
    """An identity that opens one's account."""

    provider: Annotated[str | None, Field(description="Null where its provider is not set up any more.")]
    name: str
    linked_at: AwareDatetime


class IdentityList(ListAnswer[IdentityItem]):
    """Identities that open one's account, in order of their issuers."""


class RecoveryStarted(Answer):
    """The same answer whether there is such an account or not."""

    state: Literal["a letter is on its way if there is such an account"] = (
        "a letter is on its way if there is such an account"
    )


class MembershipList(ListAnswer[Membership]):
    """Who acts for which party, in order of their ids."""


class InvitationAnswer(Answer):
    """An invitation that nobody has used yet."""

    link_id: str
    email: str | None
    roles: list[Role]
    tier: Tier
    mandates: list[Mandate]
    invited_by: str
    expires_at: AwareDatetime
    url: Annotated[str | None, Field(description="The link itself, shown this once to who made it.")] = None


class InvitationList(ListAnswer[InvitationAnswer]):
    """Invitations that nobody has used yet, in order of their ids."""


class InvitationEnded(Answer):
    """An invitation that opens nothing from now on."""

    link_id: str
    state: Literal["ended"] = "ended"


def account_answer(account: Account) -> AccountAnswer:
    return AccountAnswer(
        account_id=account.account_id,
        name=account.name,
        email=account.email,
        roles=sorted(account.roles),
        tier=account.tier,
        created_at=account.created_at,
        disabled=account.disabled,
    )


def session_answer(actor: Actor, session: Session | None, workspace: Workspace) -> SessionAnswer:
    """Who asks, as they are on record."""
    with workspace.context.read() as records:
        account = None if actor.is_anonymous else records.people.find_account(actor.account)
        names = records.catalogue.party_names(actor.acts_for)
    demo = session is not None and account is not None and session.account_id != account.account_id
    owner = session is not None and workspace.is_owner(session) and workspace.shows_demo()
    return SessionAnswer(
        signed_in=account is not None,
        by=None if account is None else "session" if session else "key",
        account=account_answer(account) if account else None,
        roles=sorted(actor.roles),
        parties=[_acted_for(party, names.get(party, party), actor) for party in sorted(actor.acts_for)],
        session_id=session.session_id if session else None,
        expires_at=session.expires_at if session else None,
        sign_up=workspace.settings.sign_up,
        providers=[ProviderItem(provider=name, name=one.provider.name) for name, one in workspace.providers.items()],
        demo=Role(actor.account.removeprefix(DEMO_PREFIX)) if demo else None,
        demo_roles=list(Role) if owner else [],
    )


def device_answer(session: Session, current: str | None) -> DeviceAnswer:
    return DeviceAnswer(
        session_id=session.session_id,
        device=session.device,
        created_at=session.created_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        current=session.session_id == current,
    )


def passkey_item(passkey: Passkey) -> PasskeyItem:
    return PasskeyItem(
        passkey_id=passkey.passkey_id,
        name=passkey.name,
        host=passkey.relying_party,
        backed_up=passkey.backed_up,
        created_at=passkey.created_at,
        used_at=passkey.used_at,
    )


def invitation_answer(link: OneTimeLink, url: str | None = None) -> InvitationAnswer:
    assert link.invitation is not None
    offered = link.invitation
    return InvitationAnswer(
        link_id=link.link_id,
        email=offered.email,
        roles=sorted(offered.roles),
        tier=offered.tier,
        mandates=list(offered.mandates),
        invited_by=offered.invited_by,
        expires_at=link.expires_at,
        url=url,
    )


def account_items(accounts: Iterable[Account]) -> list[AccountAnswer]:
    return list(map(account_answer, accounts))


def _acted_for(party_id: str, name: str, actor: Actor) -> PartyActedFor:
    mandates = [mandate for mandate in actor.mandates if mandate.party_id == party_id]
    return PartyActedFor(party_id=party_id, name=name, mandates=mandates)
