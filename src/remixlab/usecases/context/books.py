"""The smallest context, as money sees it: the ledger and the names of parties, evidence as blobs, one currency.

`Records` is one. Money asks for this protocol, so that it reaches no sound engine, no rights evaluator and no plan.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from remixlab.domain.ports.blobs import Blobs
from remixlab.domain.ports.records.accounts import AccountReader, AccountWriter
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.ports.records.ledger import LedgerReader, LedgerWriter
from remixlab.domain.ports.records.remixes import RemixReader


class BooksReader(Protocol):
    @property
    def accounts(self) -> AccountReader: ...
    @property
    def catalogue(self) -> CatalogueReader: ...
    @property
    def ledger(self) -> LedgerReader: ...
    @property
    def remixes(self) -> RemixReader: ...


class BooksWriter(Protocol):
    @property
    def accounts(self) -> AccountWriter: ...
    @property
    def catalogue(self) -> CatalogueReader: ...
    @property
    def ledger(self) -> LedgerWriter: ...
    @property
    def remixes(self) -> RemixReader: ...


class Books(Protocol):
    @property
    def blobs(self) -> Blobs: ...
    @property
    def currency(self) -> str:
        """ISO 4217; what the workspace keeps its books in."""
        ...

    def read(self) -> AbstractContextManager[BooksReader]: ...

    def write(self) -> AbstractContextManager[BooksWriter]: ...
