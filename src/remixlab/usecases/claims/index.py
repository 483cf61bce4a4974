"""The fingerprint index of the catalogue: one for the house, which follows what is on record."""

from __future__ import annotations

from remixlab.domain.page import Page
from remixlab.domain.ports.records.hearing import KeptFingerprint
from remixlab.identify import Cursor, Fingerprint, Library
from remixlab.usecases.context.sounds import Sounds


def catalogue_index(context: Sounds) -> Library:
    """Every fingerprint of the catalogue, searchable. Only what was kept, changed or forgotten since the last call of
    any process is read.
    """
    while True:
        begun, library = context.index.open()
        page = _newer(begun, context)
        if _is_of_another_registry(begun, page):
            context.index.reset(begun)
            continue
        newer = {kept.recording_id: kept for kept in page.items if kept.number > begun.number}
        if not newer:
            return library
        last = page.items[-1]
        prints = {known: Fingerprint.from_bytes(context.blobs.get(kept.blob_sha256)) for known, kept in newer.items()
                  if not kept.is_forgotten}  # fmt: skip
        # False where another process took them up first: then its index is opened.
        context.index.extend(begun, Cursor(last.number, last.blob_sha256), prints, newer.keys() - prints.keys())


def _newer(begun: Cursor, context: Sounds) -> Page[KeptFingerprint]:
    """A page that begins with the newest that is indexed, so that its being there is seen too."""
    with context.read() as records:
        return records.hearing.fingerprints(str(begun.number - 1) if begun.number else None)


def _is_of_another_registry(begun: Cursor, page: Page[KeptFingerprint]) -> bool:
    """Numbers only grow: where nothing on record reaches the newest that is indexed, the registry is an older copy, or
    another one; and so where that number names something else.
    """
    if not begun.number:
        return False
    first = page.items[0] if page.items else None
    return first is None or (first.number == begun.number and first.blob_sha256 != begun.blob_sha256)
