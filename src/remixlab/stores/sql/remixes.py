"""Remixes on the shelf: publishing is one transaction that looks at the rights once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import AlreadyPublished, ConsentWithdrawn, RemixNotFound
from remixlab.domain.ids import mark_id
from remixlab.domain.ledger import party_account
from remixlab.domain.remix import PayLine, Pressing, Remix
from remixlab.domain.rights import Decision, Hold
from remixlab.domain.settlement import Facts
from remixlab.domain.value import canonical
from remixlab.rights import decide
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.ledger import LedgerShelf
from remixlab.stores.sql.rights import RightsShelf

_MADE_WITHIN = (
    sa.select(sa.func.count())
    .select_from(t.remixes)
    .where(
        t.remixes.c.listener == sa.bindparam("by"),
        t.remixes.c.created_at >= sa.bindparam("start"),
        t.remixes.c.created_at < sa.bindparam("end"),
    )
)


class RemixShelf(RightsShelf, LedgerShelf):
    """Law: a remix is on the shelf together with its decision, its mark and its accounts, or not at all."""

    # ------------------------------------------------------------ reading

    def find_remix(self, remix_id: str) -> Remix | None:
        row = self.connection.execute(sa.select(t.remixes).where(t.remixes.c.id == remix_id)).first()
        return None if row is None else _remix(row)

    def remix(self, remix_id: str) -> Remix:
        """Raises: RemixNotFound."""
        found = self.find_remix(remix_id)
        if found is None:
            raise RemixNotFound(f"there is no remix '{remix_id[:80]}'")
        return found

    def remixes(self, *, source_id: str | None = None, listener: str | None = None, public: bool | None = None) -> Sequence[Remix]:
        """Newest first; `public` asks for those that everybody may hear (True) or the others (False)."""
        query = sa.select(t.remixes).order_by(t.remixes.c.created_at.desc(), t.remixes.c.id)
        if source_id is not None:
            resting = sa.select(t.remix_sources.c.remix_id).where(t.remix_sources.c.recording_id == source_id)
            query = query.where(t.remixes.c.id.in_(resting))
        if listener is not None:
            query = query.where(t.remixes.c.listener == listener)
        if public is not None:
            heard = (t.remixes.c.share == "public") & (t.remixes.c.state == "published")
            query = query.where(heard if public else ~heard)
        return [_remix(row) for row in self.connection.execute(query)]

    def remix_of_mark(self, mark: int) -> str | None:
        return self.connection.scalar(sa.select(t.marks.c.remix_id).where(t.marks.c.mark_id == mark))

    def pressing(self, remix_id: str, suffix: str) -> Pressing | None:
        return self._pressing((t.pressings.c.remix_id == remix_id) & (t.pressings.c.suffix == suffix))

    def pressing_of_file(self, file_sha256: str) -> Pressing | None:
        """What a file was pressed as, by its very bytes."""
        return self._pressing(t.pressings.c.file_sha256 == file_sha256)

    def _pressing(self, where: sa.ColumnElement[bool]) -> Pressing | None:
        row = self.connection.execute(sa.select(t.pressings).where(where)).first()
        return (
            None
            if row is None
            else Pressing(remix_id=row.remix_id, suffix=row.suffix, file_sha256=row.file_sha256, manifest_sha256=row.manifest_sha256)
        )

    def made_on(self, listener: str, day: datetime) -> int:
        """How many remixes this listener made on that UTC day."""
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
        return self.connection.scalar(_MADE_WITHIN, {"by": listener, "start": start, "end": start + timedelta(days=1)}) or 0

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        """What a settlement must know of every remix that was played in a span of time."""
        played = sa.select(t.plays.c.remix_id).where(t.plays.c.at >= since, t.plays.c.at < until).distinct()
        rows = self.connection.execute(sa.select(t.remixes).where(t.remixes.c.id.in_(played)).order_by(t.remixes.c.id)).all()
        stopped, disputed = self._stopped(until), self._disputed(until)
        return {row.id: _facts(_remix(row), stopped, disputed) for row in rows}

    def _stopped(self, at: datetime) -> Mapping[str, datetime]:
        """The recordings that were withdrawn or stopped before a moment, with the first moment they were."""
        stopped: dict[str, datetime] = {}
        for hold in self._holds():
            if hold.kind != "dispute" and hold.since < at:
                for recording in self.connection.scalars(self._recordings_under(hold)):
                    stopped[recording] = min(hold.since, stopped.get(recording, hold.since))
        return stopped

    def _disputed(self, at: datetime) -> frozenset[str]:
        """The recordings that somebody disputed before a moment and that are not settled yet."""
        found = [h for h in self._holds() if h.kind == "dispute" and h.since < at and (h.until is None or at <= h.until)]
        return frozenset(recording for hold in found for recording in self.connection.scalars(self._recordings_under(hold)))

    def _holds(self) -> list[Hold]:
        return [Hold.model_validate_json(body) for body in self.connection.scalars(sa.select(t.holds.c.body).order_by(t.holds.c.id))]

    # ------------------------------------------------------------ writing

    def reserve_mark(self, remix_id: str) -> int:
        """A mark id that no other remix has; the same for the same remix."""
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

    def publish(self, remix: Remix, decision: Decision) -> Remix:
        """Keep a finished remix with its decision, its mark and the accounts that it will pay; once, however often it is tried.

        Raises: ConsentWithdrawn when the consent epoch moved and what was allowed no longer is; AlreadyPublished
        when another remix has this id.
        """
        self._recheck(decision)
        self.record_decision(decision)
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
            t.remixes.insert().values(id=remix.remix_id, created_at=remix.created_at, source_id=remix.source_id, **_columns(remix))
        )
        for source in sorted({remix.source_id, *remix.licensed_from}):
            self.connection.execute(t.remix_sources.insert().values(remix_id=remix.remix_id, recording_id=source))
        for line in remix.pays:
            self.account(party_account(line.party_id))
        return remix

    def keep_pressing(self, pressing: Pressing) -> Pressing:
        """Keep a remix in a format; the one that was kept first stands."""
        key = {"remix_id": pressing.remix_id, "suffix": pressing.suffix}
        self._add_once(t.pressings, key, pressing.model_dump(exclude=set(key)))
        return self.pressing(**key) or pressing

    def set_remix_state(self, remix_id: str, *, share: str, state: str, pays: Iterable[PayLine] | None = None) -> Remix:
        """Raises: RemixNotFound; ConsentWithdrawn when a withdrawn remix shall come back."""
        kept = self.remix(remix_id)
        if kept.state == "withdrawn" and state != "withdrawn":
            raise ConsentWithdrawn("this remix was withdrawn with the song that it is made from")
        changed = {"share": share, "state": state} | ({} if pays is None else {"pays": tuple(pays)})
        new = Remix.model_validate({**kept.model_dump(), **changed})
        self._change(t.remixes, {"id": remix_id}, _columns(new))
        for line in new.pays:
            self.account(party_account(line.party_id))
        return new

    def _recheck(self, decision: Decision) -> None:
        if decision.epoch == self.epoch():
            if not decision.allowed:
                raise ConsentWithdrawn("this was never allowed, so it cannot be published")
            return
        terms = self.terms({use.recording for use in decision.uses}, decision.request.listener)
        again = decide(frozenset(decision.uses), decision.reach, terms, decision.request)
        if not again.allowed:
            first = again.reasons[0]
            raise ConsentWithdrawn(first.message, decided_by=first.decided_by, hint="Nothing was kept; ask again to see what is open.")
        self.record_decision(again)


def _facts(remix: Remix, stopped: Mapping[str, datetime], disputed: frozenset[str]) -> Facts:
    rests_on = {remix.source_id, *remix.licensed_from}
    moments = [stopped[recording] for recording in rests_on if recording in stopped]
    if remix.state == "withdrawn" and not moments:
        moments = [remix.created_at]
    return Facts(remix.remix_id, remix.listener, min(moments, default=None), bool(rests_on & disputed), remix.pays)


def _columns(remix: Remix) -> dict[str, Any]:
    return {
        "listener": remix.listener,
        "share": remix.share,
        "state": remix.state,
        "decision_id": remix.decision_id,
        "plan_digest": remix.plan_digest,
        "audio_sha256": remix.audio_sha256,
        "body": canonical(remix.to_dict()).decode(),
    }


def _remix(row: sa.Row[Any]) -> Remix:
    remix = Remix.model_validate_json(row.body)
    return remix if row.state == remix.state else remix.model_copy(update={"state": row.state})
