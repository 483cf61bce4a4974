"""Take a recording apart with the best separator at hand."""

from __future__ import annotations

from collections.abc import Callable

from remixlab.domain.audio import Audio, Stems
from remixlab.separation.mask_separator import MaskSeparator


def separate(recording: Audio, *, progress: Callable[[str, float], None] | None = None) -> Stems:
    """Vocals, drums, bass and other; they sum to the recording within 1e-6."""
    return MaskSeparator().separate(recording, progress=progress)
