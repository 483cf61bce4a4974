"""What happens to music on its way: codecs, noise, other music, rooms, changes of tempo and pitch."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, sosfilt

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.places import AUDIO as MUSIC
from remixlab.domain.audio import Audio
from remixlab.signal.stretch.pitch import pitch_shift
from remixlab.signal.stretch.vocoder import phase_vocoder
from remixlab.signal.timemap import TimeMap

RATE = 44100
Handling = Callable[[Audio, Audio, np.random.Generator], Audio]
"""Of a sound, other music, and dice."""


def list_recordings(limit: int = 99) -> list[tuple[str, Audio]]:
    """Recordings of half a minute and more at 44.1 kHz, stems summed to their mix."""
    found: list[tuple[str, Audio]] = []
    for path in sorted(p for p in MUSIC.glob("*.*") if p.suffix in (".mp3", ".ogg")):
        audio = load(path)
        if audio.duration_s > 30 and len(found) < limit:
            found.append((path.stem, audio))
    for folder in sorted((MUSIC / "stems").glob("*")):
        if len(found) < limit:
            stems = [load(p) for p in sorted(folder.glob("*.*")) if p.suffix in (".mp3", ".ogg")]
            length = min(min(s.length_frames for s in stems), 150 * RATE)
            found.append(
                (folder.name, Audio.checked(np.asarray(sum(s.samples[:, :length] for s in stems), np.float32), RATE))
            )
    return found


def load(path: Path) -> Audio:
    return Audio.checked(_read(path).T, RATE).stereo()


def _read(source: Path | io.BytesIO) -> NDArray[np.float32]:
    samples, rate = soundfile.read(source, dtype="float32", always_2d=True)
    return np.asarray(samples if rate == RATE else soxr.resample(samples, rate, RATE), np.float32)


def cut(audio: Audio, start_s: float, length_s: float) -> Audio:
    start = int(start_s * RATE)
    return Audio.checked(audio.samples[:, start : start + int(length_s * RATE)], RATE)


def transcode(audio: Audio, container: str, rate: int, **options: Any) -> Audio:
    samples = audio.samples.T if rate == RATE else soxr.resample(audio.samples.T, RATE, rate)
    target = io.BytesIO()
    soundfile.write(target, np.clip(samples, -1, 1), rate, format=container, **options)
    target.seek(0)
    return Audio.checked(_read(target).T, RATE)


def mp3(level: float) -> Handling:
    return lambda a, _o, _d: transcode(a, "MP3", RATE, bitrate_mode="CONSTANT", compression_level=level)


def opus(level: float) -> Handling:
    return lambda a, _o, _d: transcode(a, "OGG", 48000, subtype="OPUS", compression_level=level)


def noise(snr_db: float, *, pink: bool = False) -> Handling:
    def handle(audio: Audio, _other: Audio, dice: np.random.Generator) -> Audio:
        hiss = dice.normal(size=audio.samples.shape)
        if pink:
            spectrum = np.fft.rfft(hiss, axis=1)
            hiss = np.fft.irfft(spectrum / np.sqrt(np.arange(spectrum.shape[1]) + 1), hiss.shape[1], axis=1)
        return add(audio, Audio.checked(hiss, RATE), -snr_db)

    return handle


def add(audio: Audio, other: Audio, level_db: float) -> Audio:
    """`other` at a level relative to the sound's own."""
    beside = (
        np.resize(other.samples, (other.channels, audio.length_frames))
        if other.length_frames < audio.length_frames
        else other.samples
    )
    beside = beside[:, : audio.length_frames]
    gain = np.sqrt(np.mean(audio.samples**2) / (np.mean(beside**2) + 1e-12)) * 10 ** (level_db / 20)
    return Audio.checked(0.7 * (audio.samples + gain * beside), RATE)


def under(level_db: float) -> Handling:
    """The sound at a level relative to other music on top of it."""
    return lambda a, o, _d: add(a, o, -level_db)


def reverb(decay_s: float, direct_db: float) -> Handling:
    def handle(audio: Audio, _other: Audio, dice: np.random.Generator) -> Audio:
        time = np.arange(int(decay_s * RATE * 1.2)) / RATE
        response = dice.normal(size=time.size) * 10 ** (-3 * time / decay_s)
        response[: int(0.003 * RATE)] = 0
        response *= np.sqrt(10 ** (-direct_db / 10) / np.sum(response**2))
        response[0] = 1
        return Audio.checked(0.7 * fftconvolve(audio.samples, response[None], axes=1)[:, : audio.length_frames], RATE)

    return handle


def filtered(kind: str, *hz: float) -> Handling:
    first, *second = hz
    sections: Any = butter(4, hz if second else first, kind, fs=RATE, output="sos")
    return lambda a, _o, _d: Audio.checked(np.asarray(sosfilt(sections, a.samples, axis=1)), RATE)


def rerecorded(audio: Audio, other: Audio, dice: np.random.Generator) -> Audio:
    mono = Audio.checked(audio.mono(), RATE)
    for step in (reverb(0.4, 3), filtered("bandpass", 180, 9000), noise(25)):
        mono = step(mono, other, dice)
    return Audio.checked(np.tanh(1.5 * mono.samples) / 1.5, RATE)


def stretched(percent: float) -> Handling:
    """Longer by so much, at one pitch."""
    return lambda a, _o, _d: Audio(
        phase_vocoder(a.samples, TimeMap.uniform(1 / (1 + percent / 100), a.length_frames)), RATE
    )


def transposed(semitones: float) -> Handling:
    return lambda a, _o, _d: Audio(pitch_shift(a.samples, semitones, stretcher=phase_vocoder), RATE)


def sped(percent: float) -> Handling:
    return lambda a, _o, _d: Audio.checked(soxr.resample(a.samples.T, RATE * (1 + percent / 100), RATE).T, RATE)


HANDLINGS: dict[str, Handling] = {
    "none": lambda a, _o, _d: a,
    "mp3-128": mp3(0.62),
    "mp3-64": mp3(0.87),
    "opus-64": opus(0.9),
    "opus-32": opus(0.95),
    "white-20": noise(20),
    "pink-20": noise(20, pink=True),
    "noise-10": noise(10, pink=True),
    "noise-0": noise(0, pink=True),
    "low-pass-4k": filtered("lowpass", 4000),
    "reverb-0.5": reverb(0.5, 8),
    "reverb-1.2": reverb(1.2, -2.5),
    "re-recorded": rerecorded,
    "beside-6": under(6),
    "mixed-0": under(0),
    "mixed-6": under(-6),
    "pitch+1": transposed(1),
    "pitch-1": transposed(-1),
    "pitch+3": transposed(3),
    "tempo+5": stretched(-5 / 1.05),
    "tempo-5": stretched(5 / 0.95),
    "tempo+10": stretched(-9.1),
    "tempo-10": stretched(10),
    "tempo+20": stretched(-16.7),
    "tempo-20": stretched(25),
    "speed+5": sped(5),
    "speed-5": sped(-5),
    "speed+10": sped(10),
}


def excerpts(recordings: list[tuple[str, Audio]], length_s: float, each: int) -> Iterator[tuple[int, Audio, float]]:
    """(number of the recording, excerpt, where it starts), spread over each recording."""
    for number, (_, audio) in enumerate(recordings):
        room = audio.duration_s - length_s - 1
        for k in range(each):
            if room > 0:
                start_s = room * (k + 0.37) / each
                yield number, cut(audio, start_s, length_s), start_s


def tell(**row: object) -> None:
    """One line of JSON, with what it ran on."""
    print(json.dumps({**row, **surroundings()}), flush=True)
