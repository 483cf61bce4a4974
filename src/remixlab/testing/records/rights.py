"""Rights records in memory: consents, holds, the consent epoch, approvals, and decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from remixlab.domain.audit import Acts
from remixlab.domain.errors import Conflict, DecisionNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import (
    Asset,
    Consent,
    Decision,
    Demand,
    Ending,
    Hold,
    Scope,
    Side,
    Terms,
    demand_of,
)  # fmt: skip
from remixlab.testing.records.approvals import MemoryApprovals
from remixlab.testing.records.catalogue import MemoryCatalogue
from remixlab.testing.records.endings import MemoryEndings
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryRights(MemoryApprovals, MemoryEndings):
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
        consents = tuple(
            self._with_endings(c)
            for _, c in sorted(self.kept.consents.items())
            if (c.subject_kind, c.subject) in subjects
        )
        holds = tuple(
            self.hold(key) for key, h in sorted(self.kept.holds.items()) if (h.subject_kind, h.subject) in subjects
        )
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

    def consents(self, after: str | None = None, limit: int = 100, *, party_id: str | None = None) -> Page[Consent]:
        return page_by_id(
            {key: self._with_endings(c) for key, c in self.kept.consents.items() if party_id in (None, c.party_id)},
            after,
            limit,
        )

    def subjects_permitting(self, scope: Scope, subjects: Iterable[str], side: Side | None = None) -> frozenset[str]:
        said = (self._with_endings(c) for c in self.kept.consents.values() if side in (None, c.side))
        return frozenset(c.subject for c in said if c.may_still_permit(scope)) & frozenset(subjects)

    def decision(self, decision_id: str) -> Decision:
        if decision_id not in self.kept.decisions:
            raise DecisionNotFound(f"there is no decision '{decision_id}'")
        return self.kept.decisions[decision_id]

    def terms_of(self, decision: Decision) -> Terms:
        if decision.terms_digest not in self.kept.terms:
            raise DecisionNotFound(f"the terms of decision '{decision.decision_id}' are not kept")
        return self.kept.terms[decision.terms_digest]

    def demand(self, recording_id: str) -> tuple[Demand, ...]:
        about = [wish for wish in self.kept.wishes.values() if wish.recording_id == recording_id]
        found: list[Demand] = []
        for use in sorted({wish.use for wish in about}):
            wishes = [wish for wish in about if wish.use == use]
            found.append(
                Demand(
                    use=use,
                    fans=len({wish.listener for wish in wishes}),
                    asked=len(wishes),
                    unsaid=all(wish.unsaid for wish in wishes),
                    last_day=max(wish.day for wish in wishes),
                )
            )
        return tuple(found)

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
        return self.end(Ending.withdrawal_of(consent_id, self.consent(consent_id).party_id, at))

    def withdraw(self, hold: Hold) -> int:
        if hold.hold_id not in self.kept.holds:
            self.kept.holds[hold.hold_id] = hold
            self._changed("a hold")
            for remix in list(self.kept.remixes.values()):
                if hold.takes_down and self.recordings_under(hold) & {remix.source_id, *remix.licensed_from}:
                    self.kept.remixes[remix.remix_id] = remix.model_copy(update={"state": "withdrawn"})
        return self.kept.epoch

    def record_decision(self, decision: Decision) -> None:
        if decision.decision_id in self.kept.decisions:
            return
        self.kept.decisions[decision.decision_id] = decision
        for wish in demand_of(decision):
            self.kept.wishes.setdefault((wish.recording_id, wish.use, wish.listener, wish.day), wish)
        if decision.terms is not None:
            self.kept.terms[decision.terms_digest] = decision.terms
        self._acts.did("a decision")

    def recordings_under(self, hold: Hold) -> set[str]:
        """The recordings that a hold stops."""
        return self.recordings_about(hold.subject_kind, hold.subject)

    def _changed(self, what: str) -> None:
        self.kept.epoch += 1
        self._acts.did(what)


def _subjects(asset: Asset) -> set[tuple[str, str]]:
    named = {("recording", asset.recording_id), ("release", asset.release or ""), ("label", asset.label_id or "")}
    named |= {("work", work) for work in asset.work_ids}
    return named | {(kind, person) for person in _parties(asset) for kind in ("artist", "party-default")}


def _parties(asset: Asset) -> set[str]:
    return {
        p
        for p in (
            asset.artist_id,
            asset.label_id,
            *asset.voice_ids,
            *asset.featured_ids,
            *asset.master_ids,
            *asset.publishing_ids,
        )
        if p
    }
