"""Fingerprints can be forgotten: the row stays with a new number, so that every index learns of it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("fingerprints", sa.Column("is_forgotten", sa.Boolean(), nullable=False, server_default=sa.false()))
