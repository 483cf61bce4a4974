"""Voices made of one voice: robot, doubled, choir, harmony, deep, high, tuned, whisper, telephone.

Each sung manner takes the voice, its analysis and the segment wanted, and can go along a time map; each gives
the bits of the whole for any segment. Times are the result's, settings the source's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.signal.effects.drive import Drive
from remixlab.signal.effects.dynamics import Compressor
from remixlab.signal.effects.effect import Chain
from remixlab.signal.effects.filters import Equaliser, Filter
from remixlab.signal.levels import as_samples
from remixlab.signal.measure.tuning import Allowed, PitchClasses, harmony_semitones, tuned_hz, tuned_semitones
from remixlab.signal.noise import uniform, white_noise
from remixlab.signal.spectrum import hann, overlap_add
from remixlab.signal.timemap import TimeMap, read_straight
from remixlab.signal.voice.singing import Singing, sing

_WHISPER_FFT = 1024
"""Frames of a whisper, 23 ms: as long as a mouth stays still."""
_WHISPER_HOP = 256
"""A quarter of it: with Hann windows at both ends the sum is constant."""
_WHISPER_GAIN = 4.0
"""Noise through a voice's envelope is softer than the voice; this makes up for it; set by hand."""
_WHISPER_SPAN = 1 << 17
"""Frames worked at once, 3 s, so that memory does not grow with the voice."""

_QUEFRENCIES = 40
"""Of the cepstrum this much is envelope: harmonics of voices under 1.1 kHz lie beyond (0.9 ms)."""
_WHISPER_TILT = 0.035
"""Part of the band below which a whisper has little: 770 Hz, for nothing swings in the throat; set by hand."""
_GENTLE_GLIDE_S = 0.12
"""Tuned gently, a note is moved in its middle only, and comes and goes within a tenth of a second."""
_DRIFT_FRAMES = 60
"""A wandering pitch has a new aim every 0.3 s, as a singer who holds a note."""
_DEEP_SIZE, _HIGH_SIZE = 0.84, 1.22
"""Formants of a larger and a smaller singer: about what men's and women's differ by (Fant 1973); set by hand."""
_CHOIR = ((-0.8, 0.93), (-0.5, 1.05), (-0.2, 0.97), (0.15, 1.08), (0.45, 0.91), (0.8, 1.03))
"""Where six singers stand, and their sizes; no two neighbours alike."""
_CHOIR_CENTS = 14.0
"""How far they are out of tune at most: a good choir's spread (Sundberg 1987)."""
_TELEPHONE_HZ = (350.0, 3200.0)
"""The band of a telephone line, a little narrower than the 300 to 3400 Hz of ITU-T G.712."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """One singer of several: how far off, how late, how large, where and how loud. Unit: cents, seconds, -1 left to
    1 right, dB.
    """

    semitones: float | NDArray[np.float64] = 0.0
    detune_cents: float = 0.0
    late_s: float = 0.0
    formant_ratio: float = 1.0
    pan: float = 0.0
    gain_db: float = 0.0
    drift_cents: float = 0.0
    seed: int = 0


def sing_together(
    samples: Samples,
    singing: Singing,
    voices: tuple[Voice, ...],
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
) -> Samples:
    """Several voices at once, on two channels when there are two. Law: any segment has the bits of the whole."""
    path = TimeMap.uniform(1.0, max(1, singing.length_frames)) if time_map is None else time_map
    stop = path.length_frames if n1 is None else n1
    out = np.zeros((samples.shape[0], max(0, stop - n0)), np.float32)
    for voice in voices:
        late = round(voice.late_s * singing.contour.sample_rate)
        shift = (
            np.asarray(voice.semitones) + (voice.detune_cents + voice.drift_cents * _drift(singing, voice.seed)) / 100.0
        )
        sung = sing(
            samples,
            singing,
            n0 - late,
            stop - late,
            time_map=path,
            semitones=np.asarray(shift, np.float64),
            formant_ratio=voice.formant_ratio,
        )
        out += sung * _panned(voice, samples.shape[0])
    return out


def _panned(voice: Voice, channels: int) -> NDArray[np.float32]:
    """Gain of each channel, constant power, 1 in the middle. Shape: (channels, 1)."""
    gain = 10 ** (voice.gain_db / 20)
    if channels != 2:
        return np.full((channels, 1), gain, np.float32)
    angle = (voice.pan + 1) * np.pi / 4
    return np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(gain * np.sqrt(2))


def _drift(singing: Singing, seed: int) -> NDArray[np.float64]:
    """A slow wander between about -1 and 1, one value per contour frame."""
    frames = singing.contour.f0_hz.size
    knots = uniform(seed + 1, np.arange(frames // _DRIFT_FRAMES + 3).astype(np.uint64)) * 2 - 1
    return np.interp(np.arange(frames) / float(_DRIFT_FRAMES), np.arange(knots.size), knots)


def robot(
    samples: Samples,
    singing: Singing,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    allowed: Allowed | PitchClasses = (),
    hz: float = 0.0,
    a4_semitones: float = 0.0,
) -> Samples:
    """Dead straight: on one pitch when `hz` is given, else each note nailed to the nearest allowed one."""
    contour = singing.contour
    notes_hz = tuned_hz(contour, allowed or tuple(range(12)), a4_semitones=a4_semitones)
    target = np.where(contour.voiced, hz, 0.0) if hz > 0 else notes_hz
    return sing(samples, singing, n0, n1, time_map=time_map, target_hz=target)


def tuned(
    samples: Samples,
    singing: Singing,
    allowed: Allowed | PitchClasses,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    hard: bool = False,
    semitones: float = 0.0,
    a4_semitones: float = 0.0,
) -> Samples:
    """In tune with a scale or with chords; hard is the effect, else the voice keeps its vibrato. Then moved by
    `semitones`.
    """
    glide_s = 0.0 if hard else _GENTLE_GLIDE_S
    shift = tuned_semitones(singing.contour, allowed, glide_s=glide_s, a4_semitones=a4_semitones)
    return sing(samples, singing, n0, n1, time_map=time_map, semitones=shift + semitones)


def doubled(
    samples: Samples,
    singing: Singing,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    seed: int = 0,
) -> Samples:
    """The voice with a second and a third take of itself to the sides."""
    voices = (
        Voice(),
        Voice(detune_cents=-7, late_s=0.017, pan=-0.75, gain_db=-6, drift_cents=9, formant_ratio=0.99, seed=seed + 11),
        Voice(detune_cents=7, late_s=0.026, pan=0.75, gain_db=-6, drift_cents=9, formant_ratio=1.01, seed=seed + 12),
    )
    return sing_together(samples, singing, voices, n0, n1, time_map=time_map)


def choir(
    samples: Samples,
    singing: Singing,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    seed: int = 0,
) -> Samples:
    """Eight singers of different size, pitch and promptness, two of them an octave away."""
    dice = uniform(seed + 5, np.arange(12).astype(np.uint64))
    ranks = tuple(
        Voice(
            detune_cents=float(2 * _CHOIR_CENTS * dice[k] - _CHOIR_CENTS), late_s=float(0.004 + 0.034 * dice[6 + k]),
            formant_ratio=size, pan=pan,
            gain_db=-5.5, drift_cents=14, seed=seed + 21 + k,
        )
        for k, (pan, size) in enumerate(_CHOIR)
    )  # fmt: skip
    low = Voice(semitones=-12, late_s=0.021, formant_ratio=0.88, pan=-0.3, gain_db=-10, drift_cents=12, seed=seed + 31)
    high = Voice(semitones=12, late_s=0.031, formant_ratio=1.06, pan=0.35, gain_db=-15, drift_cents=12, seed=seed + 32)
    return sing_together(samples, singing, (*ranks, low, high), n0, n1, time_map=time_map)


def harmony(
    samples: Samples,
    singing: Singing,
    scale: PitchClasses,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    steps: tuple[int, ...] = (2, -3),
    seed: int = 0,
    a4_semitones: float = 0.0,
) -> Samples:
    """The voice with others in parallel degrees of the scale: a third above and a fourth below unless told."""
    others = tuple(
        Voice(
            semitones=harmony_semitones(singing.contour, scale, step, a4_semitones=a4_semitones),
            late_s=0.012 + 0.007 * k,
            formant_ratio=1.02 if step > 0 else 0.98,
            pan=0.55 * (-1) ** k,
            gain_db=-5,
            drift_cents=6,
            seed=seed + 41 + k,
        )
        for k, step in enumerate(steps)
    )
    return sing_together(samples, singing, (Voice(), *others), n0, n1, time_map=time_map)


def deep(
    samples: Samples, singing: Singing, n0: int = 0, n1: int | None = None, *, time_map: TimeMap | None = None
) -> Samples:
    """A larger singer, an octave down."""
    return sing(samples, singing, n0, n1, time_map=time_map, semitones=-12.0, formant_ratio=_DEEP_SIZE)


def high(
    samples: Samples, singing: Singing, n0: int = 0, n1: int | None = None, *, time_map: TimeMap | None = None
) -> Samples:
    """A smaller singer, an octave up."""
    return sing(samples, singing, n0, n1, time_map=time_map, semitones=12.0, formant_ratio=_HIGH_SIZE)


def whisper(samples: Samples, n0: int = 0, n1: int | None = None, *, seed: int = 0, breath: float = 1.0) -> Samples:
    """The voice without its tone: breath through the same mouth. `breath` below 1 leaves some tone.

    Law: any segment has the bits of the whole. Source: spectral envelopes from the cepstrum, A. V. Oppenheim and R. W.
    Schafer.
    """
    stop = samples.shape[1] if n1 is None else n1
    parts = [_whispered(samples, at, min(at + _WHISPER_SPAN, stop), seed) for at in range(n0, stop, _WHISPER_SPAN)]
    made = np.concatenate([np.zeros((samples.shape[0], 0), np.float32), *parts], axis=1)
    tone = read_straight(samples, n0, made.shape[1])
    return as_samples(np.float32(breath) * made + np.float32(1 - breath) * tone)


def _whispered(samples: Samples, n0: int, stop: int, seed: int) -> Samples:
    """Breath alone, from frame n0 to `stop`."""
    first, last = n0 // _WHISPER_HOP - 2, -(-stop // _WHISPER_HOP) + 3
    begin = first * _WHISPER_HOP - _WHISPER_FFT // 2
    length = (last - first - 1) * _WHISPER_HOP + _WHISPER_FFT
    low, high_ = max(0, begin), max(0, min(samples.shape[1], begin + length))
    local = np.zeros((samples.shape[0], length), np.float32)
    local[:, low - begin : max(low, high_) - begin] = samples[:, low : max(low, high_)]
    noise = white_noise(seed, begin + (1 << 32), length, 1)
    index = np.arange(last - first)[:, None] * _WHISPER_HOP + np.arange(_WHISPER_FFT)[None, :]
    window = hann(_WHISPER_FFT)
    heard = np.abs(np.asarray(scipy.fft.rfft(local[:, index] * window, axis=-1)))
    blown = np.asarray(scipy.fft.rfft(noise[:, index] * window, axis=-1)) / np.float32(np.sqrt((window**2).sum() / 3))
    pieces = np.asarray(scipy.fft.irfft(_envelope(heard) * blown, _WHISPER_FFT, axis=-1)).astype(np.float32) * (
        window * np.float32(2 / 3)
    )
    return overlap_add(np.asarray(pieces, np.float32), _WHISPER_HOP)[:, n0 - begin : stop - begin]


def _envelope(magnitudes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The outline of each spectrum without its harmonics, darker below where a whisper has nothing. Shape as given."""
    size = 2 * (magnitudes.shape[-1] - 1)
    cepstrum = np.asarray(scipy.fft.irfft(np.log(magnitudes + 1e-7), size, axis=-1))
    keep = np.zeros(size, np.float32)
    quefrencies = _QUEFRENCIES
    keep[:quefrencies] = 0.5 + 0.5 * np.cos(np.pi * np.arange(quefrencies) / quefrencies)
    keep[1:] += keep[1:][::-1].copy()
    smooth = np.asarray(scipy.fft.rfft(cepstrum * keep, axis=-1), np.complex64)
    outline = np.exp(smooth.real)
    bins = np.arange(magnitudes.shape[-1]) / magnitudes.shape[-1]
    tilt = (bins / (bins + _WHISPER_TILT)).astype(np.float32)
    silent = magnitudes.max(axis=-1, keepdims=True) < 1e-6
    return np.where(silent, 0.0, _WHISPER_GAIN * outline * tilt).astype(np.float32)


def telephone() -> Chain:
    """A voice on the line: a narrow band, pressed and a little dirty."""
    low_hz, high_hz = _TELEPHONE_HZ
    high_pass, low_pass = Filter("high-pass", low_hz, slope_db=24), Filter("low-pass", high_hz, slope_db=24)
    band = Equaliser((high_pass, low_pass, Filter("peak", 1700.0, 0.9, 5.0)))
    squeezed = Compressor(-26.0, 5.0, 0.004, 0.09, knee_db=6.0, makeup_db=8.0)
    return Chain((band, squeezed, Drive(14.0, warmth=0.5), replace(band, filters=band.filters[:2])))
