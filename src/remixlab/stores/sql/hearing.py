"""What was heard, in SQL: analyses and embeddings by content, fingerprints by recording."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.page import Page, read_number
from remixlab.domain.ports.records.hearing import KeptEmbedding, KeptFingerprint
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart


class SqlHearing(TablePart):
    """Law: what is kept of a file is found by the file's content and by who heard it."""

    # ------------------------------------------------------------ reading

    def analysis(self, sha256: str, listener: str) -> Analysis | None:
        body = self._heard(sha256, listener)
        return None if body is None else Analysis.model_validate_json(body)

    def feel(self, sha256: str, encoder: str) -> Embedding | None:
        """Kept beside the analyses: an encoder, with the digest of its weights, is a listener too."""
        body = self._heard(sha256, encoder)
        return None if body is None else Embedding.model_validate_json(body)

    def feels(self, encoder: str, after: str | None = None, limit: int = 1000) -> Page[KeptEmbedding]:
        query = (
            sa.select(t.analyses.c.sha256, t.analyses.c.body)
            .where(t.analyses.c.listener == encoder)
            .order_by(t.analyses.c.sha256)
        )
        if after is not None:
            query = query.where(t.analyses.c.sha256 > after)
        return self._page(query, limit, _feel, lambda row: row.sha256)

    def fingerprint_of(self, recording_id: str) -> str | None:
        return self.connection.scalar(
            sa.select(t.fingerprints.c.blob_sha256).where(
                (t.fingerprints.c.recording_id == recording_id) & ~t.fingerprints.c.is_forgotten
            )
        )

    def fingerprints(self, after: str | None = None, limit: int = 1000) -> Page[KeptFingerprint]:
        query = (
            sa.select(t.fingerprints)
            .where(t.fingerprints.c.number > read_number(after))
            .order_by(t.fingerprints.c.number)
        )
        return self._page(query, limit, _fingerprint, lambda row: str(row.number))

    # ------------------------------------------------------------ writing

    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None:
        self._put(
            t.analyses, {"sha256": sha256, "listener": listener}, {"body": analysis.model_dump_json(by_alias=True)}
        )

    def keep_feel(self, sha256: str, feel: Embedding) -> None:
        self._put(
            t.analyses, {"sha256": sha256, "listener": feel.encoder}, {"body": feel.model_dump_json(by_alias=True)}
        )

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None:
        # Numbers are given one writer at a time, so that whoever read up to one has missed none below it.
        self._take_turns("fingerprints")
        if self.fingerprint_of(recording_id) == blob_sha256:
            return
        changed = {"blob_sha256": blob_sha256, "number": self._next_number(), "is_forgotten": False}
        self._put(t.fingerprints, {"recording_id": recording_id}, changed)

    def forget_fingerprint(self, recording_id: str) -> None:
        self._take_turns("fingerprints")
        known = self.fingerprint_of(recording_id)
        if known is not None:
            changed = {"blob_sha256": known, "number": self._next_number(), "is_forgotten": True}
            self._put(t.fingerprints, {"recording_id": recording_id}, changed)

    def _next_number(self) -> int:
        return int(self.connection.scalar(sa.select(sa.func.max(t.fingerprints.c.number))) or 0) + 1

    def _heard(self, sha256: str, listener: str) -> str | None:
        return self.connection.scalar(
            sa.select(t.analyses.c.body).where((t.analyses.c.sha256 == sha256) & (t.analyses.c.listener == listener))
        )


def _feel(row: sa.Row[Any]) -> KeptEmbedding:
    return KeptEmbedding(row.sha256, Embedding.model_validate_json(row.body))


def _fingerprint(row: sa.Row[Any]) -> KeptFingerprint:
    return KeptFingerprint(row.number, row.recording_id, row.blob_sha256, bool(row.is_forgotten))
