"""What a player and its picture need of a recording: a stretch of the sound, and how loud each stem is where."""

from __future__ import annotations

from typing import Final

import numpy as np

from remixlab.domain.actor import Actor
from remixlab.domain.audio import ALL_STEMS, SAMPLE_RATE, Audio
from remixlab.domain.errors import Invalid
from remixlab.signal.downmix import to_mono
from remixlab.signal.reel import blocks_of, measure_envelope
from remixlab.usecases.catalogue.shown import audible_recording, usable_recording
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing import hear, hear_sound

COLUMNS: Final = 600


@observed("catalogue.recording_stretch")
def recording_stretch(reference: str, actor: Actor, context: Sounds, *, start_s: float, length_s: float) -> bytes:
    """A stretch of the original as FLAC, for listening inside the service.

    It is heard by the same right as the whole. Raises: RecordingNotFound, Quarantined, RightsRefused, Invalid where it
    begins after the end.
    """
    recording = audible_recording(reference, actor, context)
    return context.audio_files.encode(cut(hear_sound(recording, context), start_s, length_s), "flac")


def cut(sound: Audio, start_s: float, length_s: float) -> Audio:
    """A stretch of a sound; less where it ends earlier. Raises: Invalid where it begins after the end."""
    first = round(start_s * sound.sample_rate)
    if first >= sound.length_frames:
        raise Invalid("the sound ends before that", code="request.invalid")
    last = min(sound.length_frames, first + max(1, round(length_s * sound.sample_rate)))
    return Audio(np.ascontiguousarray(sound.samples[:, first:last]), sound.sample_rate)


@observed("catalogue.stem_levels")
def stem_levels(reference: str, actor: Actor, context: Sounds) -> dict[str, list[int]]:
    """How loud each stem is in each of six hundred stretches. Unit: full scale is 127.

    Raises: RecordingNotFound, Quarantined.
    """
    stems = hear(usable_recording(reference, actor, context), context).stems
    if stems is None:
        return {}
    return {stem.value: _levels(stems[stem]) for stem in ALL_STEMS}


def _levels(stem: Audio) -> list[int]:
    mono = (to_mono(Audio(block, SAMPLE_RATE))[None] for block in blocks_of(stem))
    envelope = np.abs(measure_envelope(mono, stem.length_frames, COLUMNS)).max(axis=0)
    return np.clip(np.rint(envelope * 127), 0, 127).astype(int).tolist()
