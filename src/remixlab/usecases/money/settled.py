"""What a settlement left: its lines, kept as a blob under their digest."""

from __future__ import annotations

from remixlab.domain.ports.blobs import Blobs
from remixlab.domain.settlement import Settlement


def read_settlement(evidence: str, blobs: Blobs) -> Settlement:
    """The settlement that a blob holds. Raises: StoreUnavailable."""
    return Settlement.model_validate_json(blobs.get(evidence))
