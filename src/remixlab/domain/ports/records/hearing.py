"""What was heard: analyses and embeddings by content, fingerprints by recording. All of it can be made again."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from remixlab.domain.music import Analysis, Embedding
from remixlab.domain.page import Page


class KeptEmbedding(NamedTuple):
    """The embedding of a file, by the file's digest."""

    sha256: str
    feel: Embedding


class KeptFingerprint(NamedTuple):
    """Where the fingerprint of a recording lies.

    `number` grows with every change, so that an index can ask what is newer. One that is forgotten stays on record, so
    that every index learns of it.
    """

    number: int
    recording_id: str
    blob_sha256: str
    is_forgotten: bool = False


class HearingReader(Protocol):
    def analysis(self, sha256: str, listener: str) -> Analysis | None:
        """What a listener (an engine with its version) heard in a file."""
        ...

    def feel(self, sha256: str, encoder: str) -> Embedding | None: ...

    def feels(self, encoder: str, after: str | None = None, limit: int = 1000) -> Page[KeptEmbedding]:
        """Of every file that this encoder heard, in order of their digests."""
        ...

    def fingerprint_of(self, recording_id: str) -> str | None:
        """The blob digest of a recording's fingerprint; None when there is none, or it was forgotten."""
        ...

    def fingerprints(self, after: str | None = None, limit: int = 1000) -> Page[KeptFingerprint]:
        """In the order they were kept or changed; the cursor is `str(number)`, so the newest page continues where an
        index stopped.
        """
        ...


class HearingWriter(HearingReader, Protocol):
    def keep_analysis(self, sha256: str, listener: str, analysis: Analysis) -> None: ...

    def keep_feel(self, sha256: str, feel: Embedding) -> None: ...

    def keep_fingerprint(self, recording_id: str, blob_sha256: str) -> None: ...

    def forget_fingerprint(self, recording_id: str) -> None:
        """The recording is known again by nobody; nothing happens when it was not known."""
        ...
