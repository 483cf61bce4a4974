"""Every table, once, for both engines. Times are UTC microseconds, money is micro-units, shares are ppm.

Triggers that guard the append-only tables live in the migrations, written for each engine.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from remixlab.stores.sql.columns import EPOCH, METADATA, Instant, Serial, instant, micros
from remixlab.stores.sql.columns import key as _key
from remixlab.stores.sql.columns import table as _table
from remixlab.stores.sql.columns import text as _text

__all__ = ["EPOCH", "METADATA", "Instant", "Serial", "instant", "micros"]

# ---------------------------------------------------------------- catalogue

parties = _table(
    "parties",
    _key(),
    _text("name"),
    _text("name_key", index=True),
    _text("kind"),
    _text("ipi", null=True, index=True),
    _text("isni", null=True, index=True),
    sa.Column("artist_veto", sa.Boolean, nullable=False),
    # Whose delivery named it first: a name alone is the same party only within the deliveries of one owner.
    _text("named_by", server_default=""),
)
works = _table("works", _key(), _text("title"), _text("iswc", null=True, index=True), _text("rule", server_default=""))
recordings = _table(
    "recordings",
    _key(),
    _text("sha256", unique=True),
    _text("title"),
    _text("artist"),
    sa.Column("duration_s", sa.Double, nullable=False),
    _text("isrc", null=True, index=True),
    _text("artist_id", null=True, index=True),
    _text("label_id", null=True, index=True),
    _text("release", null=True, index=True),
    _text("attested_by", null=True),
    _text("attestation", server_default="claimed"),
    _text("master_rule", server_default=""),
    sa.Column("quarantined", sa.Boolean, nullable=False, server_default=sa.false()),
    # As `domain.naming.fold_name` folds them: what a recording is called is looked up, never walked through.
    _text("title_key", server_default="", index=True),
    _text("artist_key", server_default="", index=True),
)
recording_works = _table(
    "recording_works",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("work_id", sa.ForeignKey("works.id"), primary_key=True, index=True),
    sa.Column("place", sa.Integer, nullable=False),
)
recording_voices = _table(
    "recording_voices",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),
)
recording_features = _table(
    "recording_features",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True, index=True),
    sa.Column("place", sa.Integer, nullable=False),
)
stems = _table(
    "stems",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    _key("stem"),
    _text("sha256"),
)
quarantines = _table(
    "quarantines",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    _text("state"),
    _text("body"),
    sa.Index(None, "state", "recording_id"),
)
credentials = _table(
    "credentials",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    _text("declared", server_default="undeclared"),
    _text("body", server_default=""),
)
shelf = _table(
    "shelf",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    _key("account"),
    _text("title"),
    _text("artist"),
    sa.Column("since", Instant, nullable=False),
    sa.Index(None, "account", "recording_id"),
)
splits = _table(
    "splits",
    sa.Column("seq", Serial, primary_key=True),
    _text("asset_kind"),
    _text("asset_id"),
    _text("right"),
    # Codes with a space between them; empty for everywhere.
    _text("territories"),
    sa.Column("since", Instant),
    _text("said_by"),
    sa.Column("said_at", Instant),
    sa.Index(None, "asset_kind", "asset_id"),
    sa.CheckConstraint("asset_kind in ('recording', 'work')", name="asset_kind"),
)
split_shares = _table(
    "split_shares",
    sa.Column("split", sa.ForeignKey("splits.seq"), primary_key=True, autoincrement=False),
    _key("party_id", index=True),
    sa.Column("ppm", sa.Integer, nullable=False),
    sa.CheckConstraint("ppm between 1 and 1000000", name="ppm"),
)
disputes = _table(
    "disputes",
    _key(),
    _text("asset_kind"),
    _text("asset_id"),
    _text("body"),
    sa.Index(None, "asset_kind", "asset_id"),
)
resolutions = _table(
    "resolutions",
    sa.Column("dispute_id", sa.ForeignKey("disputes.id"), primary_key=True),
    _text("body"),
)
isrcs = _table(
    "isrcs",
    _key("isrc"),
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), nullable=False, index=True),
)

VIEWS: Final = sa.MetaData()
"""What is read like a table and cannot be written."""

shares = sa.Table(
    "shares",
    VIEWS,
    *(sa.Column(name, sa.Text) for name in ("asset_kind", "asset_id", "right", "party_id")),
    sa.Column("ppm", sa.Integer),
)
"""Who is on record as owner, everywhere, by the newest word: a view of `splits`."""

# ---------------------------------------------------------------- rights

consents = _table(
    "consents",
    _key(),
    _text("party_id"),
    _text("side"),
    _text("subject_kind"),
    _text("subject"),
    _text("body"),
    sa.Column("withdrawn_at", Instant),
    sa.Index(None, "subject_kind", "subject"),
    sa.Index(None, "subject"),
    sa.Index(None, "party_id", "id"),
)
endings = _table(
    "endings",
    _key(),
    _text("ended", index=True),
    _text("kind"),
    sa.Column("since", Instant, nullable=False),
    _text("replaced_by", null=True, index=True),
    _text("body"),
)
holds = _table(
    "holds",
    _key(),
    _text("subject_kind"),
    _text("subject"),
    _text("body"),
    sa.Index(None, "subject_kind", "subject"),
)
consent_epoch = _table(
    "consent_epoch",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.CheckConstraint("id = 1", name="one"),
)
approvals = _table(
    "approvals",
    _key(),
    _text("request_key", index=True),
    _text("consent_id", index=True),
    _text("listener"),
    _text("decision_id"),
    _text("status", index=True),
    _text("decided_by", null=True),
    sa.Column("decided_at", Instant),
    sa.Column("expires_at", Instant),
    _text("evidence", server_default=""),
)
demand = _table(
    "demand",
    _key("recording_id"),
    _key("use"),
    _key("listener"),
    _key("day"),
    sa.Column("unsaid", sa.Boolean, nullable=False),
)
terms = _table("terms", _key("digest"), _text("body"))
decisions = _table(
    "decisions",
    sa.Column("seq", Serial, primary_key=True),
    _text("id", unique=True),
    _text("outcome"),
    _text("listener", index=True),
    sa.Column("at", Instant, nullable=False),
    _text("terms_digest"),
    _text("body"),
    _text("previous", unique=True),
    _text("hash", unique=True),
)

# ---------------------------------------------------------------- what was heard

analyses = _table("analyses", _key("sha256"), _key("listener"), _text("body"), sa.Index(None, "listener", "sha256"))
fingerprints = _table(
    "fingerprints",
    sa.Column("recording_id", sa.ForeignKey("recordings.id"), primary_key=True),
    _text("blob_sha256"),
    sa.Column("number", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("is_forgotten", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index(None, "number", unique=True),
)

# ---------------------------------------------------------------- remixes

remixes = _table(
    "remixes",
    _key(),
    _text("source_id", index=True),
    _text("listener", index=True),
    _text("share"),
    _text("state"),
    sa.Column("created_at", Instant, nullable=False),
    _text("decision_id", index=True),
    _text("plan_digest"),
    _text("audio_sha256"),
    _text("body"),
    sa.Index(None, "created_at", "id"),
)
remix_sources = _table(
    "remix_sources",
    sa.Column("remix_id", sa.ForeignKey("remixes.id"), primary_key=True),
    _key("recording_id", index=True),
)
marks = _table(
    "marks",
    sa.Column("mark_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _text("remix_id", unique=True),
)
pressings = _table(
    "pressings",
    sa.Column("remix_id", sa.Text, sa.ForeignKey("remixes.id"), primary_key=True),
    sa.Column("suffix", sa.Text, primary_key=True),
    _text("file_sha256", index=True),
    _text("manifest_sha256", null=True),
)
manifests = _table(
    "manifests",
    _key(),
    _text("handle", index=True),
    sa.Column("remix_id", sa.Text, sa.ForeignKey("remixes.id"), nullable=False),
    _text("suffix"),
    _text("blob_sha256"),
)

# ---------------------------------------------------------------- money

plays = _table(
    "plays",
    _key(),
    _text("remix_id", index=True),
    _text("listener"),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("length_ms", sa.BigInteger, nullable=False),
    _text("territory"),
    # The month that a play is paid in: its own, or the next open one where that was settled before the play was known.
    sa.Column("counts_at", Instant, index=True),
    _text("stream", null=True),
    sa.Index(None, "listener", "at"),
    sa.Index(None, "stream", unique=True),
)
streamed = _table(
    "streamed",
    sa.Column("seq", Serial, primary_key=True),
    _text("stream", index=True),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
accounts = _table(
    "accounts",
    sa.Column("id", Serial, primary_key=True),
    _text("code"),
    _text("currency"),
    sa.UniqueConstraint("code", "currency"),
)
bookings = _table(
    "bookings",
    sa.Column("seq", Serial, primary_key=True),
    _text("key", unique=True),
    _text("kind"),
    sa.Column("at", Instant, nullable=False),
    _text("body"),
    _text("previous", unique=True),
    _text("hash", unique=True),
)
entries = _table(
    "entries",
    # Nobody inserts here: the database writes the entries of a booking as the booking's body says them.
    sa.Column("booking", sa.ForeignKey("bookings.key", deferrable=True, initially="DEFERRED"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account_id", sa.ForeignKey("accounts.id"), nullable=False, index=True),
    sa.Column("micro", sa.BigInteger, nullable=False),
    sa.CheckConstraint("micro <> 0", name="not_zero"),
)
settlements = _table(
    "settlements",
    _key("period"),
    _key("pool"),
    _text("evidence"),
    sa.Column("total_micro", sa.BigInteger, nullable=False),
)
heads = _table(
    "heads",
    _key("chain"),
    sa.Column("length", sa.BigInteger, nullable=False),
    _text("hash"),
)

# ---------------------------------------------------------------- accounts

idempotency_keys = _table(
    "idempotency_keys",
    _key("principal"),
    _key("key"),
    _text("request_hash"),
    sa.Column("status", sa.Integer),
    _text("response", null=True),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)
api_keys = _table(
    "api_keys",
    _key(),
    _text("secret_hash"),
    _text("principal", index=True),
    _text("scopes"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
)
user_accounts = _table(
    "user_accounts",
    _key(),
    _text("name"),
    # As `domain.naming.fold_name` folds it: no two accounts read alike.
    _text("name_key", unique=True),
    _text("email", null=True),
    _text("email_key", null=True, unique=True),
    _text("roles"),
    _text("tier"),
    _text("password_hash", null=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("attempt_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
)
memberships = _table(
    "memberships",
    _key(),
    _text("account_id", index=True),
    _text("party_id", index=True),
    _text("body"),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)
sessions = _table(
    "sessions",
    _key(),
    _text("token_hash", unique=True),
    _text("account_id", index=True),
    _text("device"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)
choices = _table(
    "choices",
    _key("account_id"),
    _key("choice"),
    sa.Column("said_at", Instant, primary_key=True),
    sa.Column("given", sa.Boolean, nullable=False),
)
one_time_links = _table(
    "one_time_links",
    _key(),
    _text("token_hash", unique=True),
    _text("kind"),
    _text("account_id", null=True, index=True),
    _text("invitation", null=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)
passkeys = _table(
    "passkeys",
    _key(),
    _text("account_id", index=True),
    _text("name"),
    _text("credential_id", unique=True),
    _text("public_key"),
    _text("handle"),
    _text("relying_party"),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("backed_up", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
)
identities = _table(
    "identities",
    _key("issuer"),
    _key("subject"),
    _text("account_id", index=True),
    sa.Column("linked_at", Instant, nullable=False),
)
ceremonies = _table(
    "ceremonies",
    _key("token_hash"),
    _text("body"),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)
audit = _table(
    "audit",
    sa.Column("seq", Serial, primary_key=True),
    _text("account", index=True),
    _text("action"),
    _text("subject", index=True),
    sa.Column("at", Instant, nullable=False),
    _text("body"),
    _text("previous", unique=True),
    _text("hash", unique=True),
)

# ---------------------------------------------------------------- community

refused_prompts = _table(
    "refused_prompts",
    _key(),
    _text("listener", index=True),
    sa.Column("at", Instant, nullable=False),
    _text("code"),
    _text("digest"),
    _text("words", null=True),
    sa.Column("forget_at", Instant, nullable=False, index=True),
    sa.Index(None, "at", "id"),
)
