"""Joint audio-text embedding of a recording ("what it feels like"), heard once and kept by the content of its file."""

from __future__ import annotations

from remixlab.domain.audio import Audio
from remixlab.domain.music import Embedding
from remixlab.domain.rights import Recording
from remixlab.listening import feel, feel_encoder
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import fits_in_memory, hear_sound, sound_blocks
from remixlab.usecases.hearing.windows import excerpts


def hear_feel(recording: Recording, context: Sounds, sound: Audio | None = None) -> Embedding | None:
    """What a recording feels like; of a long one, by excerpts. None for silence, and where the encoder is not shipped.

    `sound` is the recording, where it is in memory already.
    """
    encoder = feel_encoder()
    with context.read() as records:
        known = records.hearing.feel(recording.sha256, encoder)
    if known or not encoder:
        return known
    if sound is None:
        sound = (
            hear_sound(recording, context)
            if fits_in_memory(recording)
            else excerpts(sound_blocks(recording, context), recording.duration_s)
        )
    heard = feel(sound)
    if heard:
        with context.write() as records:
            records.hearing.keep_feel(recording.sha256, heard)
    return heard
