"""Quarantine records in memory: the recordings that wait for a person."""

from __future__ import annotations

from remixlab.domain.audit import Acts
from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.quarantine import Quarantine
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryQuarantine:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def find(self, recording_id: str) -> Quarantine | None:
        return self.kept.quarantines.get(recording_id)

    def page(self, after: str | None = None, limit: int = 100, *, waiting: bool = True) -> Page[Quarantine]:
        found = {key: q for key, q in self.kept.quarantines.items() if q.verdict is None or not waiting}
        return page_by_id(found, after, limit)

    def keep(self, quarantine: Quarantine) -> None:
        known = self.kept.recordings.get(quarantine.recording_id)
        if known is None:
            raise RecordingNotFound(f"there is no recording '{quarantine.recording_id}'")
        self.kept.quarantines[quarantine.recording_id] = quarantine
        if known.quarantined != quarantine.stops:
            changed = known.model_copy(update={"quarantined": quarantine.stops})
            self.kept.recordings[quarantine.recording_id] = changed
            self.kept.epoch += 1
        self._acts.did("a quarantine")
