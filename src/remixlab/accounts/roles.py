"""Actions and who may do them: the access-control matrix, one row an operation."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from remixlab.domain.actor import Role


class Action(StrEnum):
    """Everything that somebody can do here, by area; written into the audit log as it stands."""

    READ_CATALOGUE = "catalogue.read"
    ADD_RECORDING = "catalogue.add"
    READ_RECORDING = "catalogue.recording.read"
    HEAR_RECORDING = "catalogue.recording.hear"
    DELIVER = "catalogue.deliver"
    CONFIRM_ATTESTATION = "catalogue.attestation.confirm"
    DECLARE = "catalogue.credential.declare"
    READ_QUARANTINE = "claims.quarantine.read"
    JUDGE_QUARANTINE = "claims.quarantine.judge"
    PLAN = "making.plan"
    PREVIEW = "making.preview"
    MAKE = "making.make"
    FOLLOW_JOB = "making.job.read"
    ADD_SOUNDFONT = "making.soundfont.add"
    READ_DECISION = "making.decision.read"
    READ_REMIX = "sharing.remix.read"
    HEAR_REMIX = "sharing.remix.hear"
    DOWNLOAD_REMIX = "sharing.remix.download"
    PUBLISH = "sharing.remix.publish"
    READ_PASSPORT = "sharing.remix.passport"
    EXPORT_STEMS = "sharing.remix.stems"
    PLAY = "sharing.play"
    READ_PARTIES = "rights.parties.read"
    READ_CONSENTS = "rights.consents.read"
    READ_DEMAND = "rights.demand.read"
    READ_RECEIPT = "rights.receipt.read"
    SET_CONSENT = "rights.consents.set"
    WITHDRAW = "rights.withdraw"
    SETTLE_DISPUTE = "rights.dispute.settle"
    READ_APPROVALS = "rights.approvals.read"
    ANSWER_APPROVAL = "rights.approvals.answer"
    SET_ARTIST_VETO = "rights.artist_veto.set"
    READ_SHARES = "rights.shares.read"
    CORRECT_SHARES = "rights.shares.correct"
    READ_DISPUTES = "rights.disputes.read"
    RESOLVE_DISPUTE = "rights.disputes.resolve"
    SETTLE = "money.settle"
    READ_STATEMENT = "money.statement.read"
    READ_LEDGER = "money.ledger.read"
    MOVE_MONEY = "money.move"
    IDENTIFY = "provenance.identify"
    READ_REFUSED = "community.refused.read"
    CREATE_ACCOUNT = "accounts.create"
    READ_ACCOUNT = "accounts.read"
    CHANGE_ACCOUNT = "accounts.change"
    EXPORT_DATA = "accounts.data.export"
    DELETE_ACCOUNT = "accounts.delete"
    CHOOSE = "accounts.choices.set"
    SET_STANDING = "accounts.standing.set"
    GRANT_MEMBERSHIP = "accounts.membership.grant"
    READ_MEMBERSHIPS = "accounts.membership.read"
    END_MEMBERSHIP = "accounts.membership.end"
    INVITE = "accounts.invite"
    READ_INVITATIONS = "accounts.invitation.read"
    END_INVITATION = "accounts.invitation.end"
    READ_SESSIONS = "accounts.session.read"
    END_SESSION = "accounts.session.end"
    MAKE_LINK = "accounts.link.create"
    READ_PASSKEYS = "accounts.passkey.read"
    KEEP_PASSKEY = "accounts.passkey.keep"
    END_PASSKEY = "accounts.passkey.end"
    CONNECT_IDENTITY = "accounts.identity.connect"
    END_IDENTITY = "accounts.identity.end"
    CREATE_KEY = "accounts.key.create"
    REVOKE_KEY = "accounts.key.revoke"
    READ_KEYS = "accounts.key.read"
    READ_AUDIT = "accounts.audit.read"
    RUN_WORKSPACE = "accounts.workspace.run"


class Grant(StrEnum):
    """Why somebody may: what an actor is to a subject."""

    EVERYBODY = "everybody"
    """Whoever has an account."""
    OWNER = "owner"
    """The subject's own account."""
    PARTY = "party"
    """Acts for one of the subject's parties."""
    PUBLIC = "public"
    """The subject is published."""


class Rule(NamedTuple):
    """One row of the matrix.

    `hides`: to whoever may not, the subject does not exist. `open`: what it lets everybody do, or with what is public,
    it lets those do who have no account.
    """

    grants: frozenset[Grant]
    roles: frozenset[Role] = frozenset()
    hides: bool = False
    open: bool = False


def _rule(*grants: Grant, roles: tuple[Role, ...] = (), hides: bool = False, open: bool = False) -> Rule:
    return Rule(frozenset(grants), frozenset(roles), hides, open)


_ALL, _OWN, _PARTY, _PUBLIC = Grant.EVERYBODY, Grant.OWNER, Grant.PARTY, Grant.PUBLIC
_OPERATOR, _AUDITOR, _MODERATOR = Role.OPERATOR, Role.AUDITOR, Role.MODERATOR

RULES: Final[dict[Action, Rule]] = {
    Action.READ_CATALOGUE: _rule(_ALL, open=True),
    Action.ADD_RECORDING: _rule(_ALL),
    Action.READ_RECORDING: _rule(_PUBLIC, _OWN, _PARTY, roles=(_OPERATOR, _MODERATOR, _AUDITOR), hides=True, open=True),
    Action.HEAR_RECORDING: _rule(_PUBLIC, _OWN, _PARTY, roles=(_OPERATOR, _MODERATOR), hides=True, open=True),
    Action.DELIVER: _rule(_PARTY, roles=(_OPERATOR,)),
    Action.CONFIRM_ATTESTATION: _rule(roles=(_OPERATOR, _MODERATOR)),
    Action.DECLARE: _rule(_PARTY, _OWN, roles=(_OPERATOR,)),
    Action.READ_QUARANTINE: _rule(roles=(_OPERATOR, _MODERATOR, _AUDITOR)),
    Action.JUDGE_QUARANTINE: _rule(roles=(_OPERATOR, _MODERATOR)),
    Action.PLAN: _rule(_ALL),
    Action.PREVIEW: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.MAKE: _rule(_ALL),
    Action.FOLLOW_JOB: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.ADD_SOUNDFONT: _rule(_ALL),
    Action.READ_DECISION: _rule(_OWN, _PARTY, roles=(_OPERATOR, _AUDITOR)),
    Action.READ_REMIX: _rule(_PUBLIC, _OWN, roles=(_OPERATOR, _MODERATOR, _AUDITOR), hides=True, open=True),
    Action.HEAR_REMIX: _rule(_PUBLIC, _OWN, roles=(_OPERATOR, _MODERATOR), hides=True, open=True),
    Action.DOWNLOAD_REMIX: _rule(_PUBLIC, _OWN, roles=(_OPERATOR,), hides=True),
    Action.PUBLISH: _rule(_OWN),
    Action.READ_PASSPORT: _rule(_OWN, roles=(_OPERATOR, _AUDITOR), hides=True),
    Action.EXPORT_STEMS: _rule(_OWN),
    Action.PLAY: _rule(_PUBLIC, _OWN, hides=True),
    Action.READ_PARTIES: _rule(_ALL, open=True),
    Action.READ_CONSENTS: _rule(_PUBLIC, _OWN, _PARTY, roles=(_OPERATOR, _MODERATOR, _AUDITOR), hides=True, open=True),
    Action.READ_DEMAND: _rule(_PARTY, _OWN, roles=(_OPERATOR, _AUDITOR)),
    Action.READ_RECEIPT: _rule(_PARTY, _OWN, roles=(_OPERATOR, _AUDITOR), hides=True),
    Action.SET_CONSENT: _rule(_PARTY, _OWN),
    Action.WITHDRAW: _rule(_PARTY, _OWN),
    Action.SETTLE_DISPUTE: _rule(_PARTY, roles=(_OPERATOR,)),
    Action.READ_APPROVALS: _rule(_PARTY, roles=(_OPERATOR, _AUDITOR)),
    Action.ANSWER_APPROVAL: _rule(_PARTY),
    Action.SET_ARTIST_VETO: _rule(_PARTY),
    Action.READ_SHARES: _rule(_PARTY, roles=(_OPERATOR, _AUDITOR)),
    Action.CORRECT_SHARES: _rule(roles=(_OPERATOR,)),
    Action.READ_DISPUTES: _rule(roles=(_OPERATOR, _AUDITOR)),
    Action.RESOLVE_DISPUTE: _rule(roles=(_OPERATOR,)),
    Action.SETTLE: _rule(roles=(_OPERATOR,)),
    Action.READ_STATEMENT: _rule(_PARTY, roles=(_OPERATOR, _AUDITOR)),
    Action.READ_LEDGER: _rule(roles=(_OPERATOR, _AUDITOR)),
    Action.MOVE_MONEY: _rule(roles=(_OPERATOR,)),
    Action.IDENTIFY: _rule(_ALL),
    Action.READ_REFUSED: _rule(_OWN, roles=(_OPERATOR, _MODERATOR)),
    Action.CREATE_ACCOUNT: _rule(roles=(_OPERATOR,)),
    Action.READ_ACCOUNT: _rule(_OWN, roles=(_OPERATOR, _AUDITOR), hides=True),
    Action.CHANGE_ACCOUNT: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.EXPORT_DATA: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.DELETE_ACCOUNT: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.CHOOSE: _rule(_OWN),
    Action.SET_STANDING: _rule(roles=(_OPERATOR,)),
    Action.GRANT_MEMBERSHIP: _rule(_PARTY, roles=(_OPERATOR,)),
    Action.READ_MEMBERSHIPS: _rule(_OWN, _PARTY, roles=(_OPERATOR, _AUDITOR)),
    Action.END_MEMBERSHIP: _rule(_OWN, _PARTY, roles=(_OPERATOR,), hides=True),
    Action.INVITE: _rule(_PARTY, roles=(_OPERATOR,)),
    Action.READ_INVITATIONS: _rule(_OWN, roles=(_OPERATOR, _AUDITOR)),
    Action.END_INVITATION: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.READ_SESSIONS: _rule(_OWN, roles=(_OPERATOR,)),
    Action.END_SESSION: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.MAKE_LINK: _rule(roles=(_OPERATOR,)),
    Action.READ_PASSKEYS: _rule(_OWN, roles=(_OPERATOR,)),
    Action.KEEP_PASSKEY: _rule(_OWN, hides=True),
    Action.END_PASSKEY: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.CONNECT_IDENTITY: _rule(_OWN, hides=True),
    Action.END_IDENTITY: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.CREATE_KEY: _rule(_OWN, roles=(_OPERATOR,)),
    Action.REVOKE_KEY: _rule(_OWN, roles=(_OPERATOR,), hides=True),
    Action.READ_KEYS: _rule(_OWN, roles=(_OPERATOR,)),
    Action.READ_AUDIT: _rule(roles=(_OPERATOR, _AUDITOR)),
    Action.RUN_WORKSPACE: _rule(roles=(_OPERATOR,)),
}
"""Every action has its row: a test holds it, and the docs page is written from this table."""
