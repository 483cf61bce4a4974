"""The harmony of a recording, beat by beat: what a cover keeps when everything else changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.identify.kernels import follow_beats
from remixlab.identify.peaks import BINS, BINS_PER_OCTAVE, FRAMES_PER_SECOND, LOWEST_HZ

_BEAT_MIN_S, _BEAT_MAX_S = 0.3, 1.0
_BEAT_LIKELY_S = 0.52
_LOW_BINS = 2 * BINS_PER_OCTAVE
_TIGHTNESS = 80.0
_midi = 69 + 12 * np.log2(LOWEST_HZ / 440) + np.arange(BINS) * 12 / BINS_PER_OCTAVE
_pitch_classes = np.round(_midi).astype(int) % 12


def _fold_matrix() -> NDArray[np.float32]:
    matrix = np.zeros((BINS, 24), np.float32)
    for b in range(BINS):
        matrix[b, _pitch_classes[b] + (0 if b < _LOW_BINS else 12)] = 1
    return matrix


_fold = _fold_matrix()


@dataclass(frozen=True, slots=True, eq=False)
class Harmony:
    """Chroma of every beat.

    Shape: chroma (beats, 24), 12 pitch classes of the lower and 12 of the upper register, 0-255; beats_s (beats,).
    """

    chroma: NDArray[np.uint8]
    beats_s: NDArray[np.float32]

    def __len__(self) -> int:
        return int(self.beats_s.size)


def measure_harmony(spectrogram: NDArray[np.float32]) -> Harmony:
    """Follow the beat and gather the pitch classes that sound on each."""
    beats = find_beats(measure_onsets(spectrogram))
    if beats.size < 2:
        return Harmony(np.zeros((0, 24), np.uint8), np.zeros(0, np.float32))
    above = np.maximum(spectrogram - uniform_filter1d(spectrogram, BINS_PER_OCTAVE + 1, axis=1), 0)
    sums = np.add.reduceat(above, beats, axis=0)[:-1] @ _fold
    for register in (slice(0, 12), slice(12, 24)):
        sums[:, register] /= np.linalg.norm(sums[:, register], axis=1, keepdims=True) + 1e-6
    return Harmony(np.round(sums * 255).astype(np.uint8), (beats[:-1] / FRAMES_PER_SECOND).astype(np.float32))


def measure_onsets(spectrogram: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much louder each frame became, against its second. Shape: (frames,)."""
    quietest = spectrogram.max() - 14
    rise = np.maximum(np.diff(np.maximum(spectrogram, quietest), axis=0, prepend=spectrogram[:1]), 0).mean(axis=1).astype(np.float64)
    rise -= uniform_filter1d(rise, int(FRAMES_PER_SECOND))
    return np.maximum(rise, 0) / (rise.std() + 1e-9)


def find_beats(onsets: NDArray[np.float64]) -> NDArray[np.intp]:
    """Frames of the beats, by dynamic programming at the most likely period. Source: Ellis, "Beat tracking by dynamic programming"."""
    shortest, longest = int(_BEAT_MIN_S * FRAMES_PER_SECOND), int(_BEAT_MAX_S * FRAMES_PER_SECOND)
    if onsets.size < 4 * longest:
        return np.zeros(0, np.intp)
    spectrum = np.fft.rfft(onsets - onsets.mean(), 2 * onsets.size)
    likeness = np.fft.irfft(spectrum * spectrum.conj())[shortest : longest + 1]
    lags = np.arange(shortest, longest + 1)
    period = int(lags[np.argmax(likeness * np.exp(-0.5 * (np.log2(lags / (_BEAT_LIKELY_S * FRAMES_PER_SECOND)) / 0.9) ** 2))])
    came_from = np.full(onsets.size, -1, np.int64)
    last = follow_beats(onsets, period, _TIGHTNESS, came_from)
    beats: list[int] = []
    while last >= 0:
        beats.append(last)
        last = int(came_from[last])
    return np.array(beats[::-1], np.intp)
