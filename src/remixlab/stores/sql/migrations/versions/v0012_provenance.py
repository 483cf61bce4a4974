"""What recordings say of their making, and the manifests of remixes, found again by the mark in the sound."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "credentials",
        sa.Column("recording_id", sa.Text(), sa.ForeignKey("recordings.id"), primary_key=True),
        sa.Column("declared", sa.Text(), nullable=False, server_default="undeclared"),
        sa.Column("body", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "manifests",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("remix_id", sa.Text(), sa.ForeignKey("remixes.id"), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.Text(), nullable=False),
    )
    op.create_index("ix_manifests_handle", "manifests", ["handle"])
