"""Approvals: requests that wait for the yes of a party which keeps its consent for itself."""

from __future__ import annotations

from typing import Literal

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import ApprovalNotFound, Invalid, NotYours
from remixlab.domain.page import Page
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Approval, AskedPlan
from remixlab.domain.value import Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

Status = Literal["pending", "approved", "refused", "revoked"]


class RequestShown(Value):
    """A request as the parties read it that it waits for: what is asked, and what each of them has answered.

    `asked` is None of a request that was put before it was kept what is asked.
    """

    request_id: str
    asked: AskedPlan | None
    approvals: tuple[Approval, ...]
    names: dict[str, str]


class Answered(Value):
    """A request, and the approvals under it that were answered now."""

    request_id: str
    approvals: tuple[Approval, ...]


@observed("rights.answer_request")
def answer_request(request_id: str, actor: Actor, context: Records, *, approved: bool) -> Answered:
    """Answer what waits for the actor's parties under a request; a yes counts for the days that were configured.

    Raises: ApprovalNotFound, NotYours, Conflict.
    """
    with context.write() as records:
        waiting, subject = _request(request_id, records)
        asked = {approval.approval_id: records.rights.consent(approval.consent_id).party_id for approval in waiting}
        refused = NotYours(f"this request does not wait for {actor.account}.", code="approval.not_yours")
        must(actor, Action.ANSWER_APPROVAL, subject, refused=refused)
        answered: list[Approval] = []
        for approval in waiting:
            party = asked[approval.approval_id]
            if not actor.speaks_for(party):
                continue
            kept = records.rights.answer_approval(
                approval.approval_id, approved=approved, by=party, at=actor.at, until=actor.at + context.approvals_hold
            )
            said = entry_of(
                actor, Action.ANSWER_APPROVAL.value, f"approval:{approval.approval_id}", before=approval, after=kept
            )
            records.accounts.append_audit(said)
            answered.append(kept)
    return Answered(request_id=waiting[0].request_key, approvals=tuple(answered))


@observed("rights.revoke_request")
def revoke_request(request_id: str, actor: Actor, context: Records) -> Answered:
    """Take back the yes of the actor's parties to a request: nothing more is made or shared by it.

    What was shared stands until its recording is withdrawn. Raises: ApprovalNotFound, NotYours, Conflict.
    """
    with context.write() as records:
        given, subject = _request(request_id, records)
        refused = NotYours(f"this request does not wait for {actor.account}.", code="approval.not_yours")
        must(actor, Action.ANSWER_APPROVAL, subject, refused=refused)
        revoked: list[Approval] = []
        for approval in given:
            party = records.rights.consent(approval.consent_id).party_id
            if not actor.speaks_for(party):
                continue
            kept = records.rights.revoke_approval(approval.approval_id, by=party, at=actor.at)
            said = entry_of(
                actor, Action.ANSWER_APPROVAL.value, f"approval:{approval.approval_id}", before=approval, after=kept
            )
            records.accounts.append_audit(said)
            revoked.append(kept)
    return Answered(request_id=given[0].request_key, approvals=tuple(revoked))


@observed("rights.read_request")
def read_request(request_id: str, actor: Actor, context: Records) -> RequestShown:
    """What a request asks: the plan in words, who earns, from where; for whom it waits for, and whoever asked.

    Raises: ApprovalNotFound, also for everybody else.
    """
    with context.read() as records:
        waiting, subject = _request(request_id, records)
        missing = ApprovalNotFound(f"there is no request '{request_id[:80]}'")
        if not any(approval.listener == actor.account for approval in waiting):
            must(actor, Action.READ_APPROVALS, subject, refused=NotYours(missing.message, code="approval.not_yours"))
        asked_of = {records.rights.consent(approval.consent_id).party_id for approval in waiting}
        names = dict(records.catalogue.party_names(asked_of))
    evidence = next((approval.evidence for approval in waiting if approval.evidence), "")
    asked = AskedPlan.model_validate_json(context.blobs.get(evidence)) if evidence else None
    return RequestShown(request_id=waiting[0].request_key, asked=asked, approvals=waiting, names=names)


def _request(request_id: str, records: ReadTransaction) -> tuple[tuple[Approval, ...], Subject]:
    """The approvals under a request, and the request as authorisation sees it. Raises: ApprovalNotFound."""
    waiting = records.rights.approval_requests(request_id)
    if not waiting:
        raise ApprovalNotFound(f"there is no request '{request_id[:80]}'")
    parties = frozenset(records.rights.consent(approval.consent_id).party_id for approval in waiting)
    return waiting, Subject(f"request:{waiting[0].request_key}", parties=parties)


@observed("rights.list_approvals")
def list_approvals(
    actor: Actor,
    context: Records,
    *,
    after: str | None = None,
    limit: int = 100,
    status: Status | None = None,
    party: str | None = None,
) -> Page[Approval]:
    """What waits, or waited, for a party's answer: the actor's own, or one that is named; all to whoever oversees them.

    Raises: NotYours `party.not_yours`, PartyNotFound, Invalid `party.ambiguous`.
    """
    with context.read() as records:
        named = _party_read(actor, party, records.catalogue)
        subject = Subject("approvals", parties=frozenset({named} if named else ()))
        refused = NotYours("These requests wait for somebody else.", code="party.not_yours")
        must(actor, Action.READ_APPROVALS, subject, refused=refused)
        return records.rights.approvals(after, limit, party_id=named, status=status)


def _party_read(actor: Actor, party: str | None, records: CatalogueReader) -> str | None:
    """Whose approvals are read; None for everybody's."""
    if party is not None:
        return records.party(party).party_id
    if may(actor, Action.READ_APPROVALS, Subject("approvals")).allowed or not actor.acts_for:
        return None
    if len(actor.acts_for) > 1:
        raise Invalid("You act for several parties.", code="party.ambiguous", hint="Say for which one.")
    return min(actor.acts_for)
