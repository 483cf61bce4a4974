"""The catalogue on the shelf: parties, works, recordings, shares, delivered stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from remixlab.domain.errors import InvalidIdentifier, NotFound, PartyNotFound, RecordingNotFound
from remixlab.domain.ids import ISRC
from remixlab.domain.rights import UNCLAIMED, WHOLE_PPM, Party, Recording, Right, Share, Work, checked_shares
from remixlab.royalties import split
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart, among

# What every judgement reads is written once: putting a statement together costs four times what running it does.
_BY_NAME = (
    sa.select(t.recordings)
    .where(
        (t.recordings.c.id == sa.bindparam("name"))
        | (t.recordings.c.sha256 == sa.bindparam("name"))
        | (t.recordings.c.isrc == sa.bindparam("isrc"))
    )
    .order_by(t.recordings.c.id)
    .limit(1)
)
_BY_IDS = sa.select(t.recordings).where(among(t.recordings.c.id)).order_by(t.recordings.c.id)
_LINKS = {
    table: sa.select(table.c.recording_id, table.c[other].label("other"))
    .where(among(table.c.recording_id))
    .order_by(table.c.recording_id, table.c.place)
    for table, other in ((t.recording_works, "work_id"), (t.recording_voices, "party_id"))
}
_SHARES = (
    sa.select(t.shares)
    .where(t.shares.c.asset_kind == sa.bindparam("kind"), among(t.shares.c.asset_id))
    .order_by(t.shares.c.asset_id, t.shares.c.right, t.shares.c.party_id)
)


class CatalogueShelf(TablePart):
    """Law: what is added is found again, by every name it has."""

    # ------------------------------------------------------------ reading

    def find_recording(self, reference: str) -> Recording | None:
        """By id, file digest or ISRC (bare or `isrc:`); an ISRC that several share finds the first."""
        named = {"name": reference, "isrc": _isrc(reference)}
        return next(iter(self._once(("recording", reference), lambda: tuple(self._recordings(_BY_NAME, named)[:1]))), None)

    def recording(self, reference: str) -> Recording:
        """Raises: RecordingNotFound."""
        found = self.find_recording(reference)
        if found is None:
            hint = "Name it by its id, its ISRC, or bring the file: remixlab ingest FILE"
            raise RecordingNotFound(f"there is no recording '{reference[:80]}'", hint=hint)
        return found

    def recordings(self, after: str | None = None, limit: int = 100) -> Sequence[Recording]:
        """In order of their ids, from the one after `after`."""
        query = sa.select(t.recordings).order_by(t.recordings.c.id).limit(limit)
        return self._recordings(query if after is None else query.where(t.recordings.c.id > after))

    def find_party(self, reference: str) -> Party | None:
        """By id or by name, without regard to case."""
        where = (t.parties.c.id == reference) | (t.parties.c.name_key == _name_key(reference))
        row = self.connection.execute(sa.select(t.parties).where(where).order_by((t.parties.c.id != reference), t.parties.c.id)).first()
        return None if row is None else _party(row)

    def party(self, reference: str) -> Party:
        """Raises: PartyNotFound."""
        found = self.find_party(reference)
        if found is None:
            raise PartyNotFound(f"nobody is known here as '{reference[:80]}'", hint="Name a party by its id or its exact name.")
        return found

    def parties(self) -> Sequence[Party]:
        return [_party(row) for row in self.connection.execute(sa.select(t.parties).order_by(t.parties.c.id))]

    def works(self) -> Sequence[Work]:
        rows = self.connection.execute(sa.select(t.works).order_by(t.works.c.id))
        return [Work(work_id=row.id, title=row.title, iswc=row.iswc) for row in rows]

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        """Of the master, of its works and of the voices heard; a right in several works is divided between them equally."""
        own = self._shares("recording", [recording_id]).get(recording_id, ())
        works = self._links(t.recording_works, [recording_id]).get(recording_id, ())
        return (*own, *_of_works(works, self._shares("work", works)))

    def _shares_by_recording(self, recordings: Sequence[Recording]) -> dict[str, tuple[Share, ...]]:
        """The shares of several recordings, asked for at once."""
        own = self._shares("recording", [recording.recording_id for recording in recordings])
        by_work = self._shares("work", sorted({work for recording in recordings for work in recording.work_ids}))
        return {r.recording_id: (*own.get(r.recording_id, ()), *_of_works(r.work_ids, by_work)) for r in recordings}

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        rows = self.connection.execute(sa.select(t.stems.c.stem, t.stems.c.sha256).where(t.stems.c.recording_id == recording_id))
        return {row.stem: row.sha256 for row in rows}

    # ------------------------------------------------------------ writing

    def add_party(self, party: Party) -> None:
        """Keep a party; one that is there already is brought up to date."""
        columns = {"name": party.name, "name_key": _name_key(party.name), "kind": party.kind, "ipi": party.ipi, "isni": party.isni}
        self._put(t.parties, {"id": party.party_id}, columns, artist_veto=True)

    def add_work(self, work: Work, shares: Iterable[Share] = ()) -> None:
        """Keep a work with its publishing shares. Raises: InvalidTerms."""
        self._put(t.works, {"id": work.work_id}, {"title": work.title, "iswc": work.iswc})
        self._set_shares("work", work.work_id, shares)

    def add_recording(self, recording: Recording, shares: Iterable[Share] = (), stems: Mapping[str, str] | None = None) -> None:
        """Keep a recording; one that is there already is brought up to date. Raises: NotFound when a work or voice is unknown."""
        columns = recording.model_dump(exclude={"recording_id", "work_ids", "voice_ids"})
        self._put(t.recordings, {"id": recording.recording_id}, columns)
        self._link(t.recording_works, "work_id", t.works, recording.recording_id, recording.work_ids)
        self._link(t.recording_voices, "party_id", t.parties, recording.recording_id, recording.voice_ids)
        self._set_shares("recording", recording.recording_id, shares)
        for stem, sha256 in (stems or {}).items():
            self._put(t.stems, {"recording_id": recording.recording_id, "stem": stem}, {"sha256": sha256})

    # ------------------------------------------------------------ rows

    def _recordings_by_id(self, ids: Iterable[str]) -> list[Recording]:
        """In order of their ids; what is not known is left out."""
        return self._recordings(_BY_IDS, {"among": sorted(set(ids))})

    def _recordings(self, query: sa.Select[Any], values: Mapping[str, Any] | None = None) -> list[Recording]:
        rows = self.connection.execute(query, values).all()
        ids = [row.id for row in rows]
        works, voices = self._links(t.recording_works, ids), self._links(t.recording_voices, ids)
        return [
            Recording(
                recording_id=row.id, title=row.title, artist=row.artist, duration_s=row.duration_s, sha256=row.sha256, isrc=row.isrc,
                artist_id=row.artist_id, label_id=row.label_id, release=row.release, attested_by=row.attested_by,
                work_ids=works.get(row.id, ()), voice_ids=voices.get(row.id, ()),
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
            raise NotFound(f"the recording names {others.name} that are not known: {', '.join(missing)}", code=f"{others.name}.not_found")
        self.connection.execute(table.delete().where(table.c.recording_id == recording_id))
        for place, other in enumerate(dict.fromkeys(ids)):
            self.connection.execute(table.insert().values({"recording_id": recording_id, column: other, "place": place}))

    def _shares(self, kind: str, ids: Sequence[str]) -> dict[str, tuple[Share, ...]]:
        found: dict[str, tuple[Share, ...]] = {}
        for row in self.connection.execute(_SHARES, {"kind": kind, "among": ids}):
            share = Share(party_id=row.party_id, right=Right(row.right), ppm=row.ppm)
            found[row.asset_id] = (*found.get(row.asset_id, ()), share)
        return found

    def _set_shares(self, kind: str, asset: str, shares: Iterable[Share]) -> None:
        """Replace each right that is named; what is not named stays."""
        complete = checked_shares(shares)
        for right in dict.fromkeys(share.right for share in complete):
            gone = (t.shares.c.asset_kind == kind) & (t.shares.c.asset_id == asset) & (t.shares.c.right == right.value)
            self.connection.execute(t.shares.delete().where(gone))
        for share in complete:
            values = {"asset_kind": kind, "asset_id": asset, "right": share.right.value, "party_id": share.party_id, "ppm": share.ppm}
            self.connection.execute(t.shares.insert().values(values))


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


def _name_key(name: str) -> str:
    return " ".join(name.casefold().split())


def _isrc(reference: str) -> str | None:
    try:
        return str(ISRC.parse(reference))
    except InvalidIdentifier:
        return None
