"""Keep what waits for a person, how far one's own word was confirmed, and each account's own shelf."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("recordings", sa.Column("quarantined", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("recordings", sa.Column("attestation", sa.Text(), nullable=False, server_default="claimed"))
    op.add_column("recordings", sa.Column("master_rule", sa.Text(), nullable=False, server_default=""))
    op.add_column("works", sa.Column("rule", sa.Text(), nullable=False, server_default=""))
    op.add_column("approvals", sa.Column("evidence", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "quarantines",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_quarantines_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_quarantines")),
    )
    op.create_index(
        op.f("ix_quarantines_state_quarantines_recording_id"), "quarantines", ["state", "recording_id"], unique=False
    )
    op.create_table(
        "shelf",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("artist", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_shelf_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "account", name=op.f("pk_shelf")),
    )
    op.create_index(op.f("ix_shelf_account_shelf_recording_id"), "shelf", ["account", "recording_id"], unique=False)
