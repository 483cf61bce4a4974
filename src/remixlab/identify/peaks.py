"""Spectral peaks: the few points of a recording that survive codecs, noise and other music on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from remixlab.domain.audio import Audio
from remixlab.identify.kernels import map_log_frequency
from remixlab.signal.downmix import to_mono

RATE_HZ = 16000
FRAME = 2048
HOP = 256
FRAMES_PER_SECOND = RATE_HZ / HOP
BINS_PER_OCTAVE = 36
BINS_PER_SEMITONE = BINS_PER_OCTAVE // 12
LOWEST_HZ = 150.0
BINS = 195
PEAKS_PER_SECOND = 24

_BLOCK_FRAMES = 256
_FLOOR = 1e-8
_PROMINENCE = 1.6
"""In nepers of power above the neighbourhood: about 7 dB."""
_AUDIBLE = -10.0
_NEIGHBOURHOOD_BINS = 61
_NEIGHBOURHOOD_FRAMES = 63
_RADIUS_FRAMES = 8
_RADIUS_BINS = 7
_PART_FRAMES = 1 << 15
_MARGIN_FRAMES = 64

_window = np.hanning(FRAME + 1)[:-1].astype(np.float32)
_centres = LOWEST_HZ * 2 ** (np.arange(BINS) / BINS_PER_OCTAVE) * FRAME / RATE_HZ
_edges = LOWEST_HZ * 2 ** ((np.arange(BINS + 1) - 0.5) / BINS_PER_OCTAVE) * FRAME / RATE_HZ
_narrow = np.ceil(_edges[:-1]) > np.floor(_edges[1:])
_low = np.where(_narrow, np.floor(_centres), np.ceil(_edges[:-1])).astype(np.int32)
_high = np.where(_narrow, _low - 1, np.floor(_edges[1:])).astype(np.int32)
_fraction = (_centres - np.floor(_centres)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Points of a log-frequency spectrogram, in order of time.

    Shape: both (peaks,). Unit: frames of 16 ms; bins of a third of a semitone above 150 Hz, with fraction.
    """

    frames: NDArray[np.int32]
    bins: NDArray[np.float32]

    def __len__(self) -> int:
        return int(self.frames.size)

    def between(self, start_frame: float, end_frame: float) -> Peaks:
        first, last = np.searchsorted(self.frames, (start_frame, end_frame))
        return Peaks(self.frames[first:last], self.bins[first:last])


def measure_spectrogram(recording: Audio) -> NDArray[np.float32]:
    """Log power over time and log frequency. Shape: (frames, BINS)."""
    samples = to_mono(recording)
    if recording.sample_rate != RATE_HZ:
        samples = soxr.resample(samples, recording.sample_rate, RATE_HZ, quality="LQ")
    if samples.size < FRAME:
        samples = np.pad(samples, (0, FRAME - samples.size))
    windows = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    power = np.empty((len(windows), BINS), np.float32)
    for start in range(0, len(windows), _BLOCK_FRAMES):
        spectrum = scipy.fft.rfft(windows[start : start + _BLOCK_FRAMES] * _window, axis=1)
        map_log_frequency(spectrum, _low, _high, _fraction, power[start : start + len(spectrum)])
    power += np.float32(_FLOOR)
    return np.log(power, out=power)


def pick_peaks(spectrogram: NDArray[np.float32]) -> Peaks:
    """The most prominent local maxima, at most PEAKS_PER_SECOND in each second."""
    found = [_find_maxima(spectrogram, start) for start in range(0, len(spectrogram), _PART_FRAMES)]
    frames = np.concatenate([frames for frames, _, _ in found])
    bins = np.concatenate([bins for _, bins, _ in found])
    prominence = np.concatenate([prominence for _, _, prominence in found])
    chosen = _choose_most_prominent(frames, prominence)
    frames, bins = frames[chosen], bins[chosen]
    return Peaks(frames.astype(np.int32), (bins + _interpolate(spectrogram, frames, bins)).astype(np.float32))


def _find_maxima(spectrogram: NDArray[np.float32], start: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.floating]]:
    """Frames, bins and prominence of the maxima of one part; parts keep hours of sound from filling the memory."""
    before, end = min(start, _MARGIN_FRAMES), min(start + _PART_FRAMES, len(spectrogram))
    part = spectrogram[start - before : end + _MARGIN_FRAMES]
    around = uniform_filter1d(part, _NEIGHBOURHOOD_BINS, axis=1)
    around = uniform_filter1d(around, _NEIGHBOURHOOD_FRAMES, axis=0)
    prominence = part - around
    highest = maximum_filter1d(part, 2 * _RADIUS_BINS + 1, axis=1, mode="nearest")
    highest = maximum_filter1d(highest, 2 * _RADIUS_FRAMES + 1, axis=0, mode="nearest")
    is_peak = (part >= highest) & (prominence > _PROMINENCE) & (part > _AUDIBLE)
    is_peak[:, 0] = is_peak[:, -1] = False
    is_peak[:before] = is_peak[before + end - start :] = False
    frames, bins = np.nonzero(is_peak)
    return frames + (start - before), bins, prominence[frames, bins]


def _choose_most_prominent(frames: NDArray[np.intp], prominence: NDArray[np.floating]) -> NDArray[np.intp]:
    second = (frames / FRAMES_PER_SECOND).astype(np.intp)
    order = np.lexsort((-prominence, second))
    starts = np.searchsorted(second[order], second[order])
    return np.sort(order[np.arange(order.size) - starts < PEAKS_PER_SECOND])


def _interpolate(spectrogram: NDArray[np.float32], frames: NDArray[np.intp], bins: NDArray[np.intp]) -> NDArray[np.float32]:
    """Where between the bins a parabola through three of them has its top."""
    below, here, above = (spectrogram[frames, bins + step] for step in (-1, 0, 1))
    curvature = below - 2 * here + above
    return np.clip(0.5 * (below - above) / np.minimum(curvature, -1e-6), -0.5, 0.5).astype(np.float32)  # pyright: ignore[reportReturnType]
