"""The registry in SQL: every area's tables, opened together in one transaction."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import sqlalchemy as sa

from remixlab.stores.sql.accounts import SqlAccounts
from remixlab.stores.sql.catalogue import SqlCatalogue
from remixlab.stores.sql.community import SqlCommunity
from remixlab.stores.sql.engine import known_still, open_engine, reading, writing
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.hearing import SqlHearing
from remixlab.stores.sql.ledger import SqlLedger
from remixlab.stores.sql.part import Opened
from remixlab.stores.sql.people import SqlPeople
from remixlab.stores.sql.played import PlayedRemixes
from remixlab.stores.sql.provenance import SqlProvenance
from remixlab.stores.sql.quarantine import SqlQuarantine
from remixlab.stores.sql.remixes import SqlRemixes
from remixlab.stores.sql.rights import SqlRights
from remixlab.stores.sql.shares import SqlShares
from remixlab.stores.sql.sign_ins import SqlSignIns


class SqlTransaction:
    """All areas' records in one transaction. Parts that need each other are given them here, and nowhere else."""

    def __init__(self, opened: Opened, currency: str) -> None:
        epoch = ConsentEpoch(opened)
        self.connection = opened.connection
        self.accounts = SqlAccounts(opened)
        self.shares = SqlShares(opened, epoch)
        self.catalogue = SqlCatalogue(opened, epoch, self.shares)
        self.community = SqlCommunity(opened)
        self.hearing = SqlHearing(opened)
        self.people = SqlPeople(opened)
        self.provenance = SqlProvenance(opened)
        self.quarantine = SqlQuarantine(opened, epoch)
        self.rights = SqlRights(opened, self.catalogue, epoch)
        self.ledger = SqlLedger(opened, PlayedRemixes(opened, self.rights, self.catalogue, self.shares))
        self.remixes = SqlRemixes(opened, self.rights, self.ledger, currency)
        self.sign_ins = SqlSignIns(opened)


class SqlRegistry:
    """Opens everything on record for reading or for one transaction: when the block raises, nothing of it was written.

    `currency` is what the accounts of those whom a remix pays are opened in. ISO 4217.
    """

    def __init__(self, engine: sa.Engine, *, currency: str) -> None:
        self.engine = engine
        self.currency = currency

    @classmethod
    def open(cls, url: str, *, currency: str) -> SqlRegistry:
        """Open a database by its URL and bring its schema up to date. Raises: StoreUnavailable."""
        return cls(open_engine(url), currency=currency)

    @contextmanager
    def read(self) -> Generator[SqlTransaction]:
        with reading(self.engine) as connection:
            yield SqlTransaction(Opened(connection, known_still(connection)), self.currency)

    @contextmanager
    def write(self) -> Generator[SqlTransaction]:
        """Raises: AssertionError, and nothing is written, when no audit entry says who said or did something."""
        with writing(self.engine) as connection:
            opened = Opened(connection)
            records = SqlTransaction(opened, self.currency)
            yield records
            opened.acts.check()
            records.accounts.write_audit()

    def close(self) -> None:
        self.engine.dispose()
