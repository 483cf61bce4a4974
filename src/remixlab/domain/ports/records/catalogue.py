"""Catalogue records: recordings, works, parties, ownership shares, delivered stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Protocol

from remixlab.domain.page import Page
from remixlab.domain.rights.parties import Party, Recording, Share, Work
from remixlab.domain.shelf import ShelfEntry


class CatalogueReader(Protocol):
    def find_recording(self, reference: str) -> Recording | None:
        """By id, file digest or ISRC (bare or `isrc:`).

        An ISRC is the name of the first recording of the catalogue that had it, never of somebody's own upload.
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

    def brought_by(self, account: str, after: str | None = None, limit: int = 100) -> Page[Recording]:
        """What an account brought as its own, first or after somebody else; in order of their ids."""
        ...

    def count_recordings(self) -> int: ...

    def recordings_named(self, names: Iterable[str], limit: int = 100) -> tuple[Recording, ...]:
        """Public recordings whose title or artist is one of these names, folded as `domain.naming.fold_name` does;
        looked up, never scanned.
        """
        ...

    def find_party(self, reference: str) -> Party | None:
        """By id, or by name without regard to case and spaces, where only one party has this name."""
        ...

    def same_party(self, party: Party, named_by: str) -> Party | None:
        """The party on record that this is: by its own id, IPI or ISNI; by its name only within one owner's deliveries.

        Numbers that contradict each other are two parties.
        """
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
        """Who is on record as owner of the master, of its works (publishing) and of the voices heard.

        Each right sums to 1 000 000. Rights are judged by it, whatever somebody else claims.
        """
        ...

    def paid_shares(
        self, recording_id: str, *, at: datetime | None = None, territory: str | None = None
    ) -> tuple[Share, ...]:
        """Whom money goes to at a moment in a territory: as `shares`, but what is disputed then waits as
        `suspense:disputed`.
        """
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
    def add_party(self, party: Party, *, named_by: str = "") -> None:
        """Keep a party; one that is there already is brought up to date, but for its numbers: they stand.

        `named_by` is whose delivery names it.
        """
        ...

    def add_work(self, work: Work, shares: Iterable[Share] = (), *, by: str = "", at: datetime | None = None) -> None:
        """Keep a work with its publishing shares, as `by` delivers them.

        What does not fit another's delivery opens a dispute (`ShareWriter`). Raises: InvalidTerms.
        """
        ...

    def add_recording(
        self,
        recording: Recording,
        shares: Iterable[Share] = (),
        stems: Mapping[str, str] | None = None,
        *,
        by: str = "",
        at: datetime | None = None,
    ) -> None:
        """Keep a recording with its shares, as `by` delivers them; one that is there already is brought up to date.

        An ISRC that another one has opens a dispute. Raises: NotFound when a work or voice is unknown.
        """
        ...

    def keep_on_shelf(self, entry: ShelfEntry) -> None:
        """Remember that an account brought a recording too; what it called it first stands.

        Raises: RecordingNotFound.
        """
        ...

    def clear_shelf(self, account: str) -> None:
        """Forget what an account had on its shelf, and what it called it."""
        ...

    def rename_recording(self, recording_id: str, *, title: str, artist: str) -> None:
        """Raises: RecordingNotFound."""
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
