"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _make_accounts()
    _make_analyses()
    _make_api_keys()
    _make_approvals()
    _make_bookings()
    _make_consent_epoch()
    _make_consents()
    _make_decisions()
    _make_holds()
    _make_idempotency_keys()
    _make_marks()
    _make_parties()
    _make_plays()
    _make_recordings()
    _make_remixes()
    _make_settlements()
    _make_shares()
    _make_terms()
    _make_works()
    _make_entries()
    _make_fingerprints()
    _make_recording_voices()
    _make_recording_works()
    _make_remix_sources()
    _make_stems()
    op.execute("insert into consent_epoch (id, epoch) values (1, 0)")


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("code", "currency", name=op.f("uq_accounts_code_currency")),
    )


def _make_analyses() -> None:
    op.create_table(
        "analyses",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "listener", name=op.f("pk_analyses")),
    )


def _make_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_principal"), "api_keys", ["principal"], unique=False)


def _make_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("consent_id", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index(op.f("ix_approvals_consent_id"), "approvals", ["consent_id"], unique=False)
    op.create_index(op.f("ix_approvals_request_key"), "approvals", ["request_key"], unique=False)
    op.create_index(op.f("ix_approvals_status"), "approvals", ["status"], unique=False)


def _make_bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_bookings")),
        sa.UniqueConstraint("hash", name=op.f("uq_bookings_hash")),
        sa.UniqueConstraint("key", name=op.f("uq_bookings_key")),
        sa.UniqueConstraint("previous", name=op.f("uq_bookings_previous")),
    )


def _make_consent_epoch() -> None:
    op.create_table(
        "consent_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_consent_epoch_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_epoch")),
    )


def _make_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        op.f("ix_consents_subject_kind_consents_subject"), "consents", ["subject_kind", "subject"], unique=False
    )


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("terms_digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_decisions")),
        sa.UniqueConstraint("hash", name=op.f("uq_decisions_hash")),
        sa.UniqueConstraint("id", name=op.f("uq_decisions_id")),
        sa.UniqueConstraint("previous", name=op.f("uq_decisions_previous")),
    )
    op.create_index(op.f("ix_decisions_listener"), "decisions", ["listener"], unique=False)


def _make_holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_subject_kind_holds_subject"), "holds", ["subject_kind", "subject"], unique=False)


def _make_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_expires_at"), "idempotency_keys", ["expires_at"], unique=False)


def _make_marks() -> None:
    op.create_table(
        "marks",
        sa.Column("mark_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("remix_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark_id", name=op.f("pk_marks")),
        sa.UniqueConstraint("remix_id", name=op.f("uq_marks_remix_id")),
    )


def _make_parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ipi", sa.Text(), nullable=True),
        sa.Column("isni", sa.Text(), nullable=True),
        sa.Column("artist_veto", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_name_key"), "parties", ["name_key"], unique=False)


def _make_plays() -> None:
    op.create_table(
        "plays",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("remix_id", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("length_ms", sa.BigInteger(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plays")),
    )
    op.create_index(op.f("ix_plays_at"), "plays", ["at"], unique=False)
    op.create_index(op.f("ix_plays_remix_id"), "plays", ["remix_id"], unique=False)


def _make_recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("artist", sa.Text(), nullable=False),
        sa.Column("duration_s", sa.Double(), nullable=False),
        sa.Column("isrc", sa.Text(), nullable=True),
        sa.Column("artist_id", sa.Text(), nullable=True),
        sa.Column("label_id", sa.Text(), nullable=True),
        sa.Column("release", sa.Text(), nullable=True),
        sa.Column("attested_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("sha256", name=op.f("uq_recordings_sha256")),
    )
    op.create_index(op.f("ix_recordings_artist_id"), "recordings", ["artist_id"], unique=False)
    op.create_index(op.f("ix_recordings_isrc"), "recordings", ["isrc"], unique=False)


def _make_remixes() -> None:
    op.create_table(
        "remixes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("plan_digest", sa.Text(), nullable=False),
        sa.Column("audio_sha256", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remixes")),
    )
    op.create_index(op.f("ix_remixes_listener"), "remixes", ["listener"], unique=False)
    op.create_index(op.f("ix_remixes_source_id"), "remixes", ["source_id"], unique=False)


def _make_settlements() -> None:
    op.create_table(
        "settlements",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("total_micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("period", "pool", name=op.f("pk_settlements")),
    )


def _make_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("asset_kind", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.CheckConstraint("asset_kind in ('recording', 'work')", name=op.f("ck_shares_asset_kind")),
        sa.CheckConstraint("ppm between 1 and 1000000", name=op.f("ck_shares_ppm")),
        sa.PrimaryKeyConstraint("asset_kind", "asset_id", "right", "party_id", name=op.f("pk_shares")),
    )


def _make_terms() -> None:
    op.create_table(
        "terms",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_terms")),
    )


def _make_works() -> None:
    op.create_table(
        "works",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("iswc", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works")),
    )
    op.create_index(op.f("ix_works_iswc"), "works", ["iswc"], unique=False)


def _make_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("booking", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", SERIAL, nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("micro <> 0", name=op.f("ck_entries_not_zero")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_entries_account_id")),
        sa.ForeignKeyConstraint(
            ["booking"], ["bookings.key"], name=op.f("fk_entries_booking"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("booking", "place", name=op.f("pk_entries")),
    )
    op.create_index(op.f("ix_entries_account_id"), "entries", ["account_id"], unique=False)


def _make_fingerprints() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_fingerprints_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", name=op.f("pk_fingerprints")),
    )


def _make_recording_voices() -> None:
    op.create_table(
        "recording_voices",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_recording_voices_party_id")),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_voices_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "party_id", name=op.f("pk_recording_voices")),
    )


def _make_recording_works() -> None:
    op.create_table(
        "recording_works",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_recording_works_recording_id")),
        sa.ForeignKeyConstraint(["work_id"], ["works.id"], name=op.f("fk_recording_works_work_id")),
        sa.PrimaryKeyConstraint("recording_id", "work_id", name=op.f("pk_recording_works")),
    )
    op.create_index(op.f("ix_recording_works_work_id"), "recording_works", ["work_id"], unique=False)


def _make_remix_sources() -> None:
    op.create_table(
        "remix_sources",
        sa.Column("remix_id", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["remix_id"], ["remixes.id"], name=op.f("fk_remix_sources_remix_id")),
        sa.PrimaryKeyConstraint("remix_id", "recording_id", name=op.f("pk_remix_sources")),
    )
    op.create_index(op.f("ix_remix_sources_recording_id"), "remix_sources", ["recording_id"], unique=False)


def _make_stems() -> None:
    op.create_table(
        "stems",
        sa.Column("recording_id", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_stems_recording_id")),
        sa.PrimaryKeyConstraint("recording_id", "stem", name=op.f("pk_stems")),
    )
