"""Take a recording apart with the best separator at hand."""

from __future__ import annotations

from collections.abc import Callable

from remixlab.domain.audio import Audio, Stems
from remixlab.domain.ports.engines import Separator
from remixlab.networks.load import has_network
from remixlab.separation.mask_separator import MaskSeparator
from remixlab.separation.network_separator import ROOM, NetworkSeparator


def separate(recording: Audio, *, progress: Callable[[str, float], None] | None = None) -> Stems:
    """Vocals, drums, bass and other; they sum to the recording within 1e-6."""
    return choose_separator().separate(recording, progress=progress)


def choose_separator() -> Separator:
    """The best separator in this package: the trained network where its weights are, else the masks."""
    return NetworkSeparator() if has_network(ROOM, "separator") else MaskSeparator()
