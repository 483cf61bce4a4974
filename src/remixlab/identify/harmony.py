"""The harmony of a recording and its tune, step by step in even time: what a cover keeps when everything else
changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.identify.peaks import BINS, BINS_PER_OCTAVE, FRAMES_PER_SECOND, LOWEST_HZ

STEP_S = 0.24
"""Harmony is kept every 0.24 s, fifteen frames: twice as fine as it is compared in (decision 99)."""
TUNE_STEPS = 3
"""The tune is told three times in a step."""
REST = 12
"""What the tune is where nothing stands out."""
_TUNE_FRAMES = round(STEP_S * FRAMES_PER_SECOND / TUNE_STEPS)
"""Frames of a place of the tune, five: 0.08 s."""
_BEAT_MIN_S, _BEAT_MAX_S = 0.3, 1.0
"""Beats that are heard, 60 to 200 a minute; other levels are tried when works are compared."""
_BEAT_LIKELY_S = 0.52
"""The likeliest, 115 a minute: where people like to count (as `listening.pulse`)."""
_BEAT_OCTAVES = 0.9
"""How far from it beats are still likely: wide, for any of a beat's levels will do."""
_RANGE_NEPERS = 14
"""What is 61 dB of power under the loudest makes no onset."""
LOW_MAX_HZ = LOWEST_HZ * 4
"""Where the upper register begins."""
_TUNE_BINS = slice(24, 110)
"""From 238 to 1240 Hz."""
PARTIALS = ((1, 1.0), (2, 0.7), (3, 0.5), (4, 0.35), (5, 0.25))
"""How much each partial of a tone tells of it."""
_HELD_MIN, _MOVES_MIN, _FAR_STEPS = 0.55, 0.12, 9
"""Drums of six styles and two loops hold .22 to .41 and move by .00 to .08; their songs hold .72 and more and move by
.18 and more."""
_midi = 69 + 12 * np.log2(LOWEST_HZ / 440) + np.arange(BINS) * 12 / BINS_PER_OCTAVE
_pitch_classes = np.round(_midi).astype(int) % 12


def _fold_matrix() -> NDArray[np.float32]:
    matrix = np.zeros((BINS, 24), np.float32)
    for b in range(BINS):
        matrix[b, _pitch_classes[b] + (0 if b < 2 * BINS_PER_OCTAVE else 12)] = 1
    return matrix


_fold = _fold_matrix()


@dataclass(frozen=True, slots=True, eq=False)
class Harmony:
    """Chroma and tune of every step of STEP_S, and the period of the beat as far as it is heard.

    Shape: chroma (steps, 24), 12 pitch classes of the lower and 12 of the upper register, 0-255; tune (steps, 3, 12),
    how much each pitch class stands out, adding up to 255, or to nothing in a rest. Unit: beat_s in seconds.
    """

    chroma: NDArray[np.uint8]
    tune: NDArray[np.uint8]
    beat_s: float

    def __len__(self) -> int:
        return len(self.chroma)

    @property
    def is_pitched(self) -> bool:
        """Whether there are tones that last, or a harmony that moves: drums have neither, however alike they are."""
        return self._held_share() >= _HELD_MIN or self._moves() >= _MOVES_MIN

    def _held_share(self) -> float:
        """How often what stands out most goes on standing out most."""
        told = self.tune.reshape(-1, 12)
        names, sounds = told.argmax(axis=1), told.max(axis=1) > 0
        both = np.logical_and(sounds[1:], sounds[:-1])
        return float((names[1:] == names[:-1])[both].mean()) if both.any() else 0.0

    def _moves(self) -> float:
        """How much more a step is like the next than like one two seconds on, in the register where that is most."""
        steps = self.chroma.astype(np.float32).reshape(-1, 2, 12) / 255
        if len(steps) <= _FAR_STEPS:
            return 0.0
        near, far = ((steps[:-apart] * steps[apart:]).sum(axis=2).mean(axis=0) for apart in (1, _FAR_STEPS))
        return float((near - far).max())


def measure_harmony(spectrogram: NDArray[np.float32]) -> Harmony:
    """Gather the pitch classes that sound in each step, and how much each stands out."""
    steps = len(spectrogram) // (_TUNE_FRAMES * TUNE_STEPS)
    whole = spectrogram[: steps * _TUNE_FRAMES * TUNE_STEPS]
    above = np.maximum(whole - uniform_filter1d(whole, BINS_PER_OCTAVE + 1, axis=1), 0) if steps else whole
    means = _average_places(above)
    chroma = unify_registers((means @ _fold).reshape(steps, TUNE_STEPS, 24).sum(axis=1))
    tune = _follow_tune(_average_places(whole), means > 0).reshape(steps, TUNE_STEPS, 12)
    return Harmony(np.round(chroma * 255).astype(np.uint8), tune, measure_beat(measure_onsets(spectrogram)))


def _average_places(spectrogram: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shape: (places, BINS)."""
    return spectrogram.reshape(-1, _TUNE_FRAMES, BINS).mean(axis=1)


def unify_registers(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each register of each step at unit length. Shape: (steps, 24)."""
    halves = chroma.reshape(-1, 2, 12)
    return (halves / (np.linalg.norm(halves, axis=2, keepdims=True) + np.float32(1e-6))).reshape(-1, 24)


def _follow_tune(power: NDArray[np.float32], stands_out: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """How much the partials of each pitch class stand out, its share squared. Shape: power (places, BINS), logarithmic;
    result (places, 12).

    Source: Klapuri (2006), salience by weighted partials.
    """
    level = np.exp((power - power.max(axis=1, keepdims=True)) / 2) * stands_out if len(power) else power
    salience = np.zeros((len(level), BINS), np.float32)
    for number, weight in PARTIALS:
        partial = level[:, round(BINS_PER_OCTAVE * np.log2(number)) :]
        salience[:, : partial.shape[1]] += np.float32(weight) * partial
    tones, classes = salience[:, _TUNE_BINS], _pitch_classes[_TUNE_BINS]
    told = np.stack([tones[:, classes == pitch_class].max(axis=1) for pitch_class in range(12)], axis=1) ** 2
    return np.round(told * 255 / (told.sum(axis=1, keepdims=True) + np.float32(1e-6))).astype(np.uint8)


def spell_tune(tune: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A tune of single pitch classes, or REST, as Harmony has it. Shape: (steps, 3) to (steps, 3, 12)."""
    return np.where(tune[..., None] == np.arange(12), 255, 0).astype(np.uint8)


def name_tune(tune: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The pitch class that most stands out in each place, or REST. Shape: (steps, 3, 12) to (steps, 3)."""
    return np.where(tune.any(axis=-1), tune.argmax(axis=-1), REST).astype(np.uint8)


def measure_onsets(spectrogram: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much louder each frame became, against its second. Shape: (frames,)."""
    quietest = spectrogram.max() - _RANGE_NEPERS
    rise = (
        np.maximum(np.diff(np.maximum(spectrogram, quietest), axis=0, prepend=spectrogram[:1]), 0)
        .mean(axis=1)
        .astype(np.float64)
    )
    rise -= uniform_filter1d(rise, int(FRAMES_PER_SECOND))
    return np.maximum(rise, 0) / (rise.std() + 1e-9)


def measure_beat(onsets: NDArray[np.float64]) -> float:
    """The period at which onsets come again, or one of its multiples. Source: Ellis (2007), autocorrelation under a
    window of likely tempi. Unit: s.
    """
    shortest, longest = int(_BEAT_MIN_S * FRAMES_PER_SECOND), int(_BEAT_MAX_S * FRAMES_PER_SECOND)
    if onsets.size < 4 * longest:
        return _BEAT_LIKELY_S
    spectrum = np.fft.rfft(onsets - onsets.mean(), 2 * onsets.size)
    likeness = np.fft.irfft(spectrum * spectrum.conj())[shortest : longest + 1]
    lags = np.arange(shortest, longest + 1)
    likely = likeness * np.exp(-0.5 * (np.log2(lags / (_BEAT_LIKELY_S * FRAMES_PER_SECOND)) / _BEAT_OCTAVES) ** 2)
    return float(lags[np.argmax(likely)] / FRAMES_PER_SECOND)
