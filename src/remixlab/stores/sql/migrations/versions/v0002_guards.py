"""Let the database itself guard what is append-only: the ledger, its plays' money, and the decisions.

A booking is made by inserting its entries first and then the booking, which closes them. Refused on both
engines: a booking that does not balance per currency or has fewer than two entries, a second booking with
the same key, an entry after its booking is closed, a link that does not follow the newest one, and any
change or removal.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

APPEND_ONLY = ("bookings", "entries", "decisions")

UNBALANCED = """
    (select count(*) from entries where booking = new.key) < 2
    or exists (
        select 1 from entries join accounts on accounts.id = entries.account_id
        where entries.booking = new.key group by accounts.currency having sum(entries.micro) <> 0
    )
"""
GENESIS = "0" * 64


def _does_not_follow(table: str) -> str:
    return f"new.previous <> coalesce((select hash from {table} order by seq desc limit 1), '{GENESIS}')"


REFUSALS = {
    "entries": (("exists (select 1 from bookings where key = new.booking)", "the booking is closed"),),
    "bookings": (
        ("exists (select 1 from bookings where key = new.key or seq = new.seq)", "the booking is there already"),
        (UNBALANCED, "the booking does not balance"),
        (_does_not_follow("bookings"), "the booking does not follow the newest one"),
    ),
    "decisions": (
        ("exists (select 1 from decisions where id = new.id or seq = new.seq)", "the decision is there already"),
        (_does_not_follow("decisions"), "the decision does not follow the newest one"),
    ),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _guard_sqlite() -> None:
    for table, refusals in REFUSALS.items():
        for number, (condition, words) in enumerate(refusals):
            op.execute(
                f"create trigger {table}_insert_{number} before insert on {table} when {condition} "
                f"begin select raise(abort, 'remixlab: {words}'); end"
            )
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(
                f"create trigger {table}_{verb} before {verb} on {table} "
                f"begin select raise(abort, 'remixlab: {table} are only ever added to'); end"
            )


def _guard_postgresql() -> None:
    for table, refusals in REFUSALS.items():
        checks = "\n".join(
            f"if {condition} then raise exception 'remixlab: {words}' using errcode = '23514'; end if;"
            for condition, words in refusals
        )
        op.execute(
            f"create function {table}_on_insert() returns trigger language plpgsql as "
            f"$$ begin {checks} return new; end $$"
        )
        op.execute(
            f"create trigger {table}_insert before insert on {table} for each row execute function {table}_on_insert()"
        )
    op.execute(
        "create function only_added_to() returns trigger language plpgsql as $$ begin "
        "raise exception 'remixlab: % are only ever added to', tg_table_name using errcode = '23514'; end $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"create trigger {table}_change before update or delete on {table} "
            "for each row execute function only_added_to()"
        )
        op.execute(
            f"create trigger {table}_empty before truncate on {table} "
            "for each statement execute function only_added_to()"
        )
