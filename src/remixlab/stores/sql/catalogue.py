"""Catalogue records in SQL: parties, works, recordings, shares, delivered stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from remixlab.domain.errors import InvalidIdentifier, NotFound, PartyNotFound, RecordingNotFound
from remixlab.domain.ids import ISRC
from remixlab.domain.naming import fold_name, key_name
from remixlab.domain.page import Page, page_size
from remixlab.domain.rights import (
    UNCLAIMED,
    WHOLE_PPM,
    AssetKind,
    CoOwners,
    Party,
    Recording,
    Right,
    Share,
    Split,
    Work,
    checked_shares,
    claimed_shares,
    co_owners_of,
    may_be_same,
)
from remixlab.domain.rights.splits import isrc_dispute, over_claim
from remixlab.domain.shelf import ShelfEntry
from remixlab.royalties import split
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.part import Opened, TablePart, among, batches
from remixlab.stores.sql.shares import SqlShares

# What every judgement reads is written once: putting a statement together costs four times what running it does.
_BY_NAME = (
    sa.select(t.recordings)
    .where((t.recordings.c.id == sa.bindparam("name")) | (t.recordings.c.sha256 == sa.bindparam("name")))
    .order_by(t.recordings.c.id)
    .limit(1)
)
_BY_ISRC = (
    sa.select(t.recordings)
    .join(t.isrcs, t.isrcs.c.recording_id == t.recordings.c.id)
    .where(t.isrcs.c.isrc == sa.bindparam("isrc"))
)
_BY_IDS = sa.select(t.recordings).where(among(t.recordings.c.id)).order_by(t.recordings.c.id)
# Two lookups and not one with "or": every planner takes the index of each.
_CALLED = sa.union(
    *(
        sa.select(t.recordings.c.id).where(among(key), t.recordings.c.attested_by.is_(None))
        for key in (t.recordings.c.title_key, t.recordings.c.artist_key)
    )
)
_LINKS = {
    table: sa.select(table.c.recording_id, table.c[other].label("other"))
    .where(among(table.c.recording_id))
    .order_by(table.c.recording_id, table.c.place)
    for table, other in (
        (t.recording_works, "work_id"),
        (t.recording_voices, "party_id"),
        (t.recording_features, "party_id"),
    )
}
_SHELF = sa.select(t.shelf).where(among(t.shelf.c.recording_id)).order_by(t.shelf.c.recording_id, t.shelf.c.account)
_RULES = sa.select(t.works.c.id, t.works.c.rule).where(among(t.works.c.id))
_NAMES = sa.select(t.parties.c.id, t.parties.c.name).where(among(t.parties.c.id))


class SqlCatalogue(TablePart):
    """Law: what is added is found again, by every name it has."""

    def __init__(self, opened: Opened, epoch: ConsentEpoch, shares: SqlShares) -> None:
        super().__init__(opened)
        self._epoch = epoch
        self._split = shares

    # ------------------------------------------------------------ recordings

    def find_recording(self, reference: str) -> Recording | None:
        return next(iter(self._once(("recording", reference), lambda: self._named(reference))), None)

    def _named(self, reference: str) -> tuple[Recording, ...]:
        isrc = _isrc(reference)
        found = self._recordings(_BY_NAME, {"name": reference})
        return tuple(found or (self._recordings(_BY_ISRC, {"isrc": isrc}) if isrc else ()))

    def recording(self, reference: str) -> Recording:
        found = self.find_recording(reference)
        if found is None:
            hint = "Name it by its id, its ISRC, or bring the file: remixlab ingest FILE"
            raise RecordingNotFound(f"there is no recording '{reference[:80]}'", hint=hint)
        return found

    def recordings(
        self, after: str | None = None, limit: int = 100, *, attested_by: str | None = None
    ) -> Page[Recording]:
        shown = t.recordings.c.attested_by.is_(None)
        query = sa.select(t.recordings.c.id).order_by(t.recordings.c.id)
        if attested_by is not None:
            brought_too = sa.select(t.shelf.c.recording_id).where(t.shelf.c.account == attested_by)
            shown |= (t.recordings.c.attested_by == attested_by) | t.recordings.c.id.in_(brought_too)
        query = query.where(shown)
        ids = self._page(
            query if after is None else query.where(t.recordings.c.id > after), limit, lambda row: str(row.id)
        )
        return Page(tuple(self.recordings_by_id(ids.items)), ids.next)

    def brought_by(self, account: str, after: str | None = None, limit: int = 100) -> Page[Recording]:
        theirs = sa.select(t.shelf.c.recording_id).where(t.shelf.c.account == account)
        brought = t.recordings.c.attested_by.is_not(None) & t.recordings.c.id.in_(theirs)
        query = sa.select(t.recordings.c.id).where((t.recordings.c.attested_by == account) | brought)
        query = query.order_by(t.recordings.c.id)
        ids = self._page(query if after is None else query.where(t.recordings.c.id > after), limit, lambda row: row.id)
        return Page(tuple(self.recordings_by_id(ids.items)), ids.next)

    def count_recordings(self) -> int:
        return self.connection.scalar(sa.select(sa.func.count()).select_from(t.recordings)) or 0

    def recordings_named(self, names: Iterable[str], limit: int = 100) -> tuple[Recording, ...]:
        folded = {key for name in names if (key := fold_name(name))}
        ids = {found for batch in batches(folded) for found in self.connection.scalars(_CALLED, {"among": batch})}
        return tuple(self.recordings_by_id(sorted(ids)[: page_size(limit)]))

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        """A right in several works is divided between them equally."""
        own = self._split.held("recording", [recording_id]).get(recording_id, ())
        works = self._links(t.recording_works, [recording_id]).get(recording_id, ())
        return (*own, *_of_works(works, self._split.held("work", works)))

    def paid_shares(
        self, recording_id: str, *, at: datetime | None = None, territory: str | None = None
    ) -> tuple[Share, ...]:
        own = self._split.paid("recording", [recording_id], at=at, territory=territory).get(recording_id, ())
        works = self._links(t.recording_works, [recording_id]).get(recording_id, ())
        return (*own, *_of_works(works, self._split.paid("work", works, at=at, territory=territory)))

    def shelf(self, recording_ids: Iterable[str], account: str | None = None) -> tuple[ShelfEntry, ...]:
        query = _SHELF if account is None else _SHELF.where(t.shelf.c.account == account)
        rows = (row for batch in batches(recording_ids) for row in self.connection.execute(query, {"among": batch}))
        return tuple(ShelfEntry.model_validate(dict(zip(t.shelf.c.keys(), row, strict=True))) for row in rows)

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        rows = self.connection.execute(
            sa.select(t.stems.c.stem, t.stems.c.sha256).where(t.stems.c.recording_id == recording_id)
        )
        return {row.stem: row.sha256 for row in rows}

    def release_labels(self, release: str) -> frozenset[str]:
        labels = self.connection.scalars(
            sa.select(t.recordings.c.label_id).where(t.recordings.c.release == release).distinct()
        )
        return frozenset(label or "" for label in labels)

    def add_recording(
        self,
        recording: Recording,
        shares: Iterable[Share] = (),
        stems: Mapping[str, str] | None = None,
        *,
        by: str = "",
        at: datetime | None = None,
    ) -> None:
        # Whether it is stopped is the quarantine's to say: nobody frees a recording by writing it again.
        columns = recording.model_dump(exclude={"recording_id", "work_ids", "voice_ids", "featured_ids", "quarantined"})
        keys = {"title_key": fold_name(recording.title), "artist_key": fold_name(recording.artist)}
        self._put(t.recordings, {"id": recording.recording_id}, columns | keys)
        self._link(t.recording_works, "work_id", t.works, recording.recording_id, recording.work_ids)
        self._link(t.recording_voices, "party_id", t.parties, recording.recording_id, recording.voice_ids)
        self._link(t.recording_features, "party_id", t.parties, recording.recording_id, recording.featured_ids)
        self._name_by_isrc(recording, by, at)
        self._claim_shares("recording", recording.recording_id, shares, by, at)
        for stem, sha256 in (stems or {}).items():
            self._put(t.stems, {"recording_id": recording.recording_id, "stem": stem}, {"sha256": sha256})
        self._acts.did("a recording")

    def keep_on_shelf(self, entry: ShelfEntry) -> None:
        self._must_know(entry.recording_id)
        key = {"recording_id": entry.recording_id, "account": entry.account}
        if self._add_once(t.shelf, key, entry.model_dump(exclude=set(key))):
            self._epoch.move()
            self._acts.did("an entry on a shelf")

    def clear_shelf(self, account: str) -> None:
        if self.connection.execute(t.shelf.delete().where(t.shelf.c.account == account)).rowcount:
            self._epoch.move()
            self._acts.did("the clearing of a shelf")

    def rename_recording(self, recording_id: str, *, title: str, artist: str) -> None:
        self._must_know(recording_id)
        keys = {"title_key": fold_name(title), "artist_key": fold_name(artist)}
        self._change(t.recordings, {"id": recording_id}, {"title": title, "artist": artist, **keys})
        self._acts.did("a recording's names")

    def set_attestation(self, recording_id: str, state: Literal["claimed", "confirmed", "rejected"]) -> int:
        self._must_know(recording_id)
        brought = (t.recordings.c.id == recording_id) & t.recordings.c.attested_by.is_not(None)
        if self.connection.execute(t.recordings.update().where(brought).values(attestation=state)).rowcount == 0:
            raise RecordingNotFound(f"nobody brought '{recording_id[:80]}' as their own")
        self._epoch.move()
        self._acts.did("an attestation")
        return self._epoch.read()

    def _must_know(self, recording_id: str) -> None:
        if self.connection.scalar(sa.select(t.recordings.c.id).where(t.recordings.c.id == recording_id)) is None:
            raise RecordingNotFound(f"there is no recording '{recording_id[:80]}'")

    # ------------------------------------------------------------ parties and works

    def find_party(self, reference: str) -> Party | None:
        by_id = self.connection.execute(sa.select(t.parties).where(t.parties.c.id == reference)).first()
        if by_id is not None:
            return _party(by_id)
        called = self.parties_named(reference)
        return called[0] if len(called) == 1 else None

    def parties_named(self, name: str) -> tuple[Party, ...]:
        rows = self.connection.execute(
            sa.select(t.parties).where(t.parties.c.name_key == key_name(name)).order_by(t.parties.c.id)
        )
        return tuple(_party(row) for row in rows)

    def same_party(self, party: Party, named_by: str) -> Party | None:
        numbers = [
            column == number
            for column, number in ((t.parties.c.ipi, party.ipi), (t.parties.c.isni, party.isni))
            if number is not None
        ]
        named = (t.parties.c.name_key == key_name(party.name)) & t.parties.c.named_by.in_((named_by, ""))
        for where in (*numbers, named):
            rows = self.connection.execute(sa.select(t.parties).where(where).order_by(t.parties.c.id))
            found = next((one for one in map(_party, rows) if may_be_same(one, party)), None)
            if found is not None:
                return found
        return None

    def party(self, reference: str) -> Party:
        found = self.find_party(reference)
        if found is None:
            called = [one.party_id for one in self.parties_named(reference)]
            hint = f"Several have this name: {', '.join(called[:5])}." if called else ""
            raise PartyNotFound(
                f"nobody is known here as '{reference[:80]}'", hint=hint or "Name a party by its id or its exact name."
            )
        return found

    def parties(self, after: str | None = None, limit: int = 100) -> Page[Party]:
        query = sa.select(t.parties).order_by(t.parties.c.id)
        return self._page(query if after is None else query.where(t.parties.c.id > after), limit, _party)

    def party_names(self, party_ids: Iterable[str]) -> Mapping[str, str]:
        rows = (row for batch in batches(party_ids) for row in self.connection.execute(_NAMES, {"among": batch}))
        return {row.id: row.name for row in sorted(rows)}

    def works(self, after: str | None = None, limit: int = 100) -> Page[Work]:
        query = sa.select(t.works).order_by(t.works.c.id)
        return self._page(query if after is None else query.where(t.works.c.id > after), limit, _work)

    def work_shares(self, work_id: str) -> tuple[Share, ...]:
        if self.connection.scalar(sa.select(t.works.c.id).where(t.works.c.id == work_id)) is None:
            raise NotFound(f"there is no work '{work_id[:80]}'", code="work.not_found")
        return tuple(
            share for share in self._split.held("work", [work_id]).get(work_id, ()) if share.right == Right.PUBLISHING
        )

    def add_party(self, party: Party, *, named_by: str = "") -> None:
        kept = self.find_party(party.party_id)
        known = kept if kept is not None and kept.party_id == party.party_id else None
        numbers = {name: (getattr(known, name) if known else None) or getattr(party, name) for name in ("ipi", "isni")}
        columns = {"name": party.name, "name_key": key_name(party.name), "kind": party.kind, **numbers}
        self._put(t.parties, {"id": party.party_id}, columns, artist_veto=True, named_by=named_by)
        self._acts.did("a party")

    def add_work(self, work: Work, shares: Iterable[Share] = (), *, by: str = "", at: datetime | None = None) -> None:
        said = self._split.splits("work", work.work_id)
        if not said or by in ("", said[0].said_by):
            self._put(t.works, {"id": work.work_id}, {"title": work.title, "iswc": work.iswc, "rule": work.rule})
        self._claim_shares("work", work.work_id, shares, by, at)
        self._acts.did("a work")

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        label = self.party(label_id)
        before = self.connection.scalar(sa.select(t.parties.c.artist_veto).where(t.parties.c.id == label.party_id))
        if before is not veto:
            self._change(t.parties, {"id": label.party_id}, {"artist_veto": veto})
            self._epoch.move()
            self._acts.did("an artist's veto")
        return self._epoch.read()

    # ------------------------------------------------------------ rows that rights and money read

    def recordings_by_id(self, ids: Iterable[str]) -> list[Recording]:
        """In order of their ids; what is not known is left out."""
        wanted = sorted(set(ids))
        return self._recordings(_BY_IDS, {"among": wanted}) if wanted else []

    def held_by_recording(
        self, recordings: Sequence[Recording]
    ) -> dict[str, tuple[tuple[Share, ...], tuple[CoOwners, ...]]]:
        """The shares of several recordings, and the sides of them that more than one party holds, asked for at once."""
        own = self._split.held("recording", [recording.recording_id for recording in recordings])
        by_work = self._split.held("work", sorted({work for recording in recordings for work in recording.work_ids}))
        shared = sorted(work for work, held in by_work.items() if len(held) > 1)
        rules = {row.id: row.rule for row in self.connection.execute(_RULES, {"among": shared})} if shared else {}
        works = {work: (rules.get(work, ""), by_work[work]) for work in shared}
        held: dict[str, tuple[tuple[Share, ...], tuple[CoOwners, ...]]] = {}
        for recording in recordings:
            master = own.get(recording.recording_id, ())
            shares = (*master, *_of_works(recording.work_ids, by_work))
            held[recording.recording_id] = (shares, co_owners_of(recording, master, works))
        return held

    def _recordings(self, query: sa.Select[Any], values: Mapping[str, Any] | None = None) -> list[Recording]:
        rows = self.connection.execute(query, values).all()
        ids = [row.id for row in rows]
        works, voices = self._links(t.recording_works, ids), self._links(t.recording_voices, ids)
        featured = self._links(t.recording_features, ids)
        return [
            Recording(
                recording_id=row.id, title=row.title, artist=row.artist, duration_s=row.duration_s, sha256=row.sha256,
                isrc=row.isrc,
                artist_id=row.artist_id, label_id=row.label_id, release=row.release, attested_by=row.attested_by,
                attestation=row.attestation, quarantined=row.quarantined, master_rule=row.master_rule,
                work_ids=works.get(row.id, ()), voice_ids=voices.get(row.id, ()),
                featured_ids=featured.get(row.id, ()),
            )
            for row in rows
        ]  # fmt: skip

    def _links(self, table: sa.Table, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for row in self.connection.execute(_LINKS[table], {"among": ids}):
            found[row.recording_id] = (*found.get(row.recording_id, ()), row.other)
        return found

    def _link(self, table: sa.Table, column: str, others: sa.Table, recording_id: str, ids: Sequence[str]) -> None:
        known = set(self.connection.scalars(sa.select(others.c.id).where(others.c.id.in_(ids))))
        missing = [other for other in ids if other not in known]
        if missing:
            raise NotFound(
                f"the recording names {others.name} that are not known: {', '.join(missing)}",
                code=f"{others.name}.not_found",
            )
        self.connection.execute(table.delete().where(table.c.recording_id == recording_id))
        for place, other in enumerate(dict.fromkeys(ids)):
            self.connection.execute(
                table.insert().values({"recording_id": recording_id, column: other, "place": place})
            )

    def _name_by_isrc(self, recording: Recording, by: str, at: datetime | None) -> None:
        """Let a code name a recording of the catalogue: the first that had it. A second one is a dispute."""
        if recording.isrc is None or recording.attested_by is not None:
            return
        if self._add_once(t.isrcs, {"isrc": recording.isrc}, {"recording_id": recording.recording_id}):
            return
        named = self.connection.scalar(sa.select(t.isrcs.c.recording_id).where(t.isrcs.c.isrc == recording.isrc))
        if named != recording.recording_id and at is not None:
            self._split.open_dispute(isrc_dispute(recording, str(named), by, at))

    def _claim_shares(self, kind: AssetKind, asset: str, shares: Iterable[Share], by: str, at: datetime | None) -> None:
        """Each right that is named, as somebody delivers it; what is not named stays."""
        complete, over = claimed_shares(shares)
        for right in dict.fromkeys(share.right for share in complete):
            own = tuple(share for share in complete if share.right == right)
            said = Split(asset_kind=kind, asset_id=asset, right=right, shares=own, said_by=by, said_at=at)
            self._split.claim(said, at)
        for right in dict.fromkeys(share.right for share in over):
            claim = tuple(share for share in over if share.right == right)
            if at is None:
                checked_shares(claim)  # raises: without a moment there is no dispute
            else:
                self._split.open_dispute(over_claim(kind, asset, right, claim, by, at))


def _of_works(works: Sequence[str], by_work: Mapping[str, tuple[Share, ...]]) -> tuple[Share, ...]:
    """Publishing shares of a recording: its works count equally; what nobody claimed in one stays unclaimed."""
    if not works:
        return ()
    owned: dict[str, int] = {UNCLAIMED: 0}
    for work, part in split(WHOLE_PPM, dict.fromkeys(works, 1)).items():
        writers = {s.party_id: s.ppm for s in by_work.get(work, ()) if s.right == Right.PUBLISHING}
        for party, ppm in split(part, writers or {UNCLAIMED: WHOLE_PPM}).items():
            owned[party] = owned.get(party, 0) + ppm
    return checked_shares(Share(party_id=party, right=Right.PUBLISHING, ppm=ppm) for party, ppm in owned.items())


def _party(row: sa.Row[Any]) -> Party:
    return Party(party_id=row.id, name=row.name, kind=row.kind, ipi=row.ipi, isni=row.isni)


def _work(row: sa.Row[Any]) -> Work:
    return Work(work_id=row.id, title=row.title, iswc=row.iswc, rule=row.rule)


def _isrc(reference: str) -> str | None:
    try:
        return str(ISRC.parse(reference))
    except InvalidIdentifier:
        return None
