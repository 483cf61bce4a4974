"""Hear a recording: decoded, taken apart, listened to, each once and cached by the content of its file.

Sound goes to the cache while it is made and is mapped from there, so that a song costs little memory and hours no
more (`windows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from remixlab.domain.audio import ALL_STEMS, SAMPLE_RATE, Audio, Samples, SoundStream, Stems, StemsBlock
from remixlab.domain.errors import InvalidAudio, StoreUnavailable
from remixlab.domain.material import Material
from remixlab.domain.music import Analysis
from remixlab.domain.ports.engines import BlockSeparator
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.rights import Recording
from remixlab.separation import measure_level
from remixlab.signal.downmix import to_stereo
from remixlab.signal.reel import blocks_of, resample_blocks
from remixlab.usecases.context.sounds import Sounds

MATERIAL_MAX_S = 20 * 60
"""What is longer is no song: it is heard in windows, and not remixed."""
_FILL_FRAMES = 1 << 20


def hear(recording: Recording, context: Sounds, progress: Progress = silent) -> Material:
    """The recording as a song: samples at 44.1 kHz stereo, stems, analysis.

    Raises: InvalidAudio when the stored file cannot be read or is too long for a song, StoreUnavailable when it
    is gone.
    """
    check_length(recording)
    known = context.memory.material(recording.sha256)
    if known:
        return known
    sound = hear_sound(recording, context, progress)
    stems = hear_stems(recording, sound, context, progress)
    material = Material(recording.recording_id, sound, stems, hear_analysis(recording, sound, stems, context, progress))
    context.memory.keep(recording.sha256, material)
    return material


def fits_in_memory(recording: Recording) -> bool:
    """Whether it is short enough to be held whole."""
    return recording.duration_s <= MATERIAL_MAX_S


def check_length(recording: Recording) -> None:
    """Raises: InvalidAudio where a recording is too long to be remixed."""
    if not fits_in_memory(recording):
        hours, minutes = divmod(round(recording.duration_s / 60), 60)
        length = f"{hours} h {minutes} min" if hours else f"{minutes} minutes"
        raise InvalidAudio(
            f"'{recording.title}' is {length} long; "
            f"remixes and covers are made of recordings of up to {MATERIAL_MAX_S // 60} minutes",
            code="audio.too_long_to_remix",
            hint="Cut it into its songs first. It can be listened to, taken apart and recognised as it is.",
        )


def hear_sound(recording: Recording, context: Sounds, progress: Progress = silent) -> Audio:
    """The master itself.

    Raises: InvalidAudio where it is too long to be held whole: `sound_blocks` goes through any length.
    """
    check_length(recording)
    key = f"{recording.sha256}/master"
    cached = context.sounds.load(key)
    if cached:
        return cached
    progress("decode", 0.0)
    stream = context.audio_files.stream(context.blobs.open(recording.sha256), recording.title)
    with context.sounds.writing(key, SAMPLE_RATE) as append:
        for block in engine_blocks(stream):
            append(block)
    progress("decode", 1.0)
    return _mapped(key, context)


def sound_blocks(recording: Recording, context: Sounds) -> Iterator[Samples]:
    """The master at the engine's rate, stereo, block after block, from the cache or read anew."""
    cached = context.sounds.load(f"{recording.sha256}/master")
    if cached:
        return blocks_of(cached)
    return engine_blocks(context.audio_files.stream(context.blobs.open(recording.sha256), recording.title))


def hear_stems(recording: Recording, sound: Audio, context: Sounds, progress: Progress = silent) -> Stems:
    """The stems the owner delivered; else what the separator makes of the master."""
    with context.read() as records:
        delivered = records.catalogue.stems_of(recording.recording_id)
    separator = "delivered" if delivered else context.separator.name
    place = f"{recording.sha256}/{separator}"
    cached = {stem: context.sounds.load(f"{place}/{stem}") for stem in ALL_STEMS}
    if all(audio is not None for audio in cached.values()):
        return Stems(**{stem.value: audio for stem, audio in cached.items() if audio}, separator=separator)
    if not delivered:
        return take_apart_into(place, sound, context, progress)
    for stem in ALL_STEMS:
        with context.sounds.writing(f"{place}/{stem}", sound.sample_rate) as append:
            for block in _fitted(_delivered(delivered.get(stem.value), context), sound.length_frames):
                append(block)
    return _mapped_stems(place, separator, context)


def take_apart_into(place: str, sound: Audio, context: Sounds, progress: Progress = silent) -> Stems:
    """Separate a sound straight into the cache, block by block where the separator can."""
    separator = context.separator
    if isinstance(separator, BlockSeparator):
        blocks = separator.take_apart(blocks_of(sound), sound.sample_rate, level_rms=measure_level(sound))
        keep_stems(place, _told(blocks, sound, progress), sound.sample_rate, context)
    else:
        for stem, audio in separator.separate(sound, progress=progress).items():
            context.sounds.save(f"{place}/{stem}", audio)
    return _mapped_stems(place, separator.name, context)


def keep_stems(place: str, blocks: Iterable[StemsBlock], sample_rate: int, context: Sounds) -> None:
    writing = context.sounds.writing
    with (
        writing(f"{place}/vocals", sample_rate) as vocals,
        writing(f"{place}/drums", sample_rate) as drums,
        writing(f"{place}/bass", sample_rate) as bass,
        writing(f"{place}/other", sample_rate) as other,
    ):
        for block in blocks:
            vocals(block.vocals)
            drums(block.drums)
            bass(block.bass)
            other(block.other)


def hear_analysis(
    recording: Recording, sound: Audio, stems: Stems | None, context: Sounds, progress: Progress = silent
) -> Analysis:
    """What the listener hears, kept in the registry by content and listener."""
    with context.read() as records:
        known = records.hearing.analysis(recording.sha256, context.listener.name)
    if known:
        return known
    return keep_analysis(recording, context.listener.listen(sound, stems, progress=progress), context)


def keep_analysis(recording: Recording, analysis: Analysis, context: Sounds) -> Analysis:
    with context.write() as records:
        records.hearing.keep_analysis(recording.sha256, context.listener.name, analysis)
    return analysis


def engine_blocks(stream: SoundStream) -> Iterator[Samples]:
    """Stereo at 44.1 kHz."""
    stereo = (to_stereo(block, stream.layout) for block in stream.blocks)
    return resample_blocks(stereo, stream.sample_rate, SAMPLE_RATE)


def _delivered(blob: str | None, context: Sounds) -> Iterator[Samples]:
    return engine_blocks(context.audio_files.stream(context.blobs.open(blob), "stem")) if blob else iter(())


def _fitted(blocks: Iterator[Samples], length_frames: int) -> Iterator[Samples]:
    """A delivered stem, cut or padded to the master's length; silence where the owner delivered none."""
    missing = length_frames
    for block in blocks:
        if missing > 0:
            yield block[:, :missing]
        missing -= block.shape[1]
    while missing > 0:
        yield np.zeros((2, min(missing, _FILL_FRAMES)), np.float32)
        missing -= _FILL_FRAMES


def _told(blocks: Iterable[StemsBlock], sound: Audio, progress: Progress) -> Iterator[StemsBlock]:
    done = 0
    for block in blocks:
        yield block
        done += block.length_frames
        progress("separating", done / sound.length_frames)


def _mapped(key: str, context: Sounds) -> Audio:
    """Raises: StoreUnavailable when the cache lost what it was just given."""
    sound = context.sounds.load(key)
    if sound is None:
        raise StoreUnavailable("the cache does not keep what is written to it", hint="Is the disk full?")
    return sound


def _mapped_stems(place: str, separator: str, context: Sounds) -> Stems:
    return Stems(**{stem.value: _mapped(f"{place}/{stem}", context) for stem in ALL_STEMS}, separator=separator)
