"""Remix records: finished remixes, their marks, and the formats they were pressed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from remixlab.domain.page import Page
from remixlab.domain.remix import PayLine, Remix, Rendition
from remixlab.domain.rights.consents import Consent
from remixlab.domain.rights.decisions import Decision


class RemixReader(Protocol):
    def remix(self, remix_id: str) -> Remix:
        """Raises: RemixNotFound."""
        ...

    def find_remix(self, remix_id: str) -> Remix | None: ...

    def remixes(
        self,
        after: str | None = None,
        limit: int = 100,
        *,
        source_id: str | None = None,
        seen_by: str | None = None,
        made_by: str | None = None,
    ) -> Page[Remix]:
        """Newest first. With `seen_by`, what this account made and what is published; with `made_by`, what it made."""
        ...

    def titles(self, remix_ids: Iterable[str]) -> Mapping[str, str]:
        """Id to title of those that are known."""
        ...

    def remix_of_mark(self, mark: int) -> str | None: ...

    def rendition(self, remix_id: str, suffix: str) -> Rendition | None: ...

    def rendition_of_file(self, file_sha256: str) -> Rendition | None:
        """What a file was pressed as, by its very bytes."""
        ...

    def files_of(self, remix_ids: Iterable[str]) -> frozenset[str]:
        """The files of these remixes in every format, those apart that another remix has as well."""
        ...

    def made_under(
        self, listener: str, day: datetime, consents: Iterable[Consent], *, but: str | None = None
    ) -> Mapping[str, int]:
        """For each consent, how many remixes this listener made on that UTC day of what it is about; `but` one."""
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

    def set_remix_state(
        self,
        remix_id: str,
        *,
        share: str,
        state: str,
        pays: Iterable[PayLine] | None = None,
        decision_id: str | None = None,
    ) -> Remix:
        """`decision_id` names the decision that it rests on from now on.

        Raises: RemixNotFound; ConsentWithdrawn when a withdrawn remix shall come back."""
        ...

    def erase_remix(self, remix_id: str) -> Remix:
        """Take a remix down for good, without the words that asked for it. Raises: RemixNotFound."""
        ...
