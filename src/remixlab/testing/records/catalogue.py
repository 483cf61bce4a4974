"""Catalogue records in memory: recordings, works, ownership shares, delivered stems; parties stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from remixlab.domain.audit import Acts
from remixlab.domain.errors import InvalidIdentifier, NotFound, RecordingNotFound
from remixlab.domain.ids import ISRC
from remixlab.domain.naming import fold_name
from remixlab.domain.page import Page, page_size
from remixlab.domain.rights import (
    UNCLAIMED,
    WHOLE_PPM,
    AssetKind,
    CoOwners,
    Recording,
    Right,
    Share,
    Split,
    Work,
    checked_shares,
    claimed_shares,
    co_owners_of,
)
from remixlab.domain.rights.splits import isrc_dispute, over_claim
from remixlab.domain.shelf import ShelfEntry
from remixlab.royalties import split
from remixlab.testing.records.kept import Kept, page_by_id
from remixlab.testing.records.own_data import MemoryBrought
from remixlab.testing.records.parties import MemoryParties
from remixlab.testing.records.shares import MemoryShares


class MemoryCatalogue(MemoryBrought, MemoryParties):
    def __init__(self, kept: Kept, acts: Acts, shares: MemoryShares) -> None:
        super().__init__(kept, acts)
        self._split = shares

    def find_recording(self, reference: str) -> Recording | None:
        named = (r for _, r in sorted(self.kept.recordings.items()))
        found = next((r for r in named if reference in (r.recording_id, r.sha256)), None)
        return found or self.kept.recordings.get(self.kept.isrcs.get(_isrc(reference) or "", ""))

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

    def paid_shares(
        self, recording_id: str, *, at: datetime | None = None, territory: str | None = None
    ) -> tuple[Share, ...]:
        own = self._split.paid("recording", [recording_id], at=at, territory=territory)
        works = self.kept.recordings[recording_id].work_ids if recording_id in self.kept.recordings else ()
        by_work = self._split.paid("work", works, at=at, territory=territory)
        return (*own.get(recording_id, ()), *_of_works(works, by_work))

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        works = self.kept.recordings[recording_id].work_ids if recording_id in self.kept.recordings else ()
        own = self._split.held("recording", [recording_id]).get(recording_id, ())
        return (*own, *_of_works(works, self._split.held("work", works)))

    def co_owners(self, recording: Recording) -> tuple[CoOwners, ...]:
        works = {work: (self.kept.works[work].rule, self.work_shares(work)) for work in recording.work_ids}
        own = self._split.held("recording", [recording.recording_id]).get(recording.recording_id, ())
        return co_owners_of(recording, [share for share in own if share.right == Right.MASTER], works)

    def work_shares(self, work_id: str) -> tuple[Share, ...]:
        if work_id not in self.kept.works:
            raise NotFound(f"there is no work '{work_id}'", code="work.not_found")
        held = self._split.held("work", [work_id]).get(work_id, ())
        return tuple(share for share in held if share.right == Right.PUBLISHING)

    def release_labels(self, release: str) -> frozenset[str]:
        return frozenset(r.label_id or "" for r in self.kept.recordings.values() if r.release == release)

    def shelf(self, recording_ids: Iterable[str], account: str | None = None) -> tuple[ShelfEntry, ...]:
        wanted = set(recording_ids)
        found = (e for _, e in sorted(self.kept.shelf.items()) if e.recording_id in wanted)
        return tuple(e for e in found if account in (None, e.account))

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        return self.kept.stems.get(recording_id, {})

    def works(self, after: str | None = None, limit: int = 100) -> Page[Work]:
        return page_by_id(self.kept.works, after, limit)

    def add_work(self, work: Work, shares: Iterable[Share] = (), *, by: str = "", at: datetime | None = None) -> None:
        said = self._split.splits("work", work.work_id)
        if not said or by in ("", said[0].said_by):
            self.kept.works[work.work_id] = work
        self._claim_shares("work", work.work_id, shares, by, at)
        self._acts.did("a work")

    def add_recording(
        self,
        recording: Recording,
        shares: Iterable[Share] = (),
        stems: Mapping[str, str] | None = None,
        *,
        by: str = "",
        at: datetime | None = None,
    ) -> None:
        for known, ids, what in (
            (self.kept.works, recording.work_ids, "works"),
            (self.kept.parties, (*recording.voice_ids, *recording.featured_ids), "parties"),
        ):
            if any(number not in known for number in ids):
                raise NotFound(f"the recording names {what} that are not known", code=f"{what}.not_found")
        stopped = recording.recording_id in self.kept.quarantines
        stopped = stopped and self.kept.quarantines[recording.recording_id].stops
        self.kept.recordings[recording.recording_id] = recording.model_copy(update={"quarantined": stopped})
        if recording.isrc is not None and recording.attested_by is None:
            named = self.kept.isrcs.setdefault(recording.isrc, recording.recording_id)
            if named != recording.recording_id and at is not None:
                self._split.open_dispute(isrc_dispute(recording, named, by, at))
        self._claim_shares("recording", recording.recording_id, shares, by, at)
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

    def _claim_shares(self, kind: AssetKind, asset: str, shares: Iterable[Share], by: str, at: datetime | None) -> None:
        complete, over = claimed_shares(shares)
        for right in dict.fromkeys(share.right for share in complete):
            own = tuple(share for share in complete if share.right == right)
            said = Split(asset_kind=kind, asset_id=asset, right=right, shares=own, said_by=by, said_at=at)
            self._split.claim(said, at)
        for right in dict.fromkeys(share.right for share in over):
            claim = tuple(share for share in over if share.right == right)
            if at is None:
                checked_shares(claim)
            else:
                self._split.open_dispute(over_claim(kind, asset, right, claim, by, at))


def _of_works(works: Sequence[str], by_work: Mapping[str, tuple[Share, ...]]) -> tuple[Share, ...]:
    if not works:
        return ()
    owned: dict[str, int] = {UNCLAIMED: 0}
    for work, part in split(WHOLE_PPM, dict.fromkeys(works, 1)).items():
        writers = {s.party_id: s.ppm for s in by_work.get(work, ()) if s.right == Right.PUBLISHING}
        for party, ppm in split(part, writers or {UNCLAIMED: WHOLE_PPM}).items():
            owned[party] = owned.get(party, 0) + ppm
    return checked_shares(Share(party_id=p, right=Right.PUBLISHING, ppm=ppm) for p, ppm in owned.items())


def _isrc(reference: str) -> str | None:
    try:
        return str(ISRC.parse(reference))
    except InvalidIdentifier:
        return None
