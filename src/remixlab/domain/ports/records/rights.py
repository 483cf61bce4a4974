"""Rights records: consents, holds, the consent epoch, approvals, and the chain of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from remixlab.domain.page import Page
from remixlab.domain.rights.consents import Approval, Consent, Hold, Terms
from remixlab.domain.rights.decisions import Decision
from remixlab.domain.rights.scopes import Scope


class RightsReader(Protocol):
    def terms(self, recording_ids: Iterable[str], listener: str | None = None) -> Terms:
        """All that was said about these recordings; of approvals only the listener's own, when one is named."""
        ...

    def epoch(self) -> int:
        """The consent epoch: it moves with every change of what is permitted."""
        ...

    def consent(self, consent_id: str) -> Consent:
        """Raises: NotFound `consent.not_found`."""
        ...

    def consents(self, after: str | None = None, limit: int = 100, *, party_id: str | None = None) -> Page[Consent]:
        """In order of their ids; of one party when it is named."""
        ...

    def hold(self, hold_id: str) -> Hold:
        """Raises: HoldNotFound."""
        ...

    def subjects_permitting(self, scope: Scope, subjects: Iterable[str]) -> frozenset[str]:
        """Those of the subjects about which somebody permits this scope, withdrawn permissions apart."""
        ...

    def approval_requests(self, request_id: str) -> tuple[Approval, ...]:
        """The approvals of one request, by its key or by the id of one of them."""
        ...

    def approvals(
        self, after: str | None = None, limit: int = 100, *, party_id: str | None = None, status: str | None = None
    ) -> Page[Approval]:
        """In order of their ids; those that wait for one party when it is named."""
        ...

    def decision(self, decision_id: str) -> Decision:
        """Raises: DecisionNotFound."""
        ...

    def terms_of(self, decision: Decision) -> Terms:
        """What a recorded decision was made on, to make it again. Raises: DecisionNotFound."""
        ...

    def broken_decision(self) -> int | None:
        """The place of the first decision that was tampered with; None when the chain holds."""
        ...


class RightsWriter(RightsReader, Protocol):
    def hold_epoch(self) -> int:
        """The consent epoch; until this transaction ends nobody changes what is permitted."""
        ...

    def set_consent(self, consent: Consent) -> None:
        """Keep what was said. Raises: Conflict when another consent has this id."""
        ...

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        """Take one consent back; the new consent epoch. Raises: NotFound."""
        ...

    def withdraw(self, hold: Hold) -> int:
        """Stop every use of a subject; the new consent epoch.

        Remixes that rest on it are withdrawn, but for a dispute.
        """
        ...

    def end_hold(self, hold_id: str, at: datetime) -> Hold:
        """Let a hold end; one that ended before stays as it is. It moves the consent epoch. Raises: HoldNotFound."""
        ...

    def record_decision(self, decision: Decision) -> None:
        """Append to the hash chain, with the terms it was made on; the same decision twice is one entry."""
        ...

    def request_approval(self, approval: Approval, *, now: datetime | None = None) -> None:
        """Ask a party; asking the same again changes nothing, but for what was answered and no longer counts `now`:
        that waits anew.
        """
        ...

    def answer_approval(
        self, approval_id: str, *, approved: bool, by: str, at: datetime, until: datetime | None = None
    ) -> Approval:
        """Keep a party's answer; a yes counts until then. Raises: ApprovalNotFound; Conflict when it was answered
        otherwise before, and that still counts.
        """
        ...

    def revoke_approval(self, approval_id: str, *, by: str, at: datetime) -> Approval:
        """Take a yes back: nothing more is made by it. Raises: ApprovalNotFound; Conflict where there is no yes."""
        ...
