"""Remix records in SQL: publishing is one transaction that looks at the rights once more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from remixlab.domain.errors import AlreadyPublished, ConsentWithdrawn, RemixNotFound
from remixlab.domain.ids import mark_id
from remixlab.domain.ledger import party_account
from remixlab.domain.page import Newest, Page
from remixlab.domain.remix import PayLine, Remix, Rendition, without_words
from remixlab.domain.rights import Consent, Decision
from remixlab.rights import decide
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.ledger import SqlLedger
from remixlab.stores.sql.part import Opened, TablePart, among, batches
from remixlab.stores.sql.remix_rows import columns_of, remix_of
from remixlab.stores.sql.rights import SqlRights
from remixlab.stores.sql.subjects import recordings_about

_MADE_WITHIN = (
    sa.select(sa.func.count())
    .select_from(t.remixes)
    .where(
        t.remixes.c.listener == sa.bindparam("by"),
        t.remixes.c.created_at >= sa.bindparam("start"),
        t.remixes.c.created_at < sa.bindparam("end"),
    )
)
_BODIES = sa.select(t.remixes.c.id, t.remixes.c.body).where(among(t.remixes.c.id))


class SqlRemixes(TablePart):
    """Law: a remix is on record together with its decision, its mark and its accounts, or not at all."""

    def __init__(self, opened: Opened, rights: SqlRights, ledger: SqlLedger, currency: str) -> None:
        super().__init__(opened)
        self._rights = rights
        self._ledger = ledger
        self._currency = currency

    # ------------------------------------------------------------ reading

    def find_remix(self, remix_id: str) -> Remix | None:
        row = self.connection.execute(sa.select(t.remixes).where(t.remixes.c.id == remix_id)).first()
        return None if row is None else remix_of(row)

    def remix(self, remix_id: str) -> Remix:
        found = self.find_remix(remix_id)
        if found is None:
            raise RemixNotFound(f"there is no remix '{remix_id[:80]}'")
        return found

    def remixes(
        self,
        after: str | None = None,
        limit: int = 100,
        *,
        source_id: str | None = None,
        seen_by: str | None = None,
        made_by: str | None = None,
    ) -> Page[Remix]:
        kept = t.remixes.c
        query = sa.select(t.remixes).order_by(kept.created_at.desc(), kept.id.desc())
        if source_id is not None:
            resting = sa.select(t.remix_sources.c.remix_id).where(t.remix_sources.c.recording_id == source_id)
            query = query.where(kept.id.in_(resting))
        if made_by is not None:
            query = query.where(kept.listener == made_by)
        if seen_by is not None:
            query = query.where((kept.listener == seen_by) | ((kept.share == "public") & (kept.state == "published")))
        if after is not None:
            at, last = Newest.parse(after)
            query = query.where((kept.created_at < at) | ((kept.created_at == at) & (kept.id < last)))
        return self._page(query, limit, remix_of, lambda row: str(Newest(row.created_at, row.id)))

    def titles(self, remix_ids: Iterable[str]) -> Mapping[str, str]:
        rows = (row for batch in batches(remix_ids) for row in self.connection.execute(_BODIES, {"among": batch}))
        return {row.id: str(json.loads(row.body)["title"]) for row in rows}

    def remix_of_mark(self, mark: int) -> str | None:
        return self.connection.scalar(sa.select(t.marks.c.remix_id).where(t.marks.c.mark_id == mark))

    def rendition(self, remix_id: str, suffix: str) -> Rendition | None:
        return self._rendition((t.pressings.c.remix_id == remix_id) & (t.pressings.c.suffix == suffix))

    def rendition_of_file(self, file_sha256: str) -> Rendition | None:
        return self._rendition(t.pressings.c.file_sha256 == file_sha256)

    def made_on(self, listener: str, day: datetime) -> int:
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return (
            self.connection.scalar(_MADE_WITHIN, {"by": listener, "start": start, "end": start + timedelta(days=1)})
            or 0
        )

    def made_under(
        self, listener: str, day: datetime, consents: Iterable[Consent], *, but: str | None = None
    ) -> Mapping[str, int]:
        start = day.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        made: dict[str, int] = {}
        for consent in consents:
            under = recordings_about(consent.subject_kind, consent.subject)
            query = sa.select(sa.func.count(sa.distinct(t.remixes.c.id))).join(
                t.remix_sources, t.remix_sources.c.remix_id == t.remixes.c.id
            )
            where = (
                t.remixes.c.listener == listener,
                t.remixes.c.created_at >= start,
                t.remixes.c.created_at < start + timedelta(days=1),
                t.remixes.c.id != (but or ""),
                t.remix_sources.c.recording_id.in_(under),
            )
            made[consent.consent_id] = self.connection.scalar(query.where(*where)) or 0
        return made

    def files_of(self, remix_ids: Iterable[str]) -> frozenset[str]:
        mine, others, own = set[str](), set[str](), frozenset(remix_ids)
        for batch in batches(own):
            mine |= self._files(t.remixes.c.id.in_(batch), t.pressings.c.remix_id.in_(batch))
        for batch in batches(mine):
            up = t.remixes.c.state != "withdrawn"
            named = sa.select(t.remixes.c.id, t.remixes.c.audio_sha256).where(t.remixes.c.audio_sha256.in_(batch), up)
            others |= {row.audio_sha256 for row in self.connection.execute(named) if row.id not in own}
        return frozenset(mine - others)

    def _files(self, remixes: sa.ColumnElement[bool], pressings: sa.ColumnElement[bool]) -> set[str]:
        found = set(self.connection.scalars(sa.select(t.remixes.c.audio_sha256).where(remixes)))
        return found | set(self.connection.scalars(sa.select(t.pressings.c.file_sha256).where(pressings)))

    # ------------------------------------------------------------ writing

    def reserve_mark(self, remix_id: str) -> int:
        self._take_turns("marks")
        kept = self.connection.scalar(sa.select(t.marks.c.mark_id).where(t.marks.c.remix_id == remix_id))
        if kept is not None:
            return kept
        attempt = 0
        while self.remix_of_mark(mark_id(remix_id, attempt)) is not None:
            attempt += 1
        mark = mark_id(remix_id, attempt)
        self.connection.execute(t.marks.insert().values(mark_id=mark, remix_id=remix_id))
        return mark

    def publish(self, remix: Remix, decision: Decision, *, now: datetime) -> Remix:
        """Raises: ConsentWithdrawn when what was allowed is not allowed now; AlreadyPublished when another remix has
        this id.
        """
        decision = self._within_quotas(decision, remix)
        self._recheck(decision, now)
        self._rights.record_decision(decision)
        kept = self.find_remix(remix.remix_id)
        if kept is not None:
            if kept.audio_sha256 != remix.audio_sha256 or kept.plan_digest != remix.plan_digest:
                raise AlreadyPublished("another remix has this id already")
            return kept
        if self.remix_of_mark(remix.seal.mark_id) is None:
            self.connection.execute(t.marks.insert().values(mark_id=remix.seal.mark_id, remix_id=remix.remix_id))
        elif self.remix_of_mark(remix.seal.mark_id) != remix.remix_id:
            raise AlreadyPublished("another remix carries this mark already")
        self.connection.execute(
            t.remixes.insert().values(
                id=remix.remix_id, created_at=remix.created_at, source_id=remix.source_id, **columns_of(remix)
            )
        )
        for source in sorted({remix.source_id, *remix.licensed_from}):
            self.connection.execute(t.remix_sources.insert().values(remix_id=remix.remix_id, recording_id=source))
        self._open_accounts(remix)
        self._acts.did("a remix")
        return remix

    def keep_rendition(self, rendition: Rendition) -> Rendition:
        key = {"remix_id": rendition.remix_id, "suffix": rendition.suffix}
        self._add_once(t.pressings, key, rendition.model_dump(exclude=set(key)))
        return self.rendition(**key) or rendition

    def set_remix_state(
        self,
        remix_id: str,
        *,
        share: str,
        state: str,
        pays: Iterable[PayLine] | None = None,
        decision_id: str | None = None,
    ) -> Remix:
        kept = self.remix(remix_id)
        if kept.state == "withdrawn" and state != "withdrawn":
            raise ConsentWithdrawn("this remix was withdrawn with the song that it is made from")
        changed = {"share": share, "state": state} | ({} if pays is None else {"pays": tuple(pays)})
        changed |= {"decision_id": decision_id or kept.decision_id}
        new = Remix.model_validate({**kept.model_dump(), **changed})
        self._change(t.remixes, {"id": remix_id}, columns_of(new))
        self._open_accounts(new)
        self._acts.did("a remix's state")
        return new

    def erase_remix(self, remix_id: str) -> Remix:
        new = without_words(self.remix(remix_id))
        self._change(t.remixes, {"id": remix_id}, columns_of(new))
        self._acts.did("the end of a remix")
        return new

    def _open_accounts(self, remix: Remix) -> None:
        for line in remix.pays:
            self._ledger.open_account(party_account(line.party_id), self._currency)

    def _within_quotas(self, decision: Decision, remix: Remix) -> Decision:
        """Count once more, one after another, what a consent limits in number: of orders at once only so many pass."""
        relied = set(decision.consent_ids)
        terms = self._rights.terms({use.recording for use in decision.uses}, decision.request.listener)
        counted = [c for c in terms.consents if c.consent_id in relied and c.counts_derivatives]
        if not counted or self.find_remix(remix.remix_id) is not None:
            return decision
        self._take_turns(f"quota {remix.listener}")
        made = self.made_under(remix.listener, remix.created_at, counted, but=remix.remix_id)
        request = decision.request.model_copy(update={"made": {**decision.request.made, **made}})
        again = decide(frozenset(decision.uses), decision.reach, terms, request)
        if not again.allowed:
            first = again.reasons[0]
            raise ConsentWithdrawn(first.message, decided_by=first.decided_by, hint="Nothing was kept; try tomorrow.")
        return decision

    def _recheck(self, decision: Decision, now: datetime) -> None:
        """The order's moment is of the past, and may have been chosen: what counts is whether it may be kept now."""
        epoch = self._rights.hold_epoch()
        if not decision.allowed and decision.epoch == epoch:
            raise ConsentWithdrawn("this was never allowed, so it cannot be published")
        terms = self._rights.terms({use.recording for use in decision.uses}, decision.request.listener)
        asked = decision.request.model_copy(update={"at": now})
        again = decide(frozenset(decision.uses), decision.reach, terms, asked)
        if not again.allowed:
            first = again.reasons[0]
            raise ConsentWithdrawn(
                first.message, decided_by=first.decided_by, hint="Nothing was kept; ask again to see what is open."
            )
        if decision.epoch != epoch:
            self._rights.record_decision(again)

    def _rendition(self, where: sa.ColumnElement[bool]) -> Rendition | None:
        row = self.connection.execute(sa.select(t.pressings).where(where)).first()
        if row is None:
            return None
        return Rendition(
            remix_id=row.remix_id, suffix=row.suffix, file_sha256=row.file_sha256, manifest_sha256=row.manifest_sha256
        )
