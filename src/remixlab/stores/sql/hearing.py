"""What was heard, on the shelf: analyses by content, fingerprints by recording. All of it can be made again."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from remixlab.domain.music import Analysis, Feel
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart


class HeardShelf(TablePart):
    def analysis(self, sha256: str, listener: str) -> Analysis | None:
        """What a listener (an engine with its version) heard in a file."""
        where = (t.analyses.c.sha256 == sha256) & (t.analyses.c.listener == listener)
        body = self.connection.scalar(sa.select(t.analyses.c.body).where(where))
        return None if body is None else Analysis.model_validate_json(body)

    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None:
        body = analysis.model_dump_json(by_alias=True)
        self._put(t.analyses, {"sha256": sha256, "listener": listener}, {"body": body})

    def feel(self, sha256: str, ear: str) -> Feel | None:
        """What a file felt like to an ear (an encoder with the digest of its weights); kept beside the analyses."""
        where = (t.analyses.c.sha256 == sha256) & (t.analyses.c.listener == ear)
        body = self.connection.scalar(sa.select(t.analyses.c.body).where(where))
        return None if body is None else Feel.model_validate_json(body)

    def feels(self, ear: str) -> Mapping[str, Feel]:
        """File digest to what it felt like, of every file that this ear heard."""
        rows = self.connection.execute(sa.select(t.analyses.c.sha256, t.analyses.c.body).where(t.analyses.c.listener == ear))
        return {row.sha256: Feel.model_validate_json(row.body) for row in rows}

    def keep_feel(self, sha256: str, feel: Feel) -> None:
        self._put(t.analyses, {"sha256": sha256, "listener": feel.ear}, {"body": feel.model_dump_json()})

    def fingerprints(self) -> Mapping[str, str]:
        """Recording id to the blob digest of its fingerprint."""
        rows = self.connection.execute(sa.select(t.fingerprints).order_by(t.fingerprints.c.recording_id))
        return {row.recording_id: row.blob_sha256 for row in rows}

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None:
        self._put(t.fingerprints, {"recording_id": recording_id}, {"blob_sha256": blob_sha256})
