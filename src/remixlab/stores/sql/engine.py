"""Open the database: SQLite in a file by default, PostgreSQL by its URL. Opening brings the schema up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, exc

from remixlab.domain.errors import Invalid, StoreUnavailable

HEAD: Final = "0013"
"""The newest migration; a database that is there already is opened without loading the migration tool."""

_WRITES: Final = "remixlab_writes"
_KNOWN: Final = "remixlab_known"
_STATE: Final = "state"
_KNOWN_MAX: Final = 256
SQLITE_MIN: Final = (3, 37)
LOCK_WAIT_S: Final = 30
"""How long a writer waits for another one, on both engines; then the database is busy."""
_CONNECT_S: Final = 10
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={LOCK_WAIT_S * 1000}",
    "temp_store=MEMORY",
)


def sqlite_url(path: Path) -> str:
    """The URL of a database file."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str) -> sa.Engine:
    """A database at its newest schema.

    `url` is `sqlite:///...` or `postgresql://...`. Raises: StoreUnavailable with what is missing.
    """
    engine = _engine(url)
    try:
        version = _version(engine)
        if version is not None and version > HEAD:
            engine.dispose()
            raise StoreUnavailable(
                f"the database was written by a newer version (its schema is {version}, this one knows {HEAD})",
                code="store.newer", hint="Install that version, or restore a backup from before it.",
            )  # fmt: skip
        if version != HEAD:
            _migrate(engine)
    except exc.OperationalError as wrong:
        engine.dispose()
        hint = "Look at --home or REMIXLAB_DATABASE_URL."
        raise StoreUnavailable(f"the database cannot be opened: {_cause(wrong)}", hint=hint) from wrong
    except exc.DatabaseError as wrong:
        engine.dispose()
        raise StoreUnavailable(
            f"this is not a database of RemixLab: {_cause(wrong)}", hint="Choose another --home."
        ) from wrong
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Generator[sa.Connection]:
    """One consistent view: nothing that others write meanwhile is seen, and nothing can be written."""
    with _translated(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection
            return
        with connection.begin():
            connection.exec_driver_sql("PRAGMA query_only=ON")
            try:
                yield connection
            finally:
                # The connection goes back to the pool, where a writer may take it.
                connection.exec_driver_sql("PRAGMA query_only=OFF")


def known_still(connection: sa.Connection) -> dict[Any, Any] | None:
    """What was read on this connection of SQLite since the database last changed; None where a database cannot tell.

    SQLite tells by one number that somebody else has written, be it one row, and by another that this connection has.
    Asked first in a transaction, the number belongs to the view that the transaction sees.
    """
    if connection.dialect.name != "sqlite":
        return None
    driver: Any = connection.connection.dbapi_connection
    state = (driver.execute("PRAGMA data_version").fetchone()[0], driver.total_changes)
    known: dict[Any, Any] = connection.info.setdefault(_KNOWN, {})
    if known.get(_STATE) != state or len(known) > _KNOWN_MAX:
        known.clear()
        known[_STATE] = state
    return known


@contextmanager
def writing(engine: sa.Engine) -> Generator[sa.Connection]:
    """One transaction: all of it, or nothing. Raises: StoreUnavailable when the database stays busy or is full."""
    with _translated(), engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def _translated() -> Generator[None]:
    """What a database cannot do now, and what none can keep, as errors of the tree; the rest is a mistake of ours."""
    try:
        yield
    except UnicodeEncodeError as wrong:
        raise _unkept() from wrong
    except exc.DataError as wrong:
        raise _unkept() from wrong
    except (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.TimeoutError) as wrong:
        cause = _cause(wrong)
        if "full" in cause or "No space left" in cause or "disk I/O" in cause:
            raise StoreUnavailable(
                f"the database has no room: {cause}", code="store.full", hint="Free some, ask again."
            ) from wrong
        raise StoreUnavailable(f"the database is busy: {cause}", hint="Try again in a moment.") from wrong
    except exc.DatabaseError as wrong:
        if isinstance(wrong, exc.IntegrityError | exc.ProgrammingError | exc.NotSupportedError):
            raise
        raise StoreUnavailable(
            f"the database is damaged: {_cause(wrong)}", code="store.damaged", hint="Restore it from a backup."
        ) from wrong


def _unkept() -> Invalid:
    return Invalid("A text or a number is one that no database can keep.", code="request.text")


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        check_sqlite(sqlite3.sqlite_version_info)
        engine = sa.create_engine(parsed, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if parsed.get_backend_name() != "postgresql":
        raise StoreUnavailable(
            f"databases of the kind '{parsed.get_backend_name()}' are not supported", hint="Use sqlite or postgresql."
        )
    try:
        return sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=_patience_of(parsed),
            hide_parameters=True,
        )  # fmt: skip
    except ModuleNotFoundError as missing:
        raise StoreUnavailable(
            "the PostgreSQL driver is not installed", hint="pip install 'remixlab[postgres]'"
        ) from missing


def driver_url(url: str) -> sa.URL:
    """The URL with the driver that we speak through."""
    parsed = sa.make_url(url)
    return parsed if parsed.get_backend_name() == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raises: StoreUnavailable when Python was built with a SQLite that is too old."""
    if version < SQLITE_MIN:
        told, needed = (".".join(map(str, v)) for v in (version, SQLITE_MIN))
        raise StoreUnavailable(
            f"this Python has SQLite {told}; {needed} or newer is needed", hint="Use another Python or PostgreSQL."
        )


def _patience_of(url: sa.URL) -> dict[str, Any]:
    """How long PostgreSQL may take to let us in and we wait for another's lock, unless the URL says so itself."""
    waits: dict[str, Any] = {"connect_timeout": _CONNECT_S, "options": f"-c lock_timeout={LOCK_WAIT_S}s"}
    return {name: value for name, value in waits.items() if name not in url.query}


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions of its own: we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes the lock at once: a transaction that has read can then never fail to write.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("select version_num from alembic_version")).scalar()


def _migrate(engine: sa.Engine) -> None:
    from alembic import command  # lazy: only a new or an old database needs it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "remixlab.stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            # Two processes that open a new database at once take turns.
            connection.exec_driver_sql("select pg_advisory_xact_lock(7236817)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _cause(wrong: exc.SQLAlchemyError) -> str:
    """The driver's own words: without the statement, and without what was to be written by it."""
    lines = str(getattr(wrong, "orig", None) or type(wrong).__name__).splitlines()
    return lines[0] if lines else type(wrong).__name__
