"""What processes that work together tell each other: that they are there, and how far their jobs are.

Not records: nothing here outlives the work, and everything is lost without harm. So the tables stand beside the
registry's and are made where they are missing, in a file of their own where the registry is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite

from remixlab.domain.errors import StoreUnavailable
from remixlab.stores.sql.engine import driver_url

_TABLES: Final = sa.MetaData()
_PROCESSES: Final = sa.Table(
    "work_processes",
    _TABLES,
    sa.Column("executor_id", sa.Text, primary_key=True),
    sa.Column("takes", sa.Boolean, nullable=False),
    sa.Column("beat_at", sa.Float, nullable=False),
)
_EVENTS: Final = sa.Table(
    "work_events",
    _TABLES,
    sa.Column("job_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("told_at", sa.Float, nullable=False),
)
_COUNTERS: Final = sa.Table(
    "work_counters",
    _TABLES,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("ends_at", sa.Float, nullable=False),
)
_LOCK: Final = 7236818
_WAIT_S: Final = 2


class Told(NamedTuple):
    """One line of a job's progress."""

    number: int
    stage: str
    share: float


class SqlWork:
    """Heartbeats and progress. Time is the database's, so that clocks of machines need not agree.

    Raises: StoreUnavailable, from every method.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._made: sa.Engine | None = None

    # ------------------------------------------------------------ heartbeats

    def beat(self, executor_id: str, *, takes: bool) -> None:
        """Say that a process lives, and whether it takes jobs."""
        with self._begin() as connection:
            row = {"takes": takes, "beat_at": self._now(connection)}
            where = _PROCESSES.c.executor_id == executor_id
            if not connection.execute(_PROCESSES.update().where(where).values(row)).rowcount:
                connection.execute(_PROCESSES.insert().values(executor_id=executor_id, **row))

    def leave(self, executor_id: str) -> None:
        with self._begin() as connection:
            connection.execute(_PROCESSES.delete().where(_PROCESSES.c.executor_id == executor_id))

    def living(self, within_s: float) -> dict[str, bool]:
        """The processes that were heard of so recently, and whether each takes jobs."""
        with self._begin() as connection:
            since = self._now(connection) - within_s
            rows = connection.execute(sa.select(_PROCESSES).where(_PROCESSES.c.beat_at > since)).all()
        return {row.executor_id: bool(row.takes) for row in rows}

    # ------------------------------------------------------------ progress

    def tell(self, job_id: str, told: Iterable[Told]) -> None:
        """Write lines of a job; one that was written before stays as it is."""
        with self._begin() as connection:
            now = self._now(connection)
            newest = connection.scalar(sa.select(sa.func.max(_EVENTS.c.number)).where(_EVENTS.c.job_id == job_id)) or 0
            rows = [{"job_id": job_id, **line._asdict(), "told_at": now} for line in told if line.number > newest]
            if rows:
                connection.execute(_EVENTS.insert(), rows)

    def told(self, job_id: str, after: int) -> list[Told]:
        query = (
            sa.select(_EVENTS.c.number, _EVENTS.c.stage, _EVENTS.c.share)
            .where((_EVENTS.c.job_id == job_id) & (_EVENTS.c.number > after))
            .order_by(_EVENTS.c.number)
        )
        with self._begin() as connection:
            return [Told(row.number, row.stage, row.share) for row in connection.execute(query)]

    # ------------------------------------------------------------ counters

    def count(self, name: str, amount: int, lasts_s: float) -> tuple[int, float]:
        """Add to a counter, begun anew when its time is over; what it stands at, and in how many seconds it ends."""
        with self._begin() as connection:
            now = self._now(connection)
            ends, is_over = now + lasts_s, _COUNTERS.c.ends_at <= now
            engine = postgresql if connection.dialect.name == "postgresql" else sqlite
            new = engine.insert(_COUNTERS).values(name=name, count=amount, ends_at=ends)
            counted = new.on_conflict_do_update(
                index_elements=["name"],
                set_={
                    "count": sa.case((is_over, amount), else_=_COUNTERS.c.count + amount),
                    "ends_at": sa.case((is_over, ends), else_=_COUNTERS.c.ends_at),
                },
            ).returning(_COUNTERS.c.count, _COUNTERS.c.ends_at)
            row = connection.execute(counted).one()
            return int(row[0]), float(row[1]) - now

    def counted(self, name: str) -> tuple[int, float]:
        """What a counter stands at, and in how many seconds it ends; nothing and none where its time is over."""
        with self._begin() as connection:
            now = self._now(connection)
            asked = sa.select(_COUNTERS.c.count, _COUNTERS.c.ends_at).where(_COUNTERS.c.name == name)
            found = connection.execute(asked).first()
        return (int(found[0]), float(found[1]) - now) if found is not None and found[1] > now else (0, 0.0)

    def reset(self, name: str | None = None) -> None:
        """Begin a counter anew, or all of them."""
        with self._begin() as connection:
            connection.execute(
                _COUNTERS.delete() if name is None else _COUNTERS.delete().where(_COUNTERS.c.name == name)
            )

    def forget(self, older_than_s: float) -> None:
        """Let go of progress and processes that nobody has heard of for so long."""
        with self._begin() as connection:
            since = self._now(connection) - older_than_s
            connection.execute(_EVENTS.delete().where(_EVENTS.c.told_at < since))
            connection.execute(_PROCESSES.delete().where(_PROCESSES.c.beat_at < since))
            connection.execute(_COUNTERS.delete().where(_COUNTERS.c.ends_at < since))

    def close(self) -> None:
        made, self._made = self._made, None
        if made is not None:
            made.dispose()

    # ------------------------------------------------------------ the database

    def _begin(self) -> _Translated:
        return _Translated(self)

    def engine(self) -> sa.Engine:
        """The engine, opened and its tables made at the first question."""
        if self._made is None:
            engine = _open(self._url)
            with engine.begin() as connection:
                if engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")
                _TABLES.create_all(connection)
            self._made = engine
        return self._made

    @staticmethod
    def _now(connection: sa.Connection) -> float:
        if connection.dialect.name == "postgresql":
            return float(connection.exec_driver_sql("select extract(epoch from clock_timestamp())").scalar_one())
        return float(connection.exec_driver_sql("select (julianday('now') - 2440587.5) * 86400.0").scalar_one())


class _Translated:
    """One short transaction; what the database says is an error of the tree."""

    def __init__(self, work: SqlWork) -> None:
        self._work = work

    def __enter__(self) -> sa.Connection:
        try:
            self._opened = self._work.engine().begin()
            return self._opened.__enter__()
        except exc.SQLAlchemyError as wrong:
            raise _unreachable() from wrong

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, trace: object) -> None:
        try:
            self._opened.__exit__(kind, wrong, trace)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        except exc.SQLAlchemyError as failed:
            raise _unreachable() from failed
        if isinstance(wrong, exc.SQLAlchemyError):
            raise _unreachable() from wrong


def _open(url: str) -> sa.Engine:
    parsed = driver_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(
            parsed, pool_pre_ping=True, pool_size=2, connect_args={"connect_timeout": _WAIT_S}, hide_parameters=True
        )
    engine = sa.create_engine(parsed, connect_args={"timeout": _WAIT_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _quick(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:  # pyright: ignore[reportUnusedFunction]
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=OFF")  # lost without harm, so nothing waits for the disk
        cursor.close()

    return engine


def _unreachable() -> StoreUnavailable:
    return StoreUnavailable("What the processes tell each other cannot be read or written.", hint="Look at the disk.")
