"""Quarantine records: the recordings that wait for a person, and those that waited."""

from __future__ import annotations

from typing import Protocol

from remixlab.domain.page import Page
from remixlab.domain.quarantine import Quarantine


class QuarantineReader(Protocol):
    def find(self, recording_id: str) -> Quarantine | None:
        """Whether a recording waits or waited; `catalogue.recording(...).quarantined` says whether it is stopped."""
        ...

    def page(self, after: str | None = None, limit: int = 100, *, waiting: bool = True) -> Page[Quarantine]:
        """In order of the recordings' ids: those that wait, or all that ever waited."""
        ...


class QuarantineWriter(QuarantineReader, Protocol):
    def keep(self, quarantine: Quarantine) -> None:
        """Keep how it stands with a recording, and stop or free the recording itself in the same transaction.

        Law: it moves the consent epoch whenever a recording is stopped or freed. Raises: RecordingNotFound.
        """
        ...
