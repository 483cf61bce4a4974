"""Hear a recording: decoded, taken apart, listened to, each once and cached by the content of its file."""

from __future__ import annotations

import numpy as np

from remixlab.domain.audio import ALL_STEMS, Audio, Stems
from remixlab.domain.music import Analysis
from remixlab.domain.ports import Progress
from remixlab.domain.rights import Recording
from remixlab.domain.song import Song
from remixlab.signal import resample
from remixlab.studio.desk import Desk, silent

ENGINE_RATE_HZ = 44_100
"""Everything is heard and rendered at this rate."""


def hear(recording: Recording, desk: Desk, progress: Progress = silent) -> Song:
    """The recording as a song: samples at 44.1 kHz stereo, stems, analysis.

    Raises: InvalidAudio when the stored file cannot be read, StoreUnavailable when it is gone.
    """
    known = desk.memory.song(recording.sha256)
    if known:
        return known
    sound = hear_sound(recording, desk, progress)
    stems = hear_stems(recording, sound, desk, progress)
    song = Song(recording.recording_id, sound, stems, hear_analysis(recording, sound, stems, desk, progress))
    desk.memory.keep(recording.sha256, song)
    return song


def hear_sound(recording: Recording, desk: Desk, progress: Progress = silent) -> Audio:
    """The master itself."""
    cached = desk.sounds.load(f"{recording.sha256}/master")
    if cached:
        return cached
    progress("decode", 0.0)
    audio = at_engine_rate(desk.audio_files.decode(desk.blobs.get(recording.sha256), recording.title))
    desk.sounds.save(f"{recording.sha256}/master", audio)
    progress("decode", 1.0)
    return audio


def hear_stems(recording: Recording, sound: Audio, desk: Desk, progress: Progress = silent) -> Stems:
    """The stems the owner delivered; else what the separator makes of the master."""
    with desk.read() as shelf:
        delivered = shelf.stems_of(recording.recording_id)
    separator = "delivered" if delivered else desk.separator.name
    cached = {stem: desk.sounds.load(f"{recording.sha256}/{separator}/{stem}") for stem in ALL_STEMS}
    if all(audio is not None for audio in cached.values()):
        return Stems(**{stem.value: audio for stem, audio in cached.items() if audio}, separator=separator)
    if delivered:
        parts = {stem.value: _delivered(delivered.get(stem.value), sound, desk) for stem in ALL_STEMS}
        stems = Stems(**parts, separator=separator)
    else:
        stems = desk.separator.separate(sound, progress=progress)
    for stem, audio in stems.items():
        desk.sounds.save(f"{recording.sha256}/{separator}/{stem}", audio)
    return stems


def hear_analysis(recording: Recording, sound: Audio, stems: Stems | None, desk: Desk, progress: Progress = silent) -> Analysis:
    """What the listener hears, kept in the registry by content and listener."""
    with desk.read() as shelf:
        known = shelf.analysis(recording.sha256, desk.listener.name)
    if known:
        return known
    analysis = desk.listener.listen(sound, stems, progress=progress)
    with desk.write() as shelf:
        shelf.keep_analysis(recording.sha256, desk.listener.name, analysis)
    return analysis


def at_engine_rate(audio: Audio) -> Audio:
    """Stereo at 44.1 kHz."""
    stereo = audio.stereo()
    if stereo.sample_rate == ENGINE_RATE_HZ:
        return stereo
    return Audio(resample(stereo.samples, stereo.sample_rate, ENGINE_RATE_HZ), ENGINE_RATE_HZ)


def _delivered(blob: str | None, sound: Audio, desk: Desk) -> Audio:
    """A delivered stem, cut or padded to the master's length; silence where the owner delivered none."""
    samples = np.zeros_like(sound.samples)
    if blob:
        heard = at_engine_rate(desk.audio_files.decode(desk.blobs.get(blob), "stem"))
        length = min(heard.length_frames, samples.shape[1])
        samples[:, :length] = heard.samples[:, :length]
    return Audio(samples, sound.sample_rate)
