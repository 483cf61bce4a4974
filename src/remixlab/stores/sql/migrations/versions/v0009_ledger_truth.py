"""Let the ledger hold what nobody can bend: entries written by the database itself, heads of chains, accounts for good.

A booking is inserted alone; the database reads its entries from its body, so that no entry can be without its booking
or say something else. The newest link and the length of every chain are kept apart, so that a cut tail shows.
"""

import sqlalchemy as sa
from alembic import op

from remixlab.stores.sql.migrations.guards import only_added_to, refuse, then, whole_numbers

revision = "0009"
down_revision = "0008"

CHAINS = ("bookings", "decisions", "audit")
GENESIS = "0" * 64
MICROS_MAX = 2**53 - 1


def upgrade() -> None:
    _make_heads()
    if op.get_bind().dialect.name == "postgresql":
        _read_entries_postgresql()
    else:
        _read_entries_sqlite()
    _close_entries()
    refuse("bookings", "digest", "length(new.hash) <> 64", "a link has the digest of its body")
    _keep_heads()
    _place_plays()
    only_added_to("accounts", ("id",), ("code", "currency"))
    only_added_to("settlements", ("period", "pool"))
    whole_numbers("settlements", "total_micro")
    whole_numbers("accounts", "id")


# ---------------------------------------------------------------- heads of chains


def _make_heads() -> None:
    heads = op.create_table(
        "heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_heads")),
    )
    for chain in CHAINS:
        length = op.get_bind().scalar(sa.text(f"select count(*) from {chain}"))
        newest = op.get_bind().scalar(sa.text(f"select hash from {chain} order by seq desc limit 1"))
        op.bulk_insert(heads, [{"chain": chain, "length": length, "hash": newest or GENESIS}])


def _keep_heads() -> None:
    """A head moves only with its chain, one link at a time."""
    follows = " or ".join(
        f"(new.chain = '{chain}' and exists (select 1 from {chain} where seq = (select max(seq) from {chain}) "
        "and hash = new.hash and previous = old.hash))"
        for chain in CHAINS
    )
    moved = f"not (new.chain = old.chain and new.length = old.length + 1 and ({follows}))"
    refuse("heads", "moved", moved, "a head follows its chain", verb="update")
    refuse("heads", "added", "1 = 1", "there is one head for each chain")
    refuse("heads", "removed", "1 = 1", "there is one head for each chain", verb="delete")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create trigger heads_empty before truncate on heads for each statement execute function only_added_to()"
        )
    for chain in CHAINS[1:]:
        then(chain, "head", f"update heads set length = length + 1, hash = new.hash where chain = '{chain}'")


# ---------------------------------------------------------------- entries are read from their booking


def _close_entries() -> None:
    """An entry is written while its booking is the newest and not yet the head of its chain: by the database alone."""
    closed = (
        "not exists (select 1 from bookings join heads on heads.chain = 'bookings' "
        "where bookings.key = new.booking and bookings.previous = heads.hash)"
    )
    refuse("entries", "alone", closed, "entries are written with their booking")
    whole_numbers("entries", "micro", "place")


def _read_entries_sqlite() -> None:
    op.execute("drop trigger entries_insert_0")
    op.execute("drop trigger bookings_insert_1")
    body = "(case when json_valid(new.body) then new.body else '{}' end)"
    each = f"json_each({body}, '$.entries')"
    amount, account = "json_extract(value, '$[1]')", "json_extract(value, '$[0]')"
    refuse("bookings", "few", f"(select count(*) from {each}) < 2", "a booking has at least two entries")
    unfit = (
        "json_type(value, '$[0]') is not 'text' or json_type(value, '$[1]') is not 'integer' "
        f"or {amount} = 0 or {amount} not between -{MICROS_MAX} and {MICROS_MAX}"
    )
    refuse("bookings", "unfit", f"exists (select 1 from {each} where {unfit})", "money is whole micro-units")
    refuse("bookings", "sum", f"(select sum({amount}) from {each}) <> 0", "the booking does not balance")
    known = f"exists (select 1 from accounts where code = {account} and currency = json_extract({body}, '$.currency'))"
    refuse("bookings", "unknown", f"exists (select 1 from {each} where not {known})", "there is no such account")
    refuse("bookings", "other", f"json_extract({body}, '$.key') is not new.key", "the body is of another booking")
    then(
        "bookings",
        "entries",
        "insert into entries (booking, place, account_id, micro) select new.key, e.key, a.id, "
        "json_extract(e.value, '$[1]') from json_each(new.body, '$.entries') e join accounts a "
        "on a.code = json_extract(e.value, '$[0]') and a.currency = json_extract(new.body, '$.currency')",
        "update heads set length = length + 1, hash = new.hash where chain = 'bookings'",
    )


def _read_entries_postgresql() -> None:
    op.execute("drop trigger entries_insert on entries")
    op.execute("drop function entries_on_insert()")
    each = "jsonb_array_elements(coalesce(new.body::jsonb -> 'entries', '[]'::jsonb)) e"
    unfit = (
        "jsonb_typeof(e) <> 'array' or jsonb_typeof(e -> 0) is distinct from 'string' "
        "or jsonb_typeof(e -> 1) is distinct from 'number' "
        f"or (e ->> 1)::numeric not between -{MICROS_MAX} and {MICROS_MAX} "
        "or (e ->> 1) !~ '^-?[1-9][0-9]*$'"
    )
    known = "exists (select 1 from accounts a where a.code = e ->> 0 and a.currency = new.body::jsonb ->> 'currency')"
    refusals = (
        ("exists (select 1 from bookings where key = new.key or seq = new.seq)", "the booking is there already"),
        (
            f"new.previous <> coalesce((select hash from bookings order by seq desc limit 1), '{GENESIS}')",
            "the booking does not follow the newest one",
        ),
        (f"(select count(*) from {each}) < 2", "a booking has at least two entries"),
        (f"exists (select 1 from {each} where {unfit})", "money is whole micro-units"),
        (f"(select sum((e ->> 1)::numeric) from {each}) <> 0", "the booking does not balance"),
        (f"exists (select 1 from {each} where not {known})", "there is no such account"),
        ("new.body::jsonb ->> 'key' is distinct from new.key", "the body is of another booking"),
    )
    checks = "\n".join(
        f"if {condition} then raise exception 'remixlab: {words}' using errcode = '23514'; end if;"
        for condition, words in refusals
    )
    op.execute(
        "create or replace function bookings_on_insert() returns trigger language plpgsql as "
        f"$$ begin {checks} return new; end $$"
    )
    then(
        "bookings",
        "entries",
        "insert into entries (booking, place, account_id, micro) select new.key, e.place - 1, a.id, "
        "(e.line ->> 1)::bigint from jsonb_array_elements(new.body::jsonb -> 'entries') "
        "with ordinality as e (line, place) join accounts a "
        "on a.code = e.line ->> 0 and a.currency = new.body::jsonb ->> 'currency'",
        "update heads set length = length + 1, hash = new.hash where chain = 'bookings'",
    )


# ---------------------------------------------------------------- plays


def _place_plays() -> None:
    """A play belongs to a month, which is a later one than its own where that is settled; and to one stream."""
    op.add_column("plays", sa.Column("counts_at", sa.BigInteger(), nullable=True))
    op.add_column("plays", sa.Column("stream", sa.Text(), nullable=True))
    op.execute("update plays set counts_at = at")
    op.create_index(op.f("ix_plays_counts_at"), "plays", ["counts_at"], unique=False)
    op.create_index(op.f("ix_plays_listener_plays_at"), "plays", ["listener", "at"], unique=False)
    op.create_index(op.f("ix_plays_stream"), "plays", ["stream"], unique=True)
    op.create_table(
        "streamed",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_streamed")),
    )
    op.create_index(op.f("ix_streamed_stream"), "streamed", ["stream"], unique=False)
    only_added_to("plays", ("id",), ("stream",))
    whole_numbers("plays", "length_ms", "at", "counts_at")
    only_added_to("streamed", ("seq",))
    whole_numbers("streamed", "first", "last", "size", "at")
