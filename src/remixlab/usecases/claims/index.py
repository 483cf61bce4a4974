"""The fingerprint index of the catalogue, built once in a process; what is newer is merged into it."""

from __future__ import annotations

from remixlab.domain.page import follow
from remixlab.identify import Fingerprint, Index
from remixlab.usecases.context.sounds import Sounds


def catalogue_index(context: Sounds) -> Index:
    """Every fingerprint of the catalogue, searchable. Only what was kept or changed since the last call is read."""
    begun, index = context.memory.index or (None, Index.build())
    cursor, newer = begun, dict[str, str]()
    with context.read() as records:
        # The first page begins where the index in memory stopped.
        for kept in follow(lambda after: records.hearing.fingerprints(after or begun)):
            newer[kept.recording_id], cursor = kept.blob_sha256, str(kept.number)
    if newer:
        prints = {recording_id: Fingerprint.from_bytes(context.blobs.get(blob)) for recording_id, blob in newer.items()}
        index = index.merge(Index.build(prints)) if len(index) else Index.build(prints)
        context.memory.index = (cursor, index)
    return index
