"""The smallest context, as money sees it: the ledger, names of parties and remixes, evidence as blobs, one currency.

`Records` is one. Money asks for this protocol, so that it reaches no sound engine, no rights evaluator and no plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from remixlab.domain.audit import AuditEntry
from remixlab.domain.ports.blobs import Blobs
from remixlab.domain.ports.process import Clock
from remixlab.domain.ports.records.ledger import LedgerReader, LedgerWriter
from remixlab.domain.rights.parties import Party


class AuditLog(Protocol):
    """What `AccountWriter` offers to a use case that only says what it did."""

    def append_audit(self, entry: AuditEntry) -> None: ...


class PartyNames(Protocol):
    """What `CatalogueReader` knows of those who are paid."""

    def find_party(self, reference: str) -> Party | None: ...

    def party(self, reference: str) -> Party:
        """Raises: PartyNotFound."""
        ...

    def party_names(self, party_ids: Iterable[str]) -> Mapping[str, str]: ...


class RemixTitles(Protocol):
    """What `RemixReader` knows of that which was listened to."""

    def titles(self, remix_ids: Iterable[str]) -> Mapping[str, str]: ...


class BooksReader(Protocol):
    @property
    def catalogue(self) -> PartyNames: ...
    @property
    def ledger(self) -> LedgerReader: ...
    @property
    def remixes(self) -> RemixTitles: ...


class BooksWriter(Protocol):
    @property
    def accounts(self) -> AuditLog: ...
    @property
    def catalogue(self) -> PartyNames: ...
    @property
    def ledger(self) -> LedgerWriter: ...
    @property
    def remixes(self) -> RemixTitles: ...


class Books(Protocol):
    @property
    def blobs(self) -> Blobs: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def currency(self) -> str:
        """ISO 4217; what the workspace keeps its books in."""
        ...

    def read(self) -> AbstractContextManager[BooksReader]: ...

    def write(self) -> AbstractContextManager[BooksWriter]: ...
