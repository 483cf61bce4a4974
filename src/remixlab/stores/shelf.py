"""The shelf: everything on record, within one transaction; the desk opens it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import sqlalchemy as sa

from remixlab.stores.database import known_still, open_engine, reading, writing
from remixlab.stores.heard import HeardShelf
from remixlab.stores.keys import KeyShelf
from remixlab.stores.remixes import RemixShelf
from remixlab.stores.wishes import WishShelf


class SqlShelf(RemixShelf, HeardShelf, WishShelf, KeyShelf):
    """All rooms' tables in one transaction, as `domain.ports.WriteShelf` promises them."""


class SqlDesk:
    """Opens the shelf for reading or for one transaction: when the block raises, nothing of it was written."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> SqlDesk:
        """Open a database by its URL and bring its schema up to date. Raises: StoreUnavailable."""
        return cls(open_engine(url))

    @contextmanager
    def read(self) -> Generator[SqlShelf]:
        with reading(self.engine) as connection:
            yield SqlShelf(connection, known_still(connection))

    @contextmanager
    def write(self) -> Generator[SqlShelf]:
        with writing(self.engine) as connection:
            yield SqlShelf(connection)

    def close(self) -> None:
        self.engine.dispose()
