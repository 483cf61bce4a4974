"""Keep each remix in each format it was asked for, with the manifest of those that have no place for one."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "pressings",
        sa.Column("remix_id", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["remix_id"], ["remixes.id"], name=op.f("fk_pressings_remix_id")),
        sa.PrimaryKeyConstraint("remix_id", "suffix", name=op.f("pk_pressings")),
    )
    op.create_index(op.f("ix_pressings_file_sha256"), "pressings", ["file_sha256"], unique=False)
