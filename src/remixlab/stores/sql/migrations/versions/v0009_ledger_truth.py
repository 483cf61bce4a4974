"""Let the ledger hold what nobody can bend: entries written by the database itself, heads of chains, accounts for good.

A booking is inserted alone; the database reads its entries from its body, so that no entry can be without its booking
or say something else. The newest link and the length of every chain are kept apart, so that a cut tail shows.
"""

import sqlalchemy as sa
from alembic import op

from remixlab.stores.sql.migrations.guards import only_added_to, refuse, then, whole_numbers

revision = "0009"
down_revision = "0008"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
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
    _make_splits()
    _make_disputes()
    _make_isrcs()
    _make_features()
    for number in ("ipi", "isni"):
        op.create_index(op.f(f"ix_parties_{number}"), "parties", [number], unique=False)
    op.add_column("parties", sa.Column("named_by", sa.Text(), nullable=False, server_default=""))


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
        sa.Column("seq", SERIAL, nullable=False),
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


# ---------------------------------------------------------------- shares that are superseded, never rewritten


def _make_splits() -> None:
    op.create_table(
        "splits",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("asset_kind", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("territories", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_splits")),
        sa.CheckConstraint("asset_kind in ('recording', 'work')", name=op.f("ck_splits_asset_kind")),
    )
    op.create_index(op.f("ix_splits_asset_kind_splits_asset_id"), "splits", ["asset_kind", "asset_id"], unique=False)
    op.create_table(
        "split_shares",
        sa.Column("split", SERIAL, nullable=False, autoincrement=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["split"], ["splits.seq"], name=op.f("fk_split_shares_split")),
        sa.PrimaryKeyConstraint("split", "party_id", name=op.f("pk_split_shares")),
        sa.CheckConstraint("ppm between 1 and 1000000", name=op.f("ck_split_shares_ppm")),
    )
    op.create_index(op.f("ix_split_shares_party_id"), "split_shares", ["party_id"], unique=False)
    op.execute(
        'insert into splits (asset_kind, asset_id, "right", territories, said_by) '
        """select distinct asset_kind, asset_id, "right", '', '' from shares"""
    )
    op.execute(
        "insert into split_shares (split, party_id, ppm) select s.seq, o.party_id, o.ppm from shares o join splits s "
        'on s.asset_kind = o.asset_kind and s.asset_id = o.asset_id and s."right" = o."right"'
    )
    op.drop_table("shares")
    op.execute(
        'create view shares as select s.asset_kind, s.asset_id, s."right", o.party_id, o.ppm '
        "from splits s join split_shares o on o.split = s.seq where s.territories = '' and not exists ("
        "select 1 from splits n where n.asset_kind = s.asset_kind and n.asset_id = s.asset_id "
        """and n."right" = s."right" and n.territories = '' and n.seq > s.seq)"""
    )
    only_added_to("splits", ("seq",))
    only_added_to("split_shares", ("split", "party_id"))
    whole_numbers("splits", "since", "said_at")
    whole_numbers("split_shares", "split", "ppm")


def _make_disputes() -> None:
    op.create_table(
        "disputes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("asset_kind", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
    )
    op.create_index(
        op.f("ix_disputes_asset_kind_disputes_asset_id"), "disputes", ["asset_kind", "asset_id"], unique=False
    )
    op.create_table(
        "resolutions",
        sa.Column("dispute_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_resolutions_dispute_id")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_resolutions")),
    )
    only_added_to("disputes", ("id",))
    only_added_to("resolutions", ("dispute_id",))


def _make_isrcs() -> None:
    """A code belongs to the recording of the catalogue that had it first, and never to somebody's own upload."""
    op.create_table(
        "isrcs",
        sa.Column("isrc", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_isrcs_recording_id")),
        sa.PrimaryKeyConstraint("isrc", name=op.f("pk_isrcs")),
    )
    op.create_index(op.f("ix_isrcs_recording_id"), "isrcs", ["recording_id"], unique=False)
    op.execute(
        "insert into isrcs (isrc, recording_id) select isrc, min(id) from recordings "
        "where isrc is not null and attested_by is null group by isrc"
    )
    only_added_to("isrcs", ("isrc",))


def _make_features() -> None:
    op.create_table(
        "recording_features",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_features_recording_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_recording_features_party_id")),
        sa.PrimaryKeyConstraint("recording_id", "party_id", name=op.f("pk_recording_features")),
    )
    op.create_index(op.f("ix_recording_features_party_id"), "recording_features", ["party_id"], unique=False)
