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
"""Peaks are sought below 8 kHz: codecs and telephones leave little above."""
FRAME = 2048
"""128 ms: tells semitones apart from 150 Hz on, with the interpolation between bins."""
HOP = 256
"""16 ms: what two peaks' places are compared in."""
FRAMES_PER_SECOND = RATE_HZ / HOP
"""Frames a second, 62.5."""
BINS_PER_OCTAVE = 36
"""Three to the semitone, and peaks between them by a parabola: a pitch shift moves all alike."""
BINS_PER_SEMITONE = BINS_PER_OCTAVE // 12
"""The same for a semitone."""
LOWEST_HZ = 150.0
"""Below it a spectrum of 128 ms does not tell notes apart, and small loudspeakers are silent."""
BINS = 195
"""5.4 octaves, up to 6.4 kHz."""
PEAKS_PER_SECOND = 24
"""They make 139 triplets a second, by which .91 to .98 of changed clips of 5 to 20 s were found."""

_BLOCK_FRAMES = 256
"""Spectra made at once, so that memory does not grow with the sound."""
_FLOOR = 1e-8
"""Keeps the logarithm of silence finite: -80 dB of a bin's power."""
_PROMINENCE = 1.6
"""In nepers of power above the neighbourhood: about 7 dB."""
_AUDIBLE = -10.0
"""Natural logarithm of the power below which a maximum is noise of silence."""
_NEIGHBOURHOOD_BINS = 61
"""A peak stands out of an octave and two thirds about it."""
_NEIGHBOURHOOD_FRAMES = 63
"""And of one second about it."""
_RADIUS_FRAMES = 8
"""A peak has no higher one within 128 ms, the length of a frame."""
_RADIUS_BINS = 7
"""Nor within two semitones and a third: a note and its neighbours are one peak."""
_PART_FRAMES = 1 << 15
"""Searched at once, nine minutes, so that memory does not grow with the sound."""
_MARGIN_FRAMES = 64
"""Frames beside a part: as far as the neighbourhood of its first and last peak reaches."""

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

    def reversed(self, duration_s: float) -> Peaks:
        """The peaks of the same sound played backwards: a frame's spectrum is the same from either end.

        Law: twice reversed is what it was, but for a frame.
        """
        frames = np.round(_mirror(duration_s) - self.frames[::-1]).astype(np.int32)
        # Of one frame the lower bins come first, as they were found.
        order = np.lexsort((self.bins[::-1], frames))
        return Peaks(frames[order], self.bins[::-1][order])


def turn_back(frame: float, duration_s: float) -> float:
    """Where a frame of a sound lies when it is played backwards, and where one of that lies in the sound."""
    return _mirror(duration_s) - frame


def _mirror(duration_s: float) -> float:
    """The last frame that is whole, with fraction: frames are named by their first sample."""
    return duration_s * FRAMES_PER_SECOND - FRAME / HOP


def measure_spectrogram(recording: Audio) -> NDArray[np.float32]:
    """Log power over time and log frequency. Shape: (frames, BINS)."""
    return measure_channel(to_mono(recording), recording.sample_rate)


def measure_channel(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """The same of one channel. Shape: samples (frames of sound,)."""
    if sample_rate != RATE_HZ:
        samples = soxr.resample(samples, sample_rate, RATE_HZ, quality="LQ")
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


def _find_maxima(
    spectrogram: NDArray[np.float32], start: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.floating]]:
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


def _interpolate(
    spectrogram: NDArray[np.float32], frames: NDArray[np.intp], bins: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Where between the bins a parabola through three of them has its top."""
    below, here, above = (spectrogram[frames, bins + step] for step in (-1, 0, 1))
    curvature = below - 2 * here + above
    top = np.clip(0.5 * (below - above) / np.minimum(curvature, -1e-6), -0.5, 0.5)
    return top.astype(np.float32)  # pyright: ignore[reportReturnType]
