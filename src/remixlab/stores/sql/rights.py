"""Rights on the shelf: consents, holds, the consent epoch, approvals, and the chain of decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import Conflict, DecisionNotFound, NotFound
from remixlab.domain.rights import Approval, Asset, Consent, Decision, Hold, Recording, Terms
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.catalogue import CatalogueShelf
from remixlab.stores.sql.part import among

_EPOCH = sa.select(t.consent_epoch.c.epoch)
_BOUND_LABELS = sa.select(t.parties.c.id).where(among(t.parties.c.id), t.parties.c.artist_veto.is_(False))
_NAMES = sa.select(t.parties.c.id, t.parties.c.name).where(among(t.parties.c.id))
_ABOUT = {
    table: sa.select(table)
    .where(table.c.subject_kind.in_(sa.bindparam("kinds", expanding=True)), among(table.c.subject))
    .order_by(table.c.id)
    for table in (t.consents, t.holds)
}
_APPROVALS = sa.select(t.approvals).where(among(t.approvals.c.consent_id)).order_by(t.approvals.c.id)


class RightsShelf(CatalogueShelf):
    """Law: every change of what is permitted moves the consent epoch; a decision, once recorded, never changes."""

    # ------------------------------------------------------------ reading

    def epoch(self) -> int:
        return int(self.connection.scalar(_EPOCH) or 0)

    def terms(self, recording_ids: Iterable[str], listener: str | None = None) -> Terms:
        """All that was said about these recordings; of approvals only the listener's own, when one is named."""
        wanted = tuple(sorted(set(recording_ids)))
        return self._once(("terms", wanted, listener), lambda: self._terms(wanted, listener))

    def _terms(self, recording_ids: Sequence[str], listener: str | None) -> Terms:
        assets = self._assets(self._recordings_by_id(recording_ids))
        subjects = sorted({subject for asset in assets for subject in _subjects(asset)})
        consents = tuple(_consent(row) for row in self._about(t.consents, subjects))
        holds = tuple(Hold.model_validate_json(row.body) for row in self._about(t.holds, subjects))
        parties = {c.party_id for c in consents} | {h.party_id for h in holds} | {p for asset in assets for p in _parties(asset)}
        return Terms(
            assets=assets,
            consents=consents,
            holds=holds,
            approvals=self._approvals_of([c.consent_id for c in consents if c.constraints.approval_required], listener),
            names=self._names(parties),
            epoch=self.epoch(),
        )

    def consents(self) -> Sequence[Consent]:
        return [_consent(row) for row in self.connection.execute(sa.select(t.consents).order_by(t.consents.c.id))]

    def approvals(self, status: str | None = None) -> Sequence[Approval]:
        query = sa.select(t.approvals).order_by(t.approvals.c.id)
        return [_approval(row) for row in self.connection.execute(query if status is None else query.where(t.approvals.c.status == status))]

    def decision(self, decision_id: str) -> Decision:
        """Raises: DecisionNotFound."""
        body = self.connection.scalar(sa.select(t.decisions.c.body).where(t.decisions.c.id == decision_id))
        if body is None:
            raise DecisionNotFound(f"there is no decision '{decision_id[:80]}'")
        return Decision.parse(json.loads(body))

    def terms_of(self, decision: Decision) -> Terms:
        """What a recorded decision was made on, to make it again. Raises: DecisionNotFound."""
        body = self.connection.scalar(sa.select(t.terms.c.body).where(t.terms.c.digest == decision.terms_digest))
        if body is None:
            raise DecisionNotFound(f"the terms of decision '{decision.decision_id}' are not kept")
        return Terms.model_validate_json(body)

    def broken_decision(self) -> int | None:
        """The place of the first decision that was tampered with; None when the chain holds."""
        return self._broken_link(t.decisions)

    # ------------------------------------------------------------ writing

    def set_consent(self, consent: Consent) -> None:
        """Keep what was said. What was said before under the same id must be withdrawn, not rewritten. Raises: Conflict."""
        columns = {
            "party_id": consent.party_id,
            "side": consent.side.value,
            "subject_kind": consent.subject_kind,
            "subject": consent.subject,
        }
        body = canonical(consent.to_dict()).decode()
        if self._add_once(t.consents, {"id": consent.consent_id}, {**columns, "body": body, "withdrawn_at": consent.withdrawn_at}):
            self._move_epoch()
            return
        kept = self.connection.scalar(sa.select(t.consents.c.body).where(t.consents.c.id == consent.consent_id))
        if kept != body:
            raise Conflict(
                "another consent has this id already",
                code="consent.exists",
                hint="Withdraw the old one and say the new one under a new id.",
            )

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        """Take one consent back; the new consent epoch. Raises: NotFound."""
        row = self.connection.execute(sa.select(t.consents).where(t.consents.c.id == consent_id)).first()
        if row is None:
            raise NotFound(f"there is no consent '{consent_id[:80]}'", code="consent.not_found")
        if row.withdrawn_at is None:
            self._change(t.consents, {"id": consent_id}, {"withdrawn_at": at})
            self._move_epoch()
        return self.epoch()

    def withdraw(self, hold: Hold) -> int:
        """Stop every new use of a subject; the new consent epoch.

        The remixes that rest on it are withdrawn, but for a dispute: they may be heard, and their money waits.
        """
        added = self._add_once(
            t.holds,
            {"id": hold.hold_id},
            {"subject_kind": hold.subject_kind, "subject": hold.subject, "body": canonical(hold.to_dict()).decode()},
        )
        if added:
            self._move_epoch()
        if added and hold.kind != "dispute":
            resting = sa.select(t.remix_sources.c.remix_id).where(t.remix_sources.c.recording_id.in_(self._recordings_under(hold)))
            self.connection.execute(t.remixes.update().where(t.remixes.c.id.in_(resting)).values(state="withdrawn"))
        return self.epoch()

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        """Whether, for a label's recordings, an artist's own no outweighs its yes; the consent epoch. Raises: PartyNotFound."""
        label = self.party(label_id)
        before = self.connection.scalar(sa.select(t.parties.c.artist_veto).where(t.parties.c.id == label.party_id))
        if before is not veto:
            self._change(t.parties, {"id": label.party_id}, {"artist_veto": veto})
            self._move_epoch()
        return self.epoch()

    def record_decision(self, decision: Decision) -> None:
        """Append to the chain, with the terms it was made on; the same decision twice is one entry."""
        if self.connection.execute(sa.select(sa.literal(1)).where(t.decisions.c.id == decision.decision_id)).first():
            return
        if decision.terms is not None:
            self._add_once(t.terms, {"digest": decision.terms_digest}, {"body": canonical(decision.terms.to_dict()).decode()})
        body = canonical(decision.to_dict())
        new = self._next_link(t.decisions, body)
        self.connection.execute(
            t.decisions.insert().values(
                id=decision.decision_id,
                outcome=decision.outcome,
                listener=decision.request.listener,
                at=decision.request.at,
                terms_digest=decision.terms_digest,
                body=body.decode(),
                previous=new.previous,
                hash=new.hash,
            )
        )

    def request_approval(self, approval: Approval) -> None:
        """Ask a party; asking the same again changes nothing."""
        columns = approval.model_dump(exclude={"approval_id"})
        self._add_once(t.approvals, {"id": approval.approval_id}, columns)

    def answer_approval(self, approval_id: str, *, approved: bool, by: str, at: datetime) -> Approval:
        """Raises: NotFound; Conflict when it was answered otherwise before."""
        row = self.connection.execute(sa.select(t.approvals).where(t.approvals.c.id == approval_id)).first()
        if row is None:
            raise NotFound(f"there is no request '{approval_id[:80]}'", code="approval.not_found")
        status = "approved" if approved else "refused"
        if row.status not in ("pending", status):
            raise Conflict(f"this request was {row.status} before", code="approval.answered")
        if row.status == "pending":
            self._change(t.approvals, {"id": approval_id}, {"status": status, "decided_by": by, "decided_at": at})
            self._move_epoch()
        return _approval(self.connection.execute(sa.select(t.approvals).where(t.approvals.c.id == approval_id)).one())

    # ------------------------------------------------------------ rows

    def _move_epoch(self) -> None:
        self.connection.execute(t.consent_epoch.update().values(epoch=t.consent_epoch.c.epoch + 1))

    def _assets(self, recordings: Sequence[Recording]) -> tuple[Asset, ...]:
        shares = self._shares_by_recording(recordings)
        labels = {recording.label_id for recording in recordings if recording.label_id}
        bound = set(self.connection.scalars(_BOUND_LABELS, {"among": sorted(labels)})) if labels else set[str]()
        return tuple(Asset.of(r, shares[r.recording_id], artist_veto=r.label_id not in bound) for r in recordings)

    def _about(self, table: sa.Table, subjects: Sequence[tuple[str, str]]) -> Sequence[sa.Row[Any]]:
        if not subjects:
            return []
        # Pairs are compared here: a database that compares them itself walks the whole table.
        wanted, kinds = frozenset(subjects), sorted({kind for kind, _ in subjects})
        rows = self.connection.execute(_ABOUT[table], {"kinds": kinds, "among": sorted({subject for _, subject in subjects})})
        return [row for row in rows if (row.subject_kind, row.subject) in wanted]

    def _approvals_of(self, consent_ids: Sequence[str], listener: str | None) -> tuple[Approval, ...]:
        if not consent_ids:
            return ()
        query = _APPROVALS if listener is None else _APPROVALS.where(t.approvals.c.listener == listener)
        return tuple(_approval(row) for row in self.connection.execute(query, {"among": consent_ids}))

    def _names(self, party_ids: Iterable[str]) -> dict[str, str]:
        rows = self.connection.execute(_NAMES, {"among": sorted(party_ids)})
        return {row.id: row.name for row in sorted(rows)}

    def _recordings_under(self, hold: Hold) -> sa.Select[Any]:
        query = sa.select(t.recordings.c.id)
        match hold.subject_kind:
            case "recording":
                return query.where(t.recordings.c.id == hold.subject)
            case "release":
                return query.where(t.recordings.c.release == hold.subject)
            case "artist":
                return query.where(t.recordings.c.artist_id == hold.subject)
            case "label":
                return query.where(t.recordings.c.label_id == hold.subject)
            case "work":
                return sa.select(t.recording_works.c.recording_id).where(t.recording_works.c.work_id == hold.subject)
            case "party-default":
                own = sa.select(t.shares.c.asset_id).where(t.shares.c.party_id == hold.subject)
                written = sa.select(t.recording_works.c.recording_id).where(t.recording_works.c.work_id.in_(own))
                return query.where(t.recordings.c.id.in_(own) | t.recordings.c.id.in_(written))


def _subjects(asset: Asset) -> Iterable[tuple[str, str]]:
    yield "recording", asset.recording_id
    if asset.release:
        yield "release", asset.release
    if asset.label_id:
        yield "label", asset.label_id
    for work in asset.work_ids:
        yield "work", work
    for person in _parties(asset):
        yield "artist", person
        yield "party-default", person


def _parties(asset: Asset) -> set[str]:
    named = {asset.artist_id, asset.label_id, *asset.voice_ids, *asset.master_ids, *asset.publishing_ids}
    return {party for party in named if party}


def _consent(row: sa.Row[Any]) -> Consent:
    consent = Consent.model_validate_json(row.body)
    return consent if row.withdrawn_at == consent.withdrawn_at else consent.model_copy(update={"withdrawn_at": row.withdrawn_at})


def _approval(row: sa.Row[Any]) -> Approval:
    return Approval(
        approval_id=row.id,
        request_key=row.request_key,
        consent_id=row.consent_id,
        listener=row.listener,
        decision_id=row.decision_id,
        status=row.status,
        decided_by=row.decided_by,
        expires_at=row.expires_at,
    )
