"""Settling many plays: DuckDB in memory, equal to the exact oracle to the last micro-unit and byte.

Products of a pool and its plays pass 64 bits, so they are HUGEINT; every division is by largest remainder, ties by key,
as in `royalties.split`. Remixes and listeners are numbers here; a remix's number is its place among all by id, so that
ties fall as they do by id. Nothing is written to a disk: a settlement that is killed leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np

from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Facts, LeftOut, Line, Pool, Settlement
from remixlab.stores.sql.tables import EPOCH, micros

BATCH_ROWS: Final = 200_000
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY_US: Final = 86_400_000_000

_ASKED = """
create temp table asked as
select p.*, {version} as version, at_us // $day_us as day,
    case when r.id is null then 'unknown_remix'
         when r.withdrawn_at is not null and at_us >= r.withdrawn_at then 'withdrawn'
         when p.listener = r.maker then 'own_play'
         when length_ms < $length_min_ms then 'too_short' end as reason
from plays p left join remixes r on r.id = p.remix;
"""

_VERSION = """coalesce((select max(v.version) from pays_from v where v.remix = p.remix and v.since_us <= p.at_us
    and (v.territory is null or v.territory = p.territory)), 0)"""
"""Which of a remix's pay lines a play falls under; asked only where there is a remix with more than one."""

# A cap keeps the earliest plays, ties by id. Hardly anybody reaches one, so that only those few are put in order.
_CROWDS = """
create temp table busy_days as
select listener, remix, day from asked where reason is null group by all having count(*) > $per_day_max;

create temp table busy_months as
select listener from asked where reason is null group by all having count(*) > $per_month_max;

create temp table crowd as
select n from asked semi join busy_days using (listener, remix, day) where reason is null
union select n from asked semi join busy_months using (listener) where reason is null;
"""

_COUNT = """
create temp table over_day as
select n from (
    select n, row_number() over (partition by listener, remix, day order by at_us, play_id) as place
    from asked semi join busy_days using (listener, remix, day) join ids using (n) where reason is null
) where place > $per_day_max;

create temp table over_month as
select n from (
    select n, row_number() over (partition by listener order by at_us, play_id) as place
    from asked semi join busy_months using (listener) join ids using (n) anti join over_day using (n)
    where reason is null
) where place > $per_month_max;

create temp table by_version as
select listener, remix, version, count(*) as plays
from asked anti join over_day using (n) anti join over_month using (n) where reason is null group by all;

create temp table counted as select listener, remix, sum(plays)::bigint as plays from by_version group by all;

create temp table held as
select listener, remix from (select *, sum(plays) over (partition by remix) as whole from counted)
where plays >= $held_plays_min and plays::hugeint * 1000000 > whole::hugeint * $held_share_ppm;

create temp table heard as
select c.*, h.listener is not null as is_held from counted c left join held h using (listener, remix);

create temp table played as
select remix, is_held, sum(plays)::bigint as plays from heard group by all;
"""

_SPLIT = """
select {keys},
    share + (row_number() over (partition by {group} order by remainder desc, {ties}) <= whole - floored)::hugeint
        as micro
from (
    select *, sum(share) over (partition by {group}) as floored from (
        select *, (whole::hugeint * weight) // total as share, (whole::hugeint * weight) % total as remainder
        from (select *, sum(weight) over (partition by {group})::hugeint as total from ({rows}))
    )
)
"""


class DuckSettler:
    """Divides a period's pool in an embedded engine."""

    def __init__(self, *, threads: int = 2) -> None:
        self.threads = threads

    def __call__(self, period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement:
        """Law: equal to `royalties.settle` of the same."""
        import duckdb  # lazy: only settling needs it

        remixes = {remix: number for number, remix in enumerate(sorted(facts))}
        # Without a folder for what does not fit, nothing is ever spilled to a disk.
        with duckdb.connect(":memory:", config={"threads": self.threads, "temp_directory": ""}) as connection:
            has_versions = any(fact.later for fact in facts.values())
            loaded = _load_plays(connection, plays, remixes, with_territories=has_versions)
            _load_facts(connection, facts, pool, remixes, loaded.listeners)
            _count(connection, pool, loaded.ids, has_versions=has_versions)
            _allocate(connection, pool)
            return _collect(connection, period, pool, sorted(facts))


class Loaded(NamedTuple):
    """Every listener's number, and the ids of the plays by their number."""

    listeners: dict[str, int]
    ids: list[str]


def _load_plays(
    connection: Any, plays: Iterable[Play], remixes: Mapping[str, int], *, with_territories: bool
) -> Loaded:
    """Bring the plays in, a batch at a time, as numbers; of them, only their ids stay in Python's memory."""
    connection.execute(
        "create temp table plays (n bigint, remix integer, listener integer, at_us bigint, length_ms bigint, "
        "territory varchar)"
    )
    loaded = Loaded({}, [])
    listeners, remaining = loaded.listeners, iter(plays)
    while batch := list(islice(remaining, BATCH_ROWS)):
        first, count = len(loaded.ids), len(batch)
        loaded.ids.extend([p.play_id for p in batch])
        columns = {
            "n": np.arange(first, first + count),
            "remix": np.fromiter([remixes.get(p.remix_id, -1) for p in batch], np.int32, count),
            "listener": np.fromiter([listeners.setdefault(p.listener, len(listeners)) for p in batch], np.int32, count),
            "at_us": np.fromiter([(p.at - EPOCH) // _MICROSECOND for p in batch], np.int64, count),
            "length_ms": np.fromiter([p.length_ms for p in batch], np.int64, count),
        }
        if with_territories:
            columns["territory"] = np.array([p.territory for p in batch], dtype=object)
        connection.register("batch", columns)
        connection.execute(f"insert into plays select *{'' if with_territories else ', null'} from batch")
        connection.unregister("batch")
    return loaded


def _load_facts(
    connection: Any, facts: Mapping[str, Facts], pool: Pool, remixes: Mapping[str, int], listeners: dict[str, int]
) -> None:
    connection.execute("create temp table remixes (id integer, maker integer, withdrawn_at bigint, disputed boolean)")
    connection.execute("create temp table pays (remix integer, version integer, role text, party text, ppm bigint)")
    connection.execute("create temp table pays_from (remix integer, version integer, since_us bigint, territory text)")
    connection.execute("create temp table fees (listener integer, micro bigint)")
    rows, lines, versions = list[tuple[Any, ...]](), list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for fact in facts.values():
        number = remixes[fact.remix_id]
        withdrawn_at = None if fact.withdrawn_at is None else micros(fact.withdrawn_at)
        rows.append((number, listeners.get(fact.maker, -1), withdrawn_at, fact.disputed))
        for version, pays in enumerate((fact.pays, *(later.pays for later in fact.later))):
            lines += [(number, version, line.role, line.party_id, line.ppm) for line in pays]
        for version, later in enumerate(fact.later, start=1):
            versions.append((number, version, micros(later.since), later.territory))
    _insert(connection, "remixes", rows)
    _insert(connection, "pays", lines)
    _insert(connection, "pays_from", versions)
    fees = enumerate(pool.fees_micro.items())
    _insert(connection, "fees", [(listeners.get(who, -1 - place), micro) for place, (who, micro) in fees])


def _insert(connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    columns = {f"c{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}
    names = ", ".join(f"unnest($c{place})" for place in range(len(columns)))
    connection.execute(f"insert into {table} select {names}", columns)


def _count(connection: Any, pool: Pool, ids: Sequence[str], *, has_versions: bool) -> None:
    rules = pool.counting
    values: dict[str, Any] = {
        "day_us": _DAY_US,
        "length_min_ms": rules.length_min_ms,
        "per_day_max": rules.per_day_max,
        "per_month_max": rules.per_month_max,
        "held_plays_min": rules.held_plays_min,
        "held_share_ppm": rules.held_share_ppm,
    }
    _run(connection, _ASKED.format(version=_VERSION if has_versions else "0") + _CROWDS, values)
    crowd = connection.execute("select n from crowd").fetchnumpy()["n"]
    connection.execute("create temp table ids (n bigint, play_id varchar)")
    if len(crowd):
        named = {"n": crowd, "play_id": np.array([ids[n] for n in crowd.tolist()], dtype=object)}
        connection.register("named", named)
        connection.execute("insert into ids select * from named")
        connection.unregister("named")
    _run(connection, _COUNT, values)


def _run(connection: Any, script: str, values: Mapping[str, Any]) -> None:
    for statement in filter(str.strip, script.split(";")):
        connection.execute(statement, {name: value for name, value in values.items() if f"${name}" in statement})


def _allocate(connection: Any, pool: Pool) -> None:
    """What each remix earned, then what each of its lines gets."""
    connection.execute(f"create temp table earned as {_earned(pool)}")
    # A remix whose owners changed within the month: its money goes by the plays under each division.
    rows = """select e.remix, v.version, v.plays, v.plays as weight, e.micro as whole
              from earned e join remixes r on r.id = e.remix join (
                  select remix, version, sum(plays)::bigint as plays from by_version
                  anti join held using (listener, remix) group by all
              ) v on v.remix = e.remix where not e.is_held and not r.disputed and e.micro > 0"""
    connection.execute(
        "create temp table due as "
        + _SPLIT.format(keys="remix, version, plays", group="remix", ties="version", rows=rows)
    )
    rows = """select d.remix, d.version, d.plays, p.role, p.party, p.ppm as weight, d.micro as whole
              from due d join pays p using (remix, version)"""
    keys, ties = "remix, version, role, party, plays", "role, party"
    parts = _SPLIT.format(keys=keys, group="remix, version", ties=ties, rows=rows)
    connection.execute(
        f"""create temp table lines as
        select 0 as kind, remix, role, party, sum(plays)::bigint as plays, sum(micro)::hugeint as micro
            from ({parts}) group by remix, role, party
        union all select 0, e.remix, 'held', 'suspense:disputed', e.plays, e.micro
            from earned e join remixes r on r.id = e.remix where not e.is_held and r.disputed
        union all select 1, remix, 'held', 'suspense:fraud_hold', plays, micro from earned where is_held
        union all select 2, -1, 'held', 'suspense:unspent', 0, ({_unspent(pool)})"""
    )


def _earned(pool: Pool) -> str:
    match pool.method:
        case "per-play":
            return f"select remix, is_held, plays, plays::hugeint * {pool.play_micro} as micro from played"
        case "pro-rata":
            rows = f"select *, plays as weight, {pool.amount_micro}::bigint as whole, 1 as one from played"
            return _SPLIT.format(keys="remix, is_held, plays", group="one", ties="remix, is_held", rows=rows)
        case "user-centric":
            rows = f"select h.*, plays as weight, coalesce(f.micro, {pool.fee_micro}::bigint) as whole "
            rows += "from heard h left join fees f using (listener)"
            keys = "listener, remix, is_held, plays"
            spent = _SPLIT.format(keys=keys, group="listener", ties="remix", rows=rows)
            sums = "sum(plays)::bigint as plays, sum(micro)::hugeint as micro"
            return f"select remix, is_held, {sums} from ({spent}) group by all"


def _unspent(pool: Pool) -> str:
    match pool.method:
        case "per-play":
            return "select 0"
        case "pro-rata":
            return f"select case when exists (select 1 from played) then 0 else {pool.amount_micro}::bigint end"
        case "user-centric":
            silent = "from fees where listener not in (select listener from counted)"
            return f"select coalesce(sum(micro), 0)::hugeint {silent}"


def _collect(connection: Any, period: str, pool: Pool, remixes: Sequence[str]) -> Settlement:
    order = "select remix, role, party, plays, micro from lines where micro > 0 "
    order += "order by kind = 2, remix, kind, role, party"
    lines = tuple(
        Line(remixes[int(number)] if number >= 0 else "", role, party, plays, micro)
        for number, role, party, plays, micro in connection.execute(order).fetchall()
    )
    reasons = dict(
        connection.execute("select reason, count(*) from asked where reason is not null group by reason").fetchall()
    )
    asked, day, month, counted, held = (
        int(connection.execute(query).fetchone()[0])
        for query in (
            "select count(*) from asked",
            "select count(*) from over_day",
            "select count(*) from over_month",
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
