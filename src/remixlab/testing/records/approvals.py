"""Approvals in memory: what waits for a party's yes, and what was answered."""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.audit import Acts
from remixlab.domain.errors import ApprovalNotFound, Conflict
from remixlab.domain.page import Page
from remixlab.domain.rights import Approval
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryApprovals:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def approval_requests(self, request_id: str) -> tuple[Approval, ...]:
        found = self.kept.approvals.get(request_id)
        keys = {request_id} if found is None else {request_id, found.request_key}
        return tuple(x for _, x in sorted(self.kept.approvals.items()) if x.request_key in keys)

    def approvals(
        self, after: str | None = None, limit: int = 100, *, party_id: str | None = None, status: str | None = None
    ) -> Page[Approval]:
        asked = {key for key, c in self.kept.consents.items() if c.party_id == party_id}
        found = {key: x for key, x in self.kept.approvals.items() if status in (None, x.status)}
        return page_by_id(
            {key: x for key, x in found.items() if party_id is None or x.consent_id in asked}, after, limit
        )

    def request_approval(self, approval: Approval, *, now: datetime | None = None) -> None:
        known = self.kept.approvals.get(approval.approval_id)
        if known is None:
            self.kept.approvals[approval.approval_id] = approval
            self._acts.did("a request for approval")
        elif now is not None and known.is_over(now):
            self.kept.approvals[approval.approval_id] = approval
            self._changed("a request for approval")

    def answer_approval(
        self, approval_id: str, *, approved: bool, by: str, at: datetime, until: datetime | None = None
    ) -> Approval:
        kept, status = self._approval(approval_id), "approved" if approved else "refused"
        if kept.status == status and not kept.is_over(at):
            return kept
        if kept.status != "pending" and not kept.is_over(at):
            raise Conflict(f"this request was {kept.status} before", code="approval.answered")
        return self._answer(kept, {"status": status, "decided_by": by, "expires_at": until if approved else None})

    def revoke_approval(self, approval_id: str, *, by: str, at: datetime) -> Approval:
        kept = self._approval(approval_id)
        if kept.status == "revoked":
            return kept
        if kept.status != "approved":
            raise Conflict(f"this request is {kept.status}: there is no yes to take back", code="approval.not_given")
        return self._answer(kept, {"status": "revoked", "decided_by": by})

    def _answer(self, kept: Approval, answer: dict[str, object]) -> Approval:
        self.kept.approvals[kept.approval_id] = kept.model_copy(update=answer)
        self._changed("an answer to a request for approval")
        return self.kept.approvals[kept.approval_id]

    def _approval(self, approval_id: str) -> Approval:
        if approval_id not in self.kept.approvals:
            raise ApprovalNotFound(f"there is no request '{approval_id}'")
        return self.kept.approvals[approval_id]

    def _changed(self, what: str) -> None:
        self.kept.epoch += 1
        self._acts.did(what)
