"""What was heard, in memory: analyses and embeddings by content, fingerprints by recording."""

from __future__ import annotations

from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.page import Page
from remixlab.domain.ports.records.hearing import KeptEmbedding, KeptFingerprint
from remixlab.testing.records.kept import Kept, page_by_id, page_by_number


class MemoryHearing:
    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def analysis(self, sha256: str, listener: str) -> Analysis | None:
        return self.kept.analyses.get((sha256, listener))

    def feel(self, sha256: str, encoder: str) -> Embedding | None:
        return self.kept.feels.get((sha256, encoder))

    def feels(self, encoder: str, after: str | None = None, limit: int = 1000) -> Page[KeptEmbedding]:
        heard = {
            sha256: KeptEmbedding(sha256, feel)
            for (sha256, heard_by), feel in self.kept.feels.items()
            if heard_by == encoder
        }
        return page_by_id(heard, after, limit)

    def fingerprint_of(self, recording_id: str) -> str | None:
        found = self.kept.fingerprints.get(recording_id)
        return found.blob_sha256 if found and not found.is_forgotten else None

    def fingerprints(self, after: str | None = None, limit: int = 1000) -> Page[KeptFingerprint]:
        return page_by_number(((found.number, found) for found in self.kept.fingerprints.values()), after, limit)

    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None:
        self.kept.analyses[sha256, listener] = analysis

    def keep_feel(self, sha256: str, feel: Embedding) -> None:
        self.kept.feels[sha256, feel.encoder] = feel

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None:
        if self.fingerprint_of(recording_id) != blob_sha256:
            self.kept.fingerprints[recording_id] = KeptFingerprint(self._next_number(), recording_id, blob_sha256)

    def forget_fingerprint(self, recording_id: str) -> None:
        known = self.fingerprint_of(recording_id)
        if known is not None:
            forgotten = KeptFingerprint(self._next_number(), recording_id, known, is_forgotten=True)
            self.kept.fingerprints[recording_id] = forgotten

    def _next_number(self) -> int:
        return max((found.number for found in self.kept.fingerprints.values()), default=0) + 1
