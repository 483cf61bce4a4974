"""What every area's tables stand on: the open transaction, and the few statements that all of them need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from remixlab.domain.audit import Acts
from remixlab.domain.chain import GENESIS, Head, Link, first_broken, link
from remixlab.domain.page import Page, cut, page_size
from remixlab.stores.sql import tables as t

T = TypeVar("T")

AMONG_MAX: Final = 1_000
"""How many values one statement is asked for; SQLite takes 32 766, and a statement of each length is kept ready."""


def among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """A condition of a statement that is written once: the column is one of the values given as `among`."""
    return column.in_(sa.bindparam("among", expanding=True))


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Different values in order, as many as one statement is asked for."""
    ordered = iter(sorted(set(values)))
    while batch := list(islice(ordered, AMONG_MAX)):
        yield batch


@dataclass(frozen=True, slots=True)
class Opened:
    """One open transaction. `known` is what was read before and still holds, where that can be told."""

    connection: sa.Connection
    known: dict[Any, Any] | None = None
    acts: Acts = field(default_factory=Acts)


class TablePart:
    """One area's tables within one transaction."""

    def __init__(self, opened: Opened) -> None:
        self.connection = opened.connection
        self._known = opened.known
        self._acts = opened.acts

    def _once(self, key: tuple[object, ...], read: Callable[[], T]) -> T:
        """What is read, or what was read before while nothing has changed.

        Nothing that can be changed in place may be kept.
        """
        if self._known is None:
            return read()
        if key not in self._known:
            self._known[key] = read()
        return self._known[key]

    def _page(
        self,
        query: sa.Select[*tuple[Any, ...]],
        limit: int,
        make: Callable[[sa.Row[Any]], T],
        cursor: Callable[[sa.Row[Any]], str] = lambda row: row.id,
    ) -> Page[T]:
        """The page of an ordered query; `cursor` says the place of a row."""
        size = page_size(limit)
        return cut(list(self.connection.execute(query.limit(size + 1))), size, cursor).map(make)

    def _change(self, table: sa.Table, key: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
        """Update one row; False when there is none."""
        where = sa.and_(*(table.c[name] == value for name, value in key.items()))
        return self.connection.execute(table.update().where(where).values(**columns)).rowcount > 0

    def _add_once(self, table: sa.Table, key: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
        """Insert a row unless its key is there; whether it was inserted. Writers at once agree on who was first."""
        if self.connection.dialect.name == "sqlite":
            # One writer at a time, so nobody comes between; tables that are only added to refuse the attempt itself.
            where = sa.and_(*(table.c[name] == value for name, value in key.items()))
            if self.connection.execute(sa.select(sa.literal(1)).select_from(table).where(where)).first():
                return False
        statement = self._insert(table).values(**key, **columns).on_conflict_do_nothing(index_elements=list(key))
        return self.connection.execute(statement.returning(table.c[next(iter(key))])).first() is not None

    def _put(self, table: sa.Table, key: Mapping[str, Any], columns: Mapping[str, Any], **at_first: Any) -> None:
        """Insert a row or bring it up to date; `at_first` is written only when it is new."""
        statement = self._insert(table).values(**key, **columns, **at_first)
        self.connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(columns)))

    def _insert(self, table: sa.Table) -> Any:
        return (postgresql if self.connection.dialect.name == "postgresql" else sqlite).insert(table)

    def _take_turns(self, chain: str, *, together: bool = False) -> None:
        """Let one writer at a time append to a chain. SQLite has one writer anyway.

        Those who go `together` wait for whoever goes alone, not for each other.
        """
        if self.connection.dialect.name == "postgresql":
            lock = "pg_advisory_xact_lock_shared" if together else "pg_advisory_xact_lock"
            self.connection.execute(sa.text(f"select {lock}(hashtext(:name))"), {"name": chain})

    def _next_links(self, table: sa.Table, bodies: Iterable[bytes]) -> list[Link]:
        """The links that follow the newest of a chained table."""
        self._take_turns(table.name)
        newest = self.connection.scalar(sa.select(table.c.hash).order_by(table.c.seq.desc()).limit(1)) or GENESIS
        links: list[Link] = []
        for body in bodies:
            links.append(link(links[-1].hash if links else newest, body))
        return links

    def _broken_link(self, table: sa.Table) -> int | None:
        """The place of the first link of a chained table that was tampered with, or that is missing at its end."""
        query = (
            sa.select(table.c.previous, table.c.body, table.c.hash)
            .order_by(table.c.seq)
            .execution_options(yield_per=10_000)
        )
        with self.connection.execute(query) as rows:
            return first_broken(
                (Link(row.previous, row.body.encode(), row.hash) for row in rows), head=self._head(table.name)
            )

    def _head(self, chain: str) -> Head | None:
        """The newest link of a chain, as it is kept apart from it."""
        row = self.connection.execute(sa.select(t.heads).where(t.heads.c.chain == chain)).first()
        # What somebody may have written over is compared, and not believed.
        return None if row is None else Head.model_construct(chain=chain, length=row.length, hash=row.hash)
