"""Share records: who owns which part of what, since when and where; what others claim of it; whose names are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from remixlab.domain.page import Page
from remixlab.domain.rights.parties import Share
from remixlab.domain.rights.splits import AssetKind, Dispute, Resolution, Split


class ShareReader(Protocol):
    def splits(self, asset_kind: AssetKind, asset_id: str) -> tuple[Split, ...]:
        """Everything that was said of an asset's shares, in the order in which it was said."""
        ...

    def held(self, asset_kind: AssetKind, asset_ids: Iterable[str]) -> Mapping[str, tuple[Share, ...]]:
        """Who is on record as owner, everywhere and by the newest word; rights are judged by it, disputed or not."""
        ...

    def paid(
        self,
        asset_kind: AssetKind,
        asset_ids: Iterable[str],
        *,
        at: datetime | None = None,
        territory: str | None = None,
    ) -> Mapping[str, tuple[Share, ...]]:
        """Whom money goes to at a moment in a territory: what is disputed then waits as `suspense:disputed`."""
        ...

    def dispute(self, dispute_id: str) -> Dispute:
        """Raises: DisputeNotFound."""
        ...

    def disputes(self, after: str | None = None, limit: int = 100, *, only_open: bool = False) -> Page[Dispute]:
        """In order of their ids."""
        ...


class ShareWriter(ShareReader, Protocol):
    def say(self, split: Split) -> bool:
        """Let a split supersede what was said before; whether it says anything new."""
        ...

    def claim(self, split: Split, at: datetime | None) -> Dispute | None:
        """What somebody delivers: new where nothing was said, a correction where they said it themselves, else a
        dispute, which touches nothing.
        """
        ...

    def open_dispute(self, dispute: Dispute) -> None:
        """The same claim again is the same dispute."""
        ...

    def resolve_dispute(self, dispute_id: str, resolution: Resolution, shares: Iterable[Share] = ()) -> Dispute:
        """End a dispute. `shares` are those that were agreed on; an upheld claim takes effect at the moment it ends.

        Raises: DisputeNotFound, Conflict `dispute.resolved` when it ended otherwise before, InvalidTerms.
        """
        ...
