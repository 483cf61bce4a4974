"""Remix records: finished remixes, their marks, and the formats they were pressed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from remixlab.domain.page import Page
from remixlab.domain.remix import PayLine, Remix, Rendition
from remixlab.domain.rights.decisions import Decision


class RemixReader(Protocol):
    def remix(self, remix_id: str) -> Remix:
        """Raises: RemixNotFound."""
        ...

    def find_remix(self, remix_id: str) -> Remix | None: ...

    def remixes(
        self, after: str | None = None, limit: int = 100, *, source_id: str | None = None, seen_by: str | None = None
    ) -> Page[Remix]:
        """Newest first. With `seen_by`, what this account made and what is published; else all."""
        ...

    def titles(self, remix_ids: Iterable[str]) -> Mapping[str, str]:
        """Id to title of those that are known."""
        ...

    def remix_of_mark(self, mark: int) -> str | None: ...

    def rendition(self, remix_id: str, suffix: str) -> Rendition | None: ...

    def rendition_of_file(self, file_sha256: str) -> Rendition | None:
        """What a file was pressed as, by its very bytes."""
        ...

    def made_on(self, listener: str, day: datetime) -> int:
        """How many remixes this listener made on that UTC day."""
        ...


class RemixWriter(RemixReader, Protocol):
    def reserve_mark(self, remix_id: str) -> int:
        """A mark id that no other remix has; the same for the same remix."""
        ...

    def publish(self, remix: Remix, decision: Decision, *, now: datetime) -> Remix:
        """Keep a finished remix with its decision, seal and the accounts it will pay; once, however often it is tried.

        Rights are asked once more, about `now`: the moment of the transaction, never that of the order. No permission
        changes between the question and the end of the transaction. Raises: ConsentWithdrawn, AlreadyPublished.
        """
        ...

    def keep_rendition(self, rendition: Rendition) -> Rendition:
        """Keep a remix in a format; the one that was kept first stands."""
        ...

    def set_remix_state(self, remix_id: str, *, share: str, state: str, pays: Iterable[PayLine] | None = None) -> Remix:
        """Raises: RemixNotFound; ConsentWithdrawn when a withdrawn remix shall come back."""
        ...
