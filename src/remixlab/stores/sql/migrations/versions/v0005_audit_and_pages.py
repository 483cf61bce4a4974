"""Keep an audit log that is only ever added to; look recordings up by folded names; read lists a page at a time."""

import sqlalchemy as sa
from alembic import op

from remixlab.domain.naming import fold_name

revision = "0005"
down_revision = "0004"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GENESIS = "0" * 64

REFUSALS = (
    ("exists (select 1 from audit where seq = new.seq)", "the entry is there already"),
    (
        f"new.previous <> coalesce((select hash from audit order by seq desc limit 1), '{GENESIS}')",
        "the entry does not follow the newest one",
    ),
)

INDEXES = {
    "analyses": (("listener", "sha256"),),
    "consents": (("subject",), ("party_id", "id")),
    "recordings": (("title_key",), ("artist_key",), ("label_id",), ("release",)),
    "remixes": (("created_at", "id"),),
    "shares": (("party_id",),),
}


def upgrade() -> None:
    _make_audit()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()
    _fold_names()
    _number_fingerprints()
    _rename_refused_prompts()
    for table, indexes in INDEXES.items():
        for columns in indexes:
            _make_index(table, *columns)


def _make_index(table: str, *columns: str, unique: bool = False) -> None:
    op.create_index(
        op.f(f"ix_{'_'.join(f'{table}_{column}' for column in columns)}"), table, list(columns), unique=unique
    )


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
    )
    _make_index("audit", "account")
    _make_index("audit", "subject")


def _guard_sqlite() -> None:
    for number, (condition, words) in enumerate(REFUSALS):
        op.execute(
            f"create trigger audit_insert_{number} before insert on audit when {condition} "
            f"begin select raise(abort, 'remixlab: {words}'); end"
        )
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger audit_{verb} before {verb} on audit "
            "begin select raise(abort, 'remixlab: audit is only ever added to'); end"
        )


def _guard_postgresql() -> None:
    checks = "\n".join(
        f"if {condition} then raise exception 'remixlab: {words}' using errcode = '23514'; end if;"
        for condition, words in REFUSALS
    )
    op.execute(
        f"create function audit_on_insert() returns trigger language plpgsql as $$ begin {checks} return new; end $$"
    )
    op.execute("create trigger audit_insert before insert on audit for each row execute function audit_on_insert()")
    op.execute(
        "create trigger audit_change before update or delete on audit for each row execute function only_added_to()"
    )
    op.execute(
        "create trigger audit_empty before truncate on audit for each statement execute function only_added_to()"
    )


def _fold_names() -> None:
    for key in ("title_key", "artist_key"):
        op.add_column("recordings", sa.Column(key, sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    rows = connection.execute(sa.text("select id, title, artist from recordings")).all()
    filled = [{"id": row.id, "title_key": fold_name(row.title), "artist_key": fold_name(row.artist)} for row in rows]
    if filled:
        connection.execute(
            sa.text("update recordings set title_key = :title_key, artist_key = :artist_key where id = :id"), filled
        )


def _number_fingerprints() -> None:
    op.add_column("fingerprints", sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "update fingerprints set number = "
        "(select count(*) from fingerprints as earlier where earlier.recording_id <= fingerprints.recording_id)"
    )
    _make_index("fingerprints", "number", unique=True)


def _rename_refused_prompts() -> None:
    op.drop_index("ix_refused_wishes_listener", "refused_wishes")
    op.rename_table("refused_wishes", "refused_prompts")
    _make_index("refused_prompts", "listener")
    _make_index("refused_prompts", "forget_at")
    _make_index("refused_prompts", "at", "id")
