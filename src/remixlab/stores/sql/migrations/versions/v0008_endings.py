"""Keep what became of each word beside it, and what fans asked for in vain: all of it is only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

GUARDED = {"endings": "id", "consents": "id", "demand": "recording_id"}


def upgrade() -> None:
    op.create_table(
        "endings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endings")),
    )
    for column in ("ended", "replaced_by"):
        op.create_index(op.f(f"ix_endings_{column}"), "endings", [column])
    op.create_table(
        "demand",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("unsaid", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", "use", "listener", "day", name=op.f("pk_demand")),
    )
    op.create_index(op.f("ix_remixes_decision_id"), "remixes", ["decision_id"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in GUARDED:
        (_guard_postgresql if postgresql else _guard_sqlite)(table)


def _guard_sqlite(table: str) -> None:
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger {table}_kept_{verb} before {verb} on {table} "
            f"begin select raise(abort, 'remixlab: {table} are only ever added to'); end"
        )
    if GUARDED[table] != "id":
        return
    op.execute(
        f"create trigger {table}_kept_replace before insert on {table} "
        f"when exists (select 1 from {table} where id = new.id and body <> new.body) "
        f"begin select raise(abort, 'remixlab: {table} are only ever added to'); end"
    )


def _guard_postgresql(table: str) -> None:
    op.execute(
        f"create trigger {table}_kept before update or delete on {table} for each row execute function only_added_to()"
    )
    op.execute(
        f"create trigger {table}_kept_empty before truncate on {table} "
        "for each statement execute function only_added_to()"
    )
