"""What is one account's own, in memory: what it brought, what it chose, what its devices are called."""

from __future__ import annotations

from dataclasses import replace

from remixlab.domain.audit import Acts
from remixlab.domain.choices import Chosen
from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import Recording
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryBrought:
    """The part of the catalogue that is about what accounts brought."""

    kept: Kept
    _acts: Acts

    def brought_by(self, account: str, after: str | None = None, limit: int = 100) -> Page[Recording]:
        on_shelf = {recording for recording, whose in self.kept.shelf if whose == account}
        found = {
            name: r
            for name, r in self.kept.recordings.items()
            if r.attested_by is not None and (r.attested_by == account or name in on_shelf)
        }
        return page_by_id(found, after, limit)

    def clear_shelf(self, account: str) -> None:
        theirs = [key for key in self.kept.shelf if key[1] == account]
        for key in theirs:
            del self.kept.shelf[key]
        if theirs:
            self.kept.epoch += 1
            self._acts.did("the clearing of a shelf")

    def rename_recording(self, recording_id: str, *, title: str, artist: str) -> None:
        if recording_id not in self.kept.recordings:
            raise RecordingNotFound(f"there is no recording '{recording_id}'")
        named = self.kept.recordings[recording_id].model_copy(update={"title": title, "artist": artist})
        self.kept.recordings[recording_id] = named
        self._acts.did("a recording's names")


class MemoryChoices:
    """The part of the people that is about what they chose, and what goes with them."""

    kept: Kept
    _acts: Acts

    def choices(self, account_id: str) -> tuple[Chosen, ...]:
        said = sorted((c for c in self.kept.choices if c.account_id == account_id), key=lambda c: c.said_at)
        newest = {chosen.choice.value: chosen for chosen in said}
        return tuple(chosen for _, chosen in sorted(newest.items()))

    def keep_choice(self, chosen: Chosen) -> None:
        key = (chosen.account_id, chosen.choice, chosen.said_at)
        if key not in [(c.account_id, c.choice, c.said_at) for c in self.kept.choices]:
            self.kept.choices.append(chosen)
            self._acts.did("a choice")

    def erase_traces(self, account_id: str) -> None:
        for name, kept in self.kept.sessions.items():
            if kept.session.account_id == account_id:
                silent = kept.session.model_copy(update={"device": ""})
                self.kept.sessions[name] = replace(kept, session=silent)
