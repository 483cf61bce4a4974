"""Rights records in memory: consents, holds, the consent epoch, approvals, and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from remixlab.domain.audit import Acts
from remixlab.domain.errors import Conflict, ConsentNotFound, DecisionNotFound, HoldNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import Asset, Consent, Decision, Hold, Scope, Terms
from remixlab.testing.records.approvals import MemoryApprovals
from remixlab.testing.records.catalogue import MemoryCatalogue
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryRights(MemoryApprovals):
    def __init__(self, kept: Kept, acts: Acts, catalogue: MemoryCatalogue) -> None:
        super().__init__(kept, acts)
        self._catalogue = catalogue

    def epoch(self) -> int:
        return self.kept.epoch

    def hold_epoch(self) -> int:
        """There is one writer at a time."""
        return self.kept.epoch

    def terms(self, recording_ids: Iterable[str], listener: str | None = None) -> Terms:
        known = [self.kept.recordings[r] for r in sorted(set(recording_ids)) if r in self.kept.recordings]
        assets = tuple(
            Asset.of(
                r,
                self._catalogue.shares(r.recording_id),
                artist_veto=r.label_id not in self.kept.no_veto,
                shelf=[entry.account for entry in self._catalogue.shelf([r.recording_id])],
                co_owners=self._catalogue.co_owners(r),
            )
            for r in known
        )
        subjects = {subject for asset in assets for subject in _subjects(asset)}
        consents = tuple(c for _, c in sorted(self.kept.consents.items()) if (c.subject_kind, c.subject) in subjects)
        holds = tuple(h for _, h in sorted(self.kept.holds.items()) if (h.subject_kind, h.subject) in subjects)
        asking = {c.consent_id for c in consents if c.constraints.approval_required}
        approvals = (x for _, x in sorted(self.kept.approvals.items()) if x.consent_id in asking)
        named = (
            {c.party_id for c in consents}
            | {h.party_id for h in holds}
            | {p for asset in assets for p in _parties(asset)}
        )
        return Terms(
            assets=assets,
            consents=consents,
            holds=holds,
            approvals=tuple(x for x in approvals if listener in (None, x.listener)),
            names=dict(self._catalogue.party_names(named)),
            epoch=self.kept.epoch,
        )

    def consent(self, consent_id: str) -> Consent:
        if consent_id not in self.kept.consents:
            raise ConsentNotFound(f"there is no consent '{consent_id}'")
        return self.kept.consents[consent_id]

    def consents(self, after: str | None = None, limit: int = 100, *, party_id: str | None = None) -> Page[Consent]:
        return page_by_id(
            {key: c for key, c in self.kept.consents.items() if party_id in (None, c.party_id)}, after, limit
        )

    def subjects_permitting(self, scope: Scope, subjects: Iterable[str]) -> frozenset[str]:
        said = (
            c
            for c in self.kept.consents.values()
            if c.withdrawn_at is None and c.effect == "permit" and scope in c.scopes
        )
        return frozenset(c.subject for c in said) & frozenset(subjects)

    def decision(self, decision_id: str) -> Decision:
        if decision_id not in self.kept.decisions:
            raise DecisionNotFound(f"there is no decision '{decision_id}'")
        return self.kept.decisions[decision_id]

    def terms_of(self, decision: Decision) -> Terms:
        if decision.terms_digest not in self.kept.terms:
            raise DecisionNotFound(f"the terms of decision '{decision.decision_id}' are not kept")
        return self.kept.terms[decision.terms_digest]

    def broken_decision(self) -> int | None:
        """Nobody reaches into this memory from outside."""
        return None

    def set_consent(self, consent: Consent) -> None:
        kept = self.kept.consents.get(consent.consent_id)
        if kept is None:
            self.kept.consents[consent.consent_id] = consent
            self._changed("a consent")
        elif kept.model_copy(update={"withdrawn_at": consent.withdrawn_at}) != consent:
            raise Conflict("another consent has this id already", code="consent.exists")

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        kept = self.consent(consent_id)
        if kept.withdrawn_at is None:
            self.kept.consents[consent_id] = kept.model_copy(update={"withdrawn_at": at})
            self._changed("a consent taken back")
        return self.kept.epoch

    def withdraw(self, hold: Hold) -> int:
        if hold.hold_id not in self.kept.holds:
            self.kept.holds[hold.hold_id] = hold
            self._changed("a hold")
            for remix in list(self.kept.remixes.values()):
                if hold.kind != "dispute" and self.recordings_under(hold) & {remix.source_id, *remix.licensed_from}:
                    self.kept.remixes[remix.remix_id] = remix.model_copy(update={"state": "withdrawn"})
        return self.kept.epoch

    def hold(self, hold_id: str) -> Hold:
        if hold_id not in self.kept.holds:
            raise HoldNotFound(f"there is no hold '{hold_id}'")
        return self.kept.holds[hold_id]

    def end_hold(self, hold_id: str, at: datetime) -> Hold:
        kept = self.hold(hold_id)
        if kept.until is None:
            self.kept.holds[hold_id] = kept.model_copy(update={"until": at})
            self._changed("the end of a hold")
        return self.kept.holds[hold_id]

    def record_decision(self, decision: Decision) -> None:
        if decision.decision_id in self.kept.decisions:
            return
        self.kept.decisions[decision.decision_id] = decision
        if decision.terms is not None:
            self.kept.terms[decision.terms_digest] = decision.terms
        self._acts.did("a decision")

    def recordings_under(self, hold: Hold) -> set[str]:
        """The recordings that a hold stops."""
        subject, recordings = hold.subject, self.kept.recordings.values()
        match hold.subject_kind:
            case "recording":
                return {subject} & set(self.kept.recordings)
            case "release":
                return {r.recording_id for r in recordings if r.release == subject}
            case "artist":
                return {r.recording_id for r in recordings if r.artist_id == subject}
            case "label":
                return {r.recording_id for r in recordings if r.label_id == subject}
            case "work":
                return {r.recording_id for r in recordings if subject in r.work_ids}
            case "party-default":
                own = {
                    asset
                    for (asset, _), shares in self.kept.shares.items()
                    if any(s.party_id == subject for s in shares)
                }
                return {r.recording_id for r in recordings if own & {r.recording_id, *r.work_ids}}


def _subjects(asset: Asset) -> set[tuple[str, str]]:
    named = {("recording", asset.recording_id), ("release", asset.release or ""), ("label", asset.label_id or "")}
    named |= {("work", work) for work in asset.work_ids}
    return named | {(kind, person) for person in _parties(asset) for kind in ("artist", "party-default")}


def _parties(asset: Asset) -> set[str]:
    return {
        p for p in (asset.artist_id, asset.label_id, *asset.voice_ids, *asset.master_ids, *asset.publishing_ids) if p
    }
