"""Guards that a migration hands to the database itself: tables that are only ever added to, rows that are refused.

Each is written for both engines. PostgreSQL's `only_added_to()` came with migration 0002. SQLite fires no trigger of
deletion when a row is replaced (`insert or replace`), so there a row under a key that is taken is refused as well.
"""

from __future__ import annotations

from alembic import op

Key = tuple[str, ...]


def only_added_to(table: str, *keys: Key) -> None:
    """Refuse every change and removal of a table's rows. `keys` are its primary key and its unique ones."""
    if _postgresql():
        op.execute(
            f"create trigger {table}_change before update or delete on {table} "
            "for each row execute function only_added_to()"
        )
        op.execute(
            f"create trigger {table}_empty before truncate on {table} "
            "for each statement execute function only_added_to()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger {table}_{verb} before {verb} on {table} "
            f"begin select raise(abort, 'remixlab: {table} are only ever added to'); end"
        )
    for number, key in enumerate(keys):
        same = " and ".join(f"{column} = new.{column}" for column in key)
        refuse(
            table, f"taken_{number}", f"exists (select 1 from {table} where {same})", f"{table}: it is there already"
        )


def whole_numbers(table: str, *columns: str) -> None:
    """Refuse fractions and text where a whole number belongs: SQLite stores what it is given, whatever the column says.

    PostgreSQL's bigint holds nothing else.
    """
    if not _postgresql():
        wrong = " or ".join(f"typeof(new.{column}) not in ('integer', 'null')" for column in columns)
        refuse(table, "whole", wrong, f"{table} hold whole numbers")


def refuse(table: str, name: str, condition: str, words: str, *, verb: str = "insert") -> None:
    """Refuse a row of which a condition is true (`new` is the row); the condition must be SQL of both engines."""
    if _postgresql():
        op.execute(
            f"create function {table}_{name}() returns trigger language plpgsql as $$ begin if {condition} then "
            f"raise exception 'remixlab: {words}' using errcode = '23514'; end if; return new; end $$"
        )
        op.execute(
            f"create trigger {table}_{name} before {verb} on {table} for each row execute function {table}_{name}()"
        )
    else:
        op.execute(
            f"create trigger {table}_{name} before {verb} on {table} when {condition} "
            f"begin select raise(abort, 'remixlab: {words}'); end"
        )


def then(table: str, name: str, *statements: str) -> None:
    """Let statements follow the insertion of a row (`new`), in the same transaction."""
    body = "; ".join(statements)
    if _postgresql():
        op.execute(
            f"create function {table}_{name}() returns trigger language plpgsql as $$ begin {body}; return null; end $$"
        )
        op.execute(
            f"create trigger {table}_{name} after insert on {table} for each row execute function {table}_{name}()"
        )
    else:
        op.execute(f"create trigger {table}_{name} after insert on {table} begin {body}; end")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
