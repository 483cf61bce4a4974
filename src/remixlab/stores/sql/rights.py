"""Rights records in SQL: consents, holds, the consent epoch, approvals, and the chain of decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import ApprovalNotFound, Conflict, ConsentNotFound, DecisionNotFound, HoldNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import Approval, Asset, Consent, Decision, Hold, Recording, Scope, Terms
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.catalogue import SqlCatalogue
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.part import Opened, TablePart, among, batches
from remixlab.stores.sql.subjects import parties_of, recordings_under, subjects_of

_BOUND_LABELS = sa.select(t.parties.c.id).where(among(t.parties.c.id), t.parties.c.artist_veto.is_(False))
_ABOUT = {
    table: sa.select(table)
    .where(table.c.subject_kind.in_(sa.bindparam("kinds", expanding=True)), among(table.c.subject))
    .order_by(table.c.id)
    for table in (t.consents, t.holds)
}
_ABOUT_ANY = sa.select(t.consents).where(among(t.consents.c.subject), t.consents.c.withdrawn_at.is_(None))
_APPROVALS = sa.select(t.approvals).where(among(t.approvals.c.consent_id)).order_by(t.approvals.c.id)

_APPROVAL_DEFAULTS = {"evidence": ""}


class SqlRights(TablePart):
    """Law: every change of what is permitted moves the consent epoch; a decision, once recorded, never changes."""

    def __init__(self, opened: Opened, catalogue: SqlCatalogue, epoch: ConsentEpoch) -> None:
        super().__init__(opened)
        self._catalogue = catalogue
        self._epoch = epoch

    # ------------------------------------------------------------ terms

    def epoch(self) -> int:
        return self._epoch.read()

    def hold_epoch(self) -> int:
        return self._epoch.hold()

    def terms(self, recording_ids: Iterable[str], listener: str | None = None) -> Terms:
        wanted = tuple(sorted(set(recording_ids)))
        return self._once(("terms", wanted, listener), lambda: self._terms(wanted, listener))

    def _terms(self, recording_ids: Sequence[str], listener: str | None) -> Terms:
        assets = self._assets(self._catalogue.recordings_by_id(recording_ids))
        subjects = sorted({subject for asset in assets for subject in subjects_of(asset)})
        consents = tuple(_consent(row) for row in self._about(t.consents, subjects))
        holds = tuple(Hold.model_validate_json(row.body) for row in self._about(t.holds, subjects))
        parties = (
            {c.party_id for c in consents}
            | {h.party_id for h in holds}
            | {p for asset in assets for p in parties_of(asset)}
        )
        return Terms(
            assets=assets,
            consents=consents,
            holds=holds,
            approvals=self._approvals_of([c.consent_id for c in consents if c.constraints.approval_required], listener),
            names=dict(self._catalogue.party_names(parties)),
            epoch=self.epoch(),
        )

    # ------------------------------------------------------------ consents and holds

    def consent(self, consent_id: str) -> Consent:
        return _consent(self._consent_row(consent_id))

    def consents(self, after: str | None = None, limit: int = 100, *, party_id: str | None = None) -> Page[Consent]:
        query = sa.select(t.consents).order_by(t.consents.c.id)
        if party_id is not None:
            query = query.where(t.consents.c.party_id == party_id)
        return self._page(query if after is None else query.where(t.consents.c.id > after), limit, _consent)

    def subjects_permitting(self, scope: Scope, subjects: Iterable[str]) -> frozenset[str]:
        rows = (row for batch in batches(subjects) for row in self.connection.execute(_ABOUT_ANY, {"among": batch}))
        said = ((row.subject, _consent(row)) for row in rows)
        return frozenset(subject for subject, consent in said if consent.effect == "permit" and scope in consent.scopes)

    def set_consent(self, consent: Consent) -> None:
        """What was said before under the same id must be withdrawn, not rewritten."""
        columns = {
            "party_id": consent.party_id,
            "side": consent.side.value,
            "subject_kind": consent.subject_kind,
            "subject": consent.subject,
        }
        body = canonical(consent.to_dict()).decode()
        if self._add_once(
            t.consents, {"id": consent.consent_id}, {**columns, "body": body, "withdrawn_at": consent.withdrawn_at}
        ):
            self._epoch.move()
            self._acts.did("a consent")
            return
        kept = self.connection.scalar(sa.select(t.consents.c.body).where(t.consents.c.id == consent.consent_id))
        if kept != body:
            hint = "Withdraw the old one and say the new one under a new id."
            raise Conflict("another consent has this id already", code="consent.exists", hint=hint)

    def withdraw_consent(self, consent_id: str, at: datetime) -> int:
        if self._consent_row(consent_id).withdrawn_at is None:
            self._change(t.consents, {"id": consent_id}, {"withdrawn_at": at})
            self._epoch.move()
            self._acts.did("a consent taken back")
        return self.epoch()

    def withdraw(self, hold: Hold) -> int:
        columns = {
            "subject_kind": hold.subject_kind,
            "subject": hold.subject,
            "body": canonical(hold.to_dict()).decode(),
        }
        added = self._add_once(t.holds, {"id": hold.hold_id}, columns)
        if added:
            self._epoch.move()
            self._acts.did("a hold")
        if added and hold.kind != "dispute":
            resting = sa.select(t.remix_sources.c.remix_id).where(
                t.remix_sources.c.recording_id.in_(recordings_under(hold))
            )
            self.connection.execute(t.remixes.update().where(t.remixes.c.id.in_(resting)).values(state="withdrawn"))
        return self.epoch()

    def hold(self, hold_id: str) -> Hold:
        body = self.connection.scalar(sa.select(t.holds.c.body).where(t.holds.c.id == hold_id))
        if body is None:
            raise HoldNotFound(f"there is no hold '{hold_id[:80]}'")
        return Hold.model_validate_json(body)

    def end_hold(self, hold_id: str, at: datetime) -> Hold:
        kept = self.hold(hold_id)
        if kept.until is not None:
            return kept
        ended = kept.model_copy(update={"until": at})
        self._change(t.holds, {"id": hold_id}, {"body": canonical(ended.to_dict()).decode()})
        self._epoch.move()
        self._acts.did("the end of a hold")
        return ended

    def holds(self) -> list[Hold]:
        """Every hold, in order of their ids; money asks what of a month they stop."""
        return [
            Hold.model_validate_json(body)
            for body in self.connection.scalars(sa.select(t.holds.c.body).order_by(t.holds.c.id))
        ]

    # ------------------------------------------------------------ approvals

    def approval_requests(self, request_id: str) -> tuple[Approval, ...]:
        asked = sa.select(t.approvals.c.request_key).where(t.approvals.c.id == request_id).scalar_subquery()
        where = (t.approvals.c.request_key == request_id) | (t.approvals.c.request_key == asked)
        return tuple(
            _approval(row)
            for row in self.connection.execute(sa.select(t.approvals).where(where).order_by(t.approvals.c.id))
        )

    def approvals(
        self, after: str | None = None, limit: int = 100, *, party_id: str | None = None, status: str | None = None
    ) -> Page[Approval]:
        query = sa.select(t.approvals).order_by(t.approvals.c.id)
        if party_id is not None:
            query = query.where(
                t.approvals.c.consent_id.in_(sa.select(t.consents.c.id).where(t.consents.c.party_id == party_id))
            )
        if status is not None:
            query = query.where(t.approvals.c.status == status)
        return self._page(query if after is None else query.where(t.approvals.c.id > after), limit, _approval)

    def request_approval(self, approval: Approval, *, now: datetime | None = None) -> None:
        columns = {**_APPROVAL_DEFAULTS, **approval.model_dump(exclude={"approval_id"})}
        if self._add_once(t.approvals, {"id": approval.approval_id}, columns):
            self._acts.did("a request for approval")
        elif now is not None and self._approval_row(approval.approval_id).is_over(now):
            self._change(t.approvals, {"id": approval.approval_id}, {**columns, "decided_at": None})
            self._epoch.move()
            self._acts.did("a request for approval")

    def answer_approval(
        self, approval_id: str, *, approved: bool, by: str, at: datetime, until: datetime | None = None
    ) -> Approval:
        kept, status = self._approval_row(approval_id), "approved" if approved else "refused"
        if kept.status == status and not kept.is_over(at):
            return kept
        if kept.status != "pending" and not kept.is_over(at):
            raise Conflict(f"this request was {kept.status} before", code="approval.answered")
        answer = {"status": status, "decided_by": by, "decided_at": at, "expires_at": until if approved else None}
        return self._answer(approval_id, answer)

    def revoke_approval(self, approval_id: str, *, by: str, at: datetime) -> Approval:
        kept = self._approval_row(approval_id)
        if kept.status == "revoked":
            return kept
        if kept.status != "approved":
            raise Conflict(f"this request is {kept.status}: there is no yes to take back", code="approval.not_given")
        return self._answer(approval_id, {"status": "revoked", "decided_by": by, "decided_at": at})

    def _answer(self, approval_id: str, answer: dict[str, Any]) -> Approval:
        self._change(t.approvals, {"id": approval_id}, answer)
        self._epoch.move()
        self._acts.did("an answer to a request for approval")
        return self._approval_row(approval_id)

    def _approval_row(self, approval_id: str) -> Approval:
        """Raises: ApprovalNotFound."""
        row = self.connection.execute(sa.select(t.approvals).where(t.approvals.c.id == approval_id)).first()
        if row is None:
            raise ApprovalNotFound(f"there is no request '{approval_id[:80]}'")
        return _approval(row)

    # ------------------------------------------------------------ decisions

    def decision(self, decision_id: str) -> Decision:
        body = self.connection.scalar(sa.select(t.decisions.c.body).where(t.decisions.c.id == decision_id))
        if body is None:
            raise DecisionNotFound(f"there is no decision '{decision_id[:80]}'")
        return Decision.parse(json.loads(body))

    def terms_of(self, decision: Decision) -> Terms:
        body = self.connection.scalar(sa.select(t.terms.c.body).where(t.terms.c.digest == decision.terms_digest))
        if body is None:
            raise DecisionNotFound(f"the terms of decision '{decision.decision_id}' are not kept")
        return Terms.model_validate_json(body)

    def broken_decision(self) -> int | None:
        return self._broken_link(t.decisions)

    def record_decision(self, decision: Decision) -> None:
        if self.connection.execute(sa.select(sa.literal(1)).where(t.decisions.c.id == decision.decision_id)).first():
            return
        if decision.terms is not None:
            self._add_once(
                t.terms, {"digest": decision.terms_digest}, {"body": canonical(decision.terms.to_dict()).decode()}
            )
        body = canonical(decision.to_dict())
        new = self._next_links(t.decisions, [body])[0]
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
        self._acts.did("a decision")

    # ------------------------------------------------------------ rows

    def _consent_row(self, consent_id: str) -> sa.Row[Any]:
        row = self.connection.execute(sa.select(t.consents).where(t.consents.c.id == consent_id)).first()
        if row is None:
            raise ConsentNotFound(f"there is no consent '{consent_id[:80]}'")
        return row

    def _assets(self, recordings: Sequence[Recording]) -> tuple[Asset, ...]:
        shares = self._catalogue.shares_by_recording(recordings)
        labels = {recording.label_id for recording in recordings if recording.label_id}
        bound = set(self.connection.scalars(_BOUND_LABELS, {"among": sorted(labels)})) if labels else set[str]()
        together = self._catalogue.co_owners_by_recording(recordings)
        shelf: dict[str, list[str]] = {}
        for entry in self._catalogue.shelf(r.recording_id for r in recordings if r.attested_by is not None):
            shelf.setdefault(entry.recording_id, []).append(entry.account)
        return tuple(
            Asset.of(
                r,
                shares[r.recording_id],
                artist_veto=r.label_id not in bound,
                shelf=shelf.get(r.recording_id, ()),
                co_owners=together[r.recording_id],
            )
            for r in recordings
        )

    def _about(self, table: sa.Table, subjects: Sequence[tuple[str, str]]) -> Sequence[sa.Row[Any]]:
        if not subjects:
            return []
        # Pairs are compared here: a database that compares them itself walks the whole table.
        wanted, kinds = frozenset(subjects), sorted({kind for kind, _ in subjects})
        rows = self.connection.execute(
            _ABOUT[table], {"kinds": kinds, "among": sorted({subject for _, subject in subjects})}
        )
        return [row for row in rows if (row.subject_kind, row.subject) in wanted]

    def _approvals_of(self, consent_ids: Sequence[str], listener: str | None) -> tuple[Approval, ...]:
        if not consent_ids:
            return ()
        query = _APPROVALS if listener is None else _APPROVALS.where(t.approvals.c.listener == listener)
        return tuple(_approval(row) for row in self.connection.execute(query, {"among": consent_ids}))


def _consent(row: sa.Row[Any]) -> Consent:
    consent = Consent.model_validate_json(row.body)
    return (
        consent
        if row.withdrawn_at == consent.withdrawn_at
        else consent.model_copy(update={"withdrawn_at": row.withdrawn_at})
    )


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
        evidence=row.evidence,
    )
