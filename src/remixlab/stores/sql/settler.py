"""Settling many plays: DuckDB over Parquet, equal to the exact oracle to the last micro-unit and byte.

Products of a pool and its plays pass 64 bits, so they are HUGEINT; every division is by largest remainder,
ties by key, as in `royalties.split`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Facts, LeftOut, Line, Pool, Settlement
from remixlab.stores.sql.tables import micros

SPOOL_ROWS: Final = 200_000
_DAY_US: Final = 86_400_000_000

_COUNT = """
create temp table asked as
select listener, remix_id, at_us, play_id,
    case when r.id is null then 'unknown_remix'
         when r.withdrawn_at is not null and at_us >= r.withdrawn_at then 'withdrawn'
         when listener = r.maker then 'own_play'
         when length_ms < $length_min_ms then 'too_short' end as reason
from read_parquet($parts) p left join remixes r on r.id = p.remix_id;

create temp table by_day as
select *,
    row_number() over (partition by listener, remix_id, at_us // $day_us order by at_us, play_id) > $per_day_max
        as over_day
from asked where reason is null;

create temp table by_month as
select *, row_number() over (partition by listener order by at_us, play_id) > $per_month_max as over_month
from by_day where not over_day;

create temp table counted as
select listener, remix_id, count(*) as plays from by_month where not over_month group by all;

create temp table held as
select listener, remix_id from (select *, sum(plays) over (partition by remix_id) as whole from counted)
where plays >= $held_plays_min and plays::hugeint * 1000000 > whole::hugeint * $held_share_ppm;

create temp table heard as
select c.*, h.listener is not null as is_held from counted c left join held h using (listener, remix_id);

create temp table played as
select remix_id, is_held, sum(plays)::bigint as plays from heard group by all;
"""

_SPLIT = """
select {keys},
    share + (row_number() over (partition by {group} order by remainder desc, {ties}) <= whole - floored)::bigint
        as micro
from (
    select *, sum(share) over (partition by {group}) as floored from (
        select *, ((whole::hugeint * weight) // total)::bigint as share, (whole::hugeint * weight) % total as remainder
        from (select *, sum(weight) over (partition by {group})::hugeint as total from ({rows}))
    )
)
"""


class DuckSettler:
    """Divides a period's pool in an embedded engine. `folder` holds the plays while they are counted."""

    def __init__(self, folder: Path | None = None, *, threads: int = 2) -> None:
        self.folder = folder
        self.threads = threads

    def __call__(self, period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement:
        """Law: equal to `royalties.settle` of the same."""
        with TemporaryDirectory(dir=self.folder, prefix="settle-") as spool:
            return self.settle_parquet(period, spool_plays(plays, Path(spool)), pool, facts)

    def settle_parquet(self, period: str, parts: Sequence[Path], pool: Pool, facts: Mapping[str, Facts]) -> Settlement:
        """Settle plays that are in Parquet files already (columns play_id, remix_id, listener, at_us, length_ms)."""
        import duckdb  # lazy: only settling needs it

        with duckdb.connect(":memory:", config={"threads": self.threads}) as connection:
            _load_facts(connection, facts, pool)
            _count(connection, parts, pool)
            _allocate(connection, pool)
            return _collect(connection, period, pool)


def spool_plays(plays: Iterable[Play], folder: Path) -> list[Path]:
    """Write plays to Parquet, a part at a time; the parts. Plays are never all in memory."""
    import duckdb  # lazy

    parts: list[Path] = []
    remaining = iter(plays)
    with duckdb.connect(":memory:") as connection:
        while (batch := list(islice(remaining, SPOOL_ROWS))) or not parts:
            part = folder / f"plays-{len(parts):05d}.parquet"
            columns = {
                "play_id": np.array([p.play_id for p in batch], dtype=object),
                "remix_id": np.array([p.remix_id for p in batch], dtype=object),
                "listener": np.array([p.listener for p in batch], dtype=object),
                "at_us": np.array([micros(p.at) for p in batch], dtype=np.int64),
                "length_ms": np.array([p.length_ms for p in batch], dtype=np.int64),
            }
            connection.register("batch", columns)
            # An empty batch has no text to tell the type of its columns by.
            names = ("play_id", "remix_id", "listener")
            typed = f"select {', '.join(f'{name}::varchar as {name}' for name in names)}, at_us, length_ms from batch"
            connection.sql(typed).write_parquet(str(part))
            connection.unregister("batch")
            parts.append(part)
    return parts


def _load_facts(connection: Any, facts: Mapping[str, Facts], pool: Pool) -> None:
    connection.execute("create temp table remixes (id varchar, maker varchar, withdrawn_at bigint, disputed boolean)")
    connection.execute("create temp table pays (remix_id varchar, role varchar, party_id varchar, ppm bigint)")
    connection.execute("create temp table fees (listener varchar, micro bigint)")
    rows = [
        (f.remix_id, f.maker, None if f.withdrawn_at is None else micros(f.withdrawn_at), f.disputed)
        for f in facts.values()
    ]
    _insert(connection, "remixes", rows)
    _insert(
        connection,
        "pays",
        [(f.remix_id, line.role, line.party_id, line.ppm) for f in facts.values() for line in f.pays],
    )
    _insert(connection, "fees", list(pool.fees_micro.items()))


def _insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    columns = {f"c{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}
    names = ", ".join(f"unnest($c{place})" for place in range(len(columns)))
    connection.execute(f"insert into {table} select {names}", columns)


def _count(connection: Any, parts: Sequence[Path], pool: Pool) -> None:
    rules = pool.counting
    values: dict[str, Any] = {
        "parts": [str(part) for part in parts],
        "day_us": _DAY_US,
        "length_min_ms": rules.length_min_ms,
        "per_day_max": rules.per_day_max,
        "per_month_max": rules.per_month_max,
        "held_plays_min": rules.held_plays_min,
        "held_share_ppm": rules.held_share_ppm,
    }
    for statement in filter(str.strip, _COUNT.split(";")):
        connection.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})


def _allocate(connection: Any, pool: Pool) -> None:
    """What each remix earned, then what each of its lines gets."""
    match pool.method:
        case "per-play":
            earned = f"select remix_id, is_held, plays, plays * {pool.play_micro} as micro from played"
        case "pro-rata":
            rows = f"select *, plays as weight, {pool.amount_micro}::bigint as whole, 1 as one from played"
            earned = _SPLIT.format(keys="remix_id, is_held, plays", group="one", ties="remix_id, is_held", rows=rows)
        case "user-centric":
            rows = f"select h.*, plays as weight, coalesce(f.micro, {pool.fee_micro}::bigint) as whole "
            rows += "from heard h left join fees f using (listener)"
            spent = _SPLIT.format(
                keys="listener, remix_id, is_held, plays", group="listener", ties="remix_id", rows=rows
            )
            earned = "select remix_id, is_held, sum(plays)::bigint as plays, sum(micro)::bigint as micro "
            earned += f"from ({spent}) group by all"
    connection.execute(f"create temp table earned as {earned}")
    rows = """select e.remix_id, e.plays, p.role, p.party_id, p.ppm as weight, e.micro as whole
              from earned e join remixes r on r.id = e.remix_id join pays p on p.remix_id = e.remix_id
              where not e.is_held and not r.disputed and e.micro > 0"""
    parts = _SPLIT.format(keys="remix_id, role, party_id, plays", group="remix_id", ties="role, party_id", rows=rows)
    unspent = "select coalesce(sum(micro), 0)::bigint from fees where listener not in (select listener from counted)"
    if pool.method == "pro-rata":
        unspent = f"select case when exists (select 1 from played) then 0 else {pool.amount_micro}::bigint end"
    elif pool.method == "per-play":
        unspent = "select 0"
    connection.execute(
        f"""create temp table lines as
        select 0 as kind, remix_id, role, party_id, plays, micro from ({parts})
        union all select 0, e.remix_id, 'held', 'suspense:disputed', e.plays, e.micro
            from earned e join remixes r on r.id = e.remix_id where not e.is_held and r.disputed
        union all select 1, remix_id, 'held', 'suspense:fraud_hold', plays, micro from earned where is_held
        union all select 2, '', 'held', 'suspense:unspent', 0, ({unspent})"""
    )


def _collect(connection: Any, period: str, pool: Pool) -> Settlement:
    order = "select remix_id, role, party_id, plays, micro from lines where micro > 0 "
    order += "order by kind = 2, remix_id, kind, role, party_id"
    lines = tuple(Line(*row) for row in connection.execute(order).fetchall())
    reasons = dict(
        connection.execute("select reason, count(*) from asked where reason is not null group by reason").fetchall()
    )
    asked, day, month, counted, held = (
        int(connection.execute(query).fetchone()[0])
        for query in (
            "select count(*) from asked",
            "select count(*) from by_day where over_day",
            "select count(*) from by_month where over_month",
            "select coalesce(sum(plays), 0) from counted",
            "select coalesce(sum(plays), 0) from heard where is_held",
        )
    )
    left_out = {**reasons, LeftOut.DAY.value: day, LeftOut.MONTH.value: month}
    return Settlement(
        period=period,
        pool=pool.name,
        method=pool.method,
        currency=pool.currency,
        plays=asked,
        counted_plays=counted,
        left_out={reason.value: left_out[reason.value] for reason in LeftOut if left_out.get(reason.value)},
        held_plays=held,
        total_micro=sum(line.micro for line in lines),
        lines=lines,
        pool_digest=pool.digest,
    )
