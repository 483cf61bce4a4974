"""Keep what accounts let be done with their creations and their taste: answers are only ever added."""

import sqlalchemy as sa
from alembic import op

from remixlab.stores.sql.migrations.guards import only_added_to

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "choice", "said_at", name=op.f("pk_choices")),
    )
    only_added_to("choices", ("account_id", "choice", "said_at"))
