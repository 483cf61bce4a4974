"""Stems that are delivered beside a mix: read to their ends, summed where they come in pieces, held against the mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.ports.blobs import Content
from remixlab.domain.rights import Recording
from remixlab.separation import DeliveredStems, check_stems
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import engine_blocks, fits_in_memory, hear_sound

KEPT_AS = "wav32"
"""Floats: a sum of stems may be louder than full scale."""


@dataclass(frozen=True, slots=True)
class KeptStems:
    """The stems as blobs, and what was said of them."""

    kept: dict[str, str] = field(default_factory=dict[str, str])
    notes: tuple[str, ...] = ()


def receive_stems(stems: Mapping[str, tuple[Content, ...]], recording: Recording, context: Sounds) -> KeptStems:
    """Read the stems of a recording whose sound is in the blobs, and keep them, mended where the mix proves how.

    Raises: InvalidAudio where one is damaged.
    """
    if not stems:
        return KeptStems()
    sounds = {name: _summed(files, name, context) for name, files in stems.items()}
    # A recording of hours is heard in windows and never remixed: its stems are kept as they are.
    checked = check_stems(hear_sound(recording, context), sounds) if fits_in_memory(recording) else DeliveredStems()
    mended = dict(checked.mended or {})
    made = {name: mended.get(name, sounds[name]) for name in sounds if len(stems[name]) > 1} | mended
    kept = {name: context.blobs.put(files[0]) for name, files in stems.items() if name not in made}
    kept |= {name: context.blobs.put(context.audio_files.encode(sound, KEPT_AS)) for name, sound in made.items()}
    return KeptStems(kept, checked.notes)


def _summed(files: Sequence[Content], name: str, context: Sounds) -> Audio:
    """One stem of one or several files, at the engine's rate."""
    total = np.zeros((2, 0), np.float32)
    for file in files:
        blocks = list(engine_blocks(context.audio_files.stream(file, f"the stem '{name}'")))
        total = _added(total, np.concatenate(blocks, axis=1) if blocks else np.zeros((2, 0), np.float32))
    return Audio(np.ascontiguousarray(total), SAMPLE_RATE)


def _added(one: Samples, other: Samples) -> Samples:
    longer, shorter = (one, other) if one.shape[1] >= other.shape[1] else (other, one)
    if shorter.shape[1] == 0:
        return longer
    total = longer.copy()
    total[:, : shorter.shape[1]] += shorter
    return total
