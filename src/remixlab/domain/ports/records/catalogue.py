"""Catalogue records: recordings, works, parties, ownership shares, delivered stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from remixlab.domain.page import Page
from remixlab.domain.rights.parties import Party, Recording, Share, Work
from remixlab.domain.shelf import ShelfEntry


class CatalogueReader(Protocol):
    def find_recording(self, reference: str) -> Recording | None:
        """By id, file digest or ISRC (bare or `isrc:`); an ISRC that several share finds the catalogue's
        first, before what anybody brought as their own.
        """
        ...

    def recording(self, reference: str) -> Recording:
        """As `find_recording`. Raises: RecordingNotFound."""
        ...

    def recordings(
        self, after: str | None = None, limit: int = 100, *, attested_by: str | None = None
    ) -> Page[Recording]:
        """In order of their ids.

        What was attested (brought as one's own) is left out, but for what `attested_by` brought or has on its shelf.
        """
        ...

    def count_recordings(self) -> int: ...

    def recordings_named(self, names: Iterable[str], limit: int = 100) -> tuple[Recording, ...]:
        """Public recordings whose title or artist is one of these names, folded as `domain.naming.fold_name` does;
        looked up, never scanned.
        """
        ...

    def find_party(self, reference: str) -> Party | None:
        """By id, or by name without regard to case and spaces."""
        ...

    def party(self, reference: str) -> Party:
        """As `find_party`. Raises: PartyNotFound."""
        ...

    def parties(self, after: str | None = None, limit: int = 100) -> Page[Party]:
        """In order of their ids."""
        ...

    def party_names(self, party_ids: Iterable[str]) -> Mapping[str, str]:
        """Id to name of those that are known."""
        ...

    def works(self, after: str | None = None, limit: int = 100) -> Page[Work]:
        """In order of their ids."""
        ...

    def shares(self, recording_id: str) -> tuple[Share, ...]:
        """Of the master, of its works (publishing) and of the voices heard; each right sums to 1 000 000."""
        ...

    def work_shares(self, work_id: str) -> tuple[Share, ...]:
        """The publishing shares of a work. Raises: NotFound `work.not_found`."""
        ...

    def release_labels(self, release: str) -> frozenset[str]:
        """The labels of the recordings of a release, an empty name for a recording without one; empty when there is no
        such release.
        """
        ...

    def shelf(self, recording_ids: Iterable[str], account: str | None = None) -> tuple[ShelfEntry, ...]:
        """Who has these recordings on their shelf beside whoever brought them first; of one account when named."""
        ...

    def stems_of(self, recording_id: str) -> Mapping[str, str]:
        """Stem name to blob digest, of the stems that the owner delivered; empty when none were."""
        ...


class CatalogueWriter(CatalogueReader, Protocol):
    def add_party(self, party: Party) -> None:
        """Keep a party; one that is there already is brought up to date."""
        ...

    def add_work(self, work: Work, shares: Iterable[Share] = ()) -> None:
        """Keep a work with its publishing shares. Raises: InvalidTerms."""
        ...

    def add_recording(
        self, recording: Recording, shares: Iterable[Share] = (), stems: Mapping[str, str] | None = None
    ) -> None:
        """Keep a recording; one that is there already is brought up to date. Raises:

        NotFound when a work or voice is unknown.
        """
        ...

    def keep_on_shelf(self, entry: ShelfEntry) -> None:
        """Remember that an account brought a recording too; what it called it first stands.

        Raises: RecordingNotFound.
        """
        ...

    def set_attestation(self, recording_id: str, state: Literal["claimed", "confirmed", "rejected"]) -> int:
        """How far the word of whoever brought a recording has come; the consent epoch.

        Raises: RecordingNotFound, also for one that nobody brought as their own.
        """
        ...

    def set_artist_veto(self, label_id: str, veto: bool) -> int:
        """Whether, for a label's recordings, an artist's own no outweighs its yes; the consent epoch. Raises:

        PartyNotFound.
        """
        ...
