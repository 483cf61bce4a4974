"""The catalogue's index of fingerprints, built once and kept while the catalogue does not change."""

from __future__ import annotations

from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.identify import Fingerprint, Index
from remixlab.usecases.context.making import Making


def catalogue_index(records: ReadTransaction, context: Making) -> Index:
    """Every recording of the catalogue, searchable. Newer recordings and fingerprints are merged into what is in memory."""
    wanted = dict(records.fingerprints())
    names = frozenset(wanted.items())
    known = context.memory.index
    if known and known[0] == names:
        return known[1]
    have, base = known or (frozenset[tuple[str, str]](), Index.build())
    gone = frozenset(base.ids) - wanted.keys()
    newer = Index.build({recording_id: Fingerprint.from_bytes(context.blobs.get(blob)) for recording_id, blob in names - have})
    index = (base.without(gone) if gone else base).merge(newer) if have else newer
    context.memory.index = (names, index)
    return index
