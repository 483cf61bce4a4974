"""Catalogue records in memory: recordings, works, parties, ownership shares, delivered stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from remixlab.domain.audit import Acts
from remixlab.domain.errors import InvalidIdentifier, NotFound, PartyNotFound, RecordingNotFound
from remixlab.domain.ids import ISRC
from remixlab.domain.naming import fold_name
from remixlab.domain.page import Page, page_size
from remixlab.domain.rights import (
    UNCLAIMED,
    WHOLE_PPM,
    CoOwners,
    Party,
    Recording,
    Right,
    Share,
    Work,
    checked_shares,
    co_owners_of,
)
from remixlab.domain.shelf import ShelfEntry
from remixlab.royalties import split
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryCatalogue:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def find_recording(self, reference: str) -> Recording | None:
        isrc = _isrc(reference)
        named = (r for _, r in sorted(self.kept.recordings.items()))
        return next((r for r in named if reference in (r.recording_id, r.sha256) or (isrc and r.isrc == isrc)), None)

    def recording(self, reference: str) -> Recording:
        found = self.find_recording(reference)
        if found is None:
            raise RecordingNotFound(f"there is no recording '{reference}'")
        return found

    def recordings(
        self, after: str | None = None, limit: int = 100, *, attested_by: str | None = None
    ) -> Page[Recording]:
        own = {recording_id for recording_id, account in self.kept.shelf if account == attested_by}
        shown = {
            key: r for key, r in self.kept.recordings.items() if r.attested_by in (None, attested_by) or key in own
        }
        return page_by_id(shown, after, limit)

    def count_recordings(self) -> int:
        return len(self.kept.recordings)

    def recordings_named(self, names: Iterable[str], limit: int = 100) -> tuple[Recording, ...]:
        folded = {fold_name(name) for name in names} - {""}
        public = (r for _, r in sorted(self.kept.recordings.items()) if r.attested_by is None)
        return tuple(r for r in public if folded & {fold_name(r.title), fold_name(r.artist)})[: page_size(limit)]

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        own = self._own_shares(recording_id)
        works = self.kept.recordings[recording_id].work_ids if recording_id in self.kept.recordings else ()
        if not works:
            return own
        owned: dict[str, int] = {UNCLAIMED: 0}
        for work, part in split(WHOLE_PPM, dict.fromkeys(works, 1)).items():
            writers = {s.party_id: s.ppm for s in self.kept.shares.get((work, Right.PUBLISHING), ())}
            for party, ppm in split(part, writers or {UNCLAIMED: WHOLE_PPM}).items():
                owned[party] = owned.get(party, 0) + ppm
        return (*own, *checked_shares(Share(party_id=p, right=Right.PUBLISHING, ppm=ppm) for p, ppm in owned.items()))

    def co_owners(self, recording: Recording) -> tuple[CoOwners, ...]:
        works = {
            work: (self.kept.works[work].rule, self.kept.shares.get((work, Right.PUBLISHING), ()))
            for work in recording.work_ids
        }
        return co_owners_of(recording, self.kept.shares.get((recording.recording_id, Right.MASTER), ()), works)

    def work_shares(self, work_id: str) -> tuple[Share, ...]:
        if work_id not in self.kept.works:
            raise NotFound(f"there is no work '{work_id}'", code="work.not_found")
        return _ordered(self.kept.shares.get((work_id, Right.PUBLISHING), ()))

    def release_labels(self, release: str) -> frozenset[str]:
        return frozenset(r.label_id or "" for r in self.kept.recordings.values() if r.release == release)

    def shelf(self, recording_ids: Iterable[str], account: str | None = None) -> tuple[ShelfEntry, ...]:
        wanted = set(recording_ids)
        found = (e for _, e in sorted(self.kept.shelf.items()) if e.recording_id in wanted)
        return tuple(e for e in found if account in (None, e.account))

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        return self.kept.stems.get(recording_id, {})

    def find_party(self, reference: str) -> Party | None:
        by_name = (
            p for _, p in sorted(self.kept.parties.items()) if p.name.casefold().split() == reference.casefold().split()
        )
        return self.kept.parties.get(reference) or next(by_name, None)

    def party(self, reference: str) -> Party:
        found = self.find_party(reference)
        if found is None:
            raise PartyNotFound(f"nobody is known here as '{reference}'")
        return found

    def parties(self, after: str | None = None, limit: int = 100) -> Page[Party]:
        return page_by_id(self.kept.parties, after, limit)

    def party_names(self, party_ids: Iterable[str]) -> Mapping[str, str]:
        return {party: self.kept.parties[party].name for party in sorted(set(party_ids)) if party in self.kept.parties}

    def works(self, after: str | None = None, limit: int = 100) -> Page[Work]:
        return page_by_id(self.kept.works, after, limit)

    def add_party(self, party: Party) -> None:
        self.kept.parties[party.party_id] = party
        self._acts.did("a party")

    def add_work(self, work: Work, shares: Iterable[Share] = ()) -> None:
        self.kept.works[work.work_id] = work
        self._set_shares(work.work_id, shares)
        self._acts.did("a work")

    def add_recording(
        self, recording: Recording, shares: Iterable[Share] = (), stems: Mapping[str, str] | None = None
    ) -> None:
        for known, ids, what in (
            (self.kept.works, recording.work_ids, "works"),
            (self.kept.parties, recording.voice_ids, "parties"),
        ):
            if any(number not in known for number in ids):
                raise NotFound(f"the recording names {what} that are not known", code=f"{what}.not_found")
        stopped = recording.recording_id in self.kept.quarantines
        stopped = stopped and self.kept.quarantines[recording.recording_id].stops
        self.kept.recordings[recording.recording_id] = recording.model_copy(update={"quarantined": stopped})
        self._set_shares(recording.recording_id, shares)
        self.kept.stems[recording.recording_id] = {**self.stems_of(recording.recording_id), **(stems or {})}
        self._acts.did("a recording")

    def keep_on_shelf(self, entry: ShelfEntry) -> None:
        if entry.recording_id not in self.kept.recordings:
            raise RecordingNotFound(f"there is no recording '{entry.recording_id}'")
        key = (entry.recording_id, entry.account)
        if key not in self.kept.shelf:
            self.kept.shelf[key] = entry
            self.kept.epoch += 1
            self._acts.did("an entry on a shelf")

    def set_attestation(self, recording_id: str, state: Literal["claimed", "confirmed", "rejected"]) -> int:
        known = self.kept.recordings.get(recording_id)
        if known is None or known.attested_by is None:
            raise RecordingNotFound(f"nobody brought '{recording_id}' as their own")
        self.kept.recordings[recording_id] = known.model_copy(update={"attestation": state})
        self.kept.epoch += 1
        self._acts.did("an attestation")
        return self.kept.epoch

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        label = self.party(label_id).party_id
        if veto == (label in self.kept.no_veto):
            (self.kept.no_veto.discard if veto else self.kept.no_veto.add)(label)
            self.kept.epoch += 1
            self._acts.did("an artist's veto")
        return self.kept.epoch

    def _own_shares(self, asset: str) -> tuple[Share, ...]:
        return tuple(s for right in sorted(Right) for s in _ordered(self.kept.shares.get((asset, right), ())))

    def _set_shares(self, asset: str, shares: Iterable[Share]) -> None:
        complete = checked_shares(shares)
        for right in dict.fromkeys(share.right for share in complete):
            self.kept.shares[asset, right] = tuple(share for share in complete if share.right == right)


def _ordered(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda share: share.party_id))


def _isrc(reference: str) -> str | None:
    try:
        return str(ISRC.parse(reference))
    except InvalidIdentifier:
        return None
