"""The shelf: everything on record, within one transaction; the desk opens it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import sqlalchemy as sa

from remixlab.stores.sql.accounts import KeyShelf
from remixlab.stores.sql.community import WishShelf
from remixlab.stores.sql.engine import known_still, open_engine, reading, writing
from remixlab.stores.sql.hearing import HeardShelf
from remixlab.stores.sql.remixes import RemixShelf


class SqlTransaction(RemixShelf, HeardShelf, WishShelf, KeyShelf):
    """All rooms' tables in one transaction, as `domain.ports.WriteShelf` promises them."""


class SqlRegistry:
    """Opens the shelf for reading or for one transaction: when the block raises, nothing of it was written."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> SqlRegistry:
        """Open a database by its URL and bring its schema up to date. Raises: StoreUnavailable."""
        return cls(open_engine(url))

    @contextmanager
    def read(self) -> Generator[SqlTransaction]:
        with reading(self.engine) as connection:
            yield SqlTransaction(connection, known_still(connection))

    @contextmanager
    def write(self) -> Generator[SqlTransaction]:
        with writing(self.engine) as connection:
            yield SqlTransaction(connection)

    def close(self) -> None:
        self.engine.dispose()
