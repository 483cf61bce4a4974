"""Keep accounts, their memberships, sessions and one-time links. Whoever has an API key becomes an account.

An account that an old key made by its name acts for no party: that is granted, and was never in a name.
"""

import sqlalchemy as sa
from alembic import op

from remixlab.domain.naming import fold_name

revision = "0006"
down_revision = "0005"

ROLES = ("artist", "auditor", "fan", "label_admin", "moderator", "operator", "publisher_admin")
NOBODY = ("anonymous", "platform")
TIERS = ("free", "member", "creator")


def upgrade() -> None:
    _make_accounts()
    _make_memberships()
    _make_sessions()
    _make_links()
    _enrol_who_has_keys()


def _make_accounts() -> None:
    op.create_table(
        "user_accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_accounts")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_accounts_email_key")),
        sa.UniqueConstraint("name_key", name=op.f("uq_user_accounts_name_key")),
    )


def _make_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    for column in ("account_id", "party_id"):
        op.create_index(op.f(f"ix_memberships_{column}"), "memberships", [column])


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"])


def _make_links() -> None:
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("invitation", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_links_token_hash")),
    )
    op.create_index(op.f("ix_one_time_links_account_id"), "one_time_links", ["account_id"])


def _enrol_who_has_keys() -> None:
    """One account for each name that an API key was made for, with all that its keys in force may."""
    connection = op.get_bind()
    found = connection.execute(sa.text("select principal, scopes, created_at, revoked_at from api_keys")).all()
    rows: dict[str, dict[str, object]] = {}
    taken: set[str] = set()
    for principal in sorted({row.principal for row in found}):
        keys = [row for row in found if row.principal == principal]
        scopes = {scope for row in keys if row.revoked_at is None for scope in row.scopes.split()}
        # The owner of the files may everything, whatever a key of theirs may; who is nobody opens nothing any more.
        roles = ROLES if principal == "me" else sorted(scopes & set(ROLES)) or ["fan"]
        nobody = principal in NOBODY or principal.casefold().startswith("suspense:")
        tiers = [tier for tier in TIERS if f"tier:{tier}" in scopes] or ["free"]
        # Two names that read alike were two accounts; the second is found by its id alone.
        folded = fold_name(principal)
        name_key = f"#{principal}" if not folded or folded in taken else folded
        taken.add(name_key)
        rows[principal] = {
            "id": principal, "name": principal, "name_key": name_key, "roles": " ".join(roles), "tier": tiers[-1],
            "created_at": min(row.created_at for row in keys), "disabled": nobody,
        }  # fmt: skip
    if rows:
        columns = ", ".join(next(iter(rows.values())))
        values = ", ".join(f":{name}" for name in next(iter(rows.values())))
        connection.execute(sa.text(f"insert into user_accounts ({columns}) values ({values})"), list(rows.values()))
