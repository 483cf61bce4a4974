"""Down-mixing: many channels to two by where they stand, two to one without losing what the sides hold against each
other.

Source: ITU-R BS.775-4, annex 4, table 2: centre and surrounds at -3 dB, the low-frequency channel left out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from remixlab.domain.audio import Audio, Samples
from remixlab.domain.speakers import Layout, Speaker, usual_layout

Floats = NDArray[np.float32]

_HALF: Final = 0.5**0.5
"""-3 dB, half of the power. Source: ITU-R BS.775-3, table 2."""
_SHARES: Final = {
    Speaker.LEFT: (1.0, 0.0),
    Speaker.RIGHT: (0.0, 1.0),
    Speaker.CENTRE: (_HALF, _HALF),
    Speaker.LOW: (0.0, 0.0),
    Speaker.BACK_LEFT: (_HALF, 0.0),
    Speaker.BACK_RIGHT: (0.0, _HALF),
    Speaker.LEFT_OF_CENTRE: (1.0, 0.0),
    Speaker.RIGHT_OF_CENTRE: (0.0, 1.0),
    Speaker.BACK_CENTRE: (0.5, 0.5),
    Speaker.SIDE_LEFT: (_HALF, 0.0),
    Speaker.SIDE_RIGHT: (0.0, _HALF),
    Speaker.TOP_CENTRE: (0.5, 0.5),
    Speaker.TOP_LEFT: (_HALF, 0.0),
    Speaker.TOP_FRONT: (0.5, 0.5),
    Speaker.TOP_RIGHT: (0.0, _HALF),
    Speaker.TOP_BACK_LEFT: (_HALF, 0.0),
    Speaker.TOP_BACK_CENTRE: (0.5, 0.5),
    Speaker.TOP_BACK_RIGHT: (0.0, _HALF),
}
"""What each loudspeaker gives to the left and to the right. Source:

ITU-R BS.775-3 for 5.1; the others by where they stand.
"""

_CELL: Final = 1 << 14
"""Frames from one look at how the sides stand to each other to the next."""
_LOOK: Final = 2048
"""Frames of one look: 46 ms, long enough for the lowest band."""
_LOOK_WINDOW: Final = np.hanning(_LOOK).astype(np.float32)
"""Hann: bands do not leak into each other."""
_AROUND: Final = np.array([1, 2, 3, 4, 5, 4, 3, 2, 1], np.float32)
"""Looks that are weighed together: three seconds, so that single wide notes change nothing."""
_EDGES_HZ: Final = (0.0, 150.0, 400.0, 1000.0, 3000.0, 8000.0)
"""Bands of about one and a half octaves: bass, body, voice, presence, air. Set by hand."""
_FADED, _LOST = -0.7, -0.9
"""Likeness of the sides (1 alike, -1 opposed) below which their mean loses 8 dB, and 13 dB."""
_FAINT: Final = 0.1
"""Share of the power below which a band is none that the music would miss: what a separator left in a stem is often
opposed.
Where all bands together are opposed, each counts."""
_SILENT: Final = 1e-6 * 3 / 16 * _LOOK**2
"""Power of a look at -60 dB, below which nothing is missed."""
_FRAME: Final = 2048
"""Frames of the spectra in which bands are exchanged, as long as a look."""
_HOP: Final = _FRAME // 4
"""Three quarters overlap: with Hann the sum is constant."""
_PIECE: Final = 1 << 18
"""Frames that are mixed at once, so that memory stays flat: six seconds."""


def to_stereo(samples: Samples, layout: Layout = ()) -> Samples:
    """Two channels of any number: one on both sides, two as they are, more by where they stand.

    Nothing can exceed full scale that did not before: the larger sum of shares is 1. Without a layout the usual one is
    meant.
    Shape: (channels, frames) -> (2, frames).
    """
    channels = samples.shape[0]
    if channels == 2:
        return samples
    if channels == 1:
        return np.repeat(samples, 2, axis=0)
    return np.ascontiguousarray(stereo_shares(layout or usual_layout(channels), channels) @ samples)


@lru_cache(maxsize=64)
def stereo_shares(layout: Layout, channels: int) -> Floats:
    """How much of each channel either side gets; channels without a place go to both. Shape: (2, channels)."""
    if len(layout) != channels:
        return np.full((2, channels), 1 / channels, np.float32)
    shares = np.array([_SHARES[speaker] for speaker in layout]).T
    if not shares.any():
        shares = np.ones_like(shares)
    return (shares / shares.sum(axis=1).max()).astype(np.float32)


def to_mono(recording: Audio) -> Floats:
    """One channel: the mean of both sides, and their difference where the mean would lose what sounds.

    Shape: (frames,).
    """
    pieces = [mono_stretch(recording, begin, begin + _PIECE) for begin in range(0, recording.length_frames, _PIECE)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def mono_stretch(recording: Audio, begin: int, end: int) -> Floats:
    """A stretch of `to_mono`, the same samples wherever it is cut. Shape: (end - begin,), shorter at the end."""
    end = min(end, recording.length_frames)
    if recording.channels == 2:
        opposed = _measure_opposed(recording, begin, end)
        mid = recording.samples[:, begin:end].mean(axis=0, dtype=np.float32)
        return mid if opposed is None else mid + _missing(recording, begin, end, *opposed)
    if recording.channels == 1:
        return recording.samples[:, begin:end].mean(axis=0, dtype=np.float32)
    margin = _CELL * (len(_AROUND) // 2 + 2) // _HOP * _HOP
    first = max(0, begin - margin) // _CELL * _CELL
    folded = Audio(to_stereo(recording.samples[:, first : end + margin]), recording.sample_rate)
    return mono_stretch(folded, begin - first, end - first)


def _measure_opposed(recording: Audio, begin: int, end: int) -> tuple[int, Floats] | None:
    """How much the sides are opposed around a stretch, as the first look's number and (looks, bands) from 0 to 1;

    None for nowhere.
    """
    reach = len(_AROUND) // 2
    first, last = begin // _CELL - 1, -(-end // _CELL) + 1
    power, common = _look(recording, first - reach, last + reach)
    power, common = (sliding_window_view(bands, _AROUND.size, axis=0) @ _AROUND for bands in (power, common))
    total = power.sum(axis=1)
    is_wholly = common.sum(axis=1) < _FADED * total
    least = np.maximum(np.where(is_wholly, 0, _FAINT) * total, _SILENT * _AROUND.sum() * np.where(is_wholly, _FAINT, 1))
    likeness = np.where(power > least[:, None], common / np.maximum(power, 1e-12), 1)
    if likeness.min(initial=1.0) > _FADED:
        return None
    opposed = np.clip((_FADED - likeness) / (_FADED - _LOST), 0, 1)
    return first, (opposed * opposed * (3 - 2 * opposed)).astype(np.float32)


def _look(recording: Audio, first: int, last: int) -> tuple[Floats, Floats]:
    """Power of both sides and what they have in common, in bands, at the middle of each cell.

    Shape: (last - first, bands).
    """
    places = np.arange(first, last) * _CELL + (_CELL - _LOOK) // 2
    stretches = np.zeros((len(places), 2, _LOOK), np.float32)
    for row, place in enumerate(places.tolist()):
        a, b = max(0, place), min(recording.length_frames, place + _LOOK)
        if a < b:
            stretches[row, :, a - place : b - place] = recording.samples[:, a:b]
    spectra: NDArray[np.complex64] = np.asarray(scipy.fft.rfft(stretches * _LOOK_WINDOW, axis=-1))
    left, right = spectra[:, 0], spectra[:, 1]
    starts = np.minimum(np.array(_EDGES_HZ) * _LOOK / recording.sample_rate, _LOOK // 2).astype(np.int64)
    power = np.add.reduceat(left.real**2 + left.imag**2 + right.real**2 + right.imag**2, starts, axis=1)
    return power, np.add.reduceat(2 * (left.real * right.real + left.imag * right.imag), starts, axis=1)


def _missing(recording: Audio, begin: int, end: int, first: int, opposed: Floats) -> Floats:
    """What the mean lacks: the difference of the sides in place of the mean, where and as far as they are opposed."""
    frames = np.arange((begin - _FRAME) // _HOP + 1, -(-end // _HOP))
    low, high = int(frames[0]) * _HOP, int(frames[-1]) * _HOP + _FRAME
    sides = np.zeros((2, high - low), np.float32)
    a, b = max(0, low), min(recording.length_frames, high)
    sides[:, a - low : b - low] = recording.samples[:, a:b]
    lacking = -sides[1]  # half the difference less half the sum
    window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FRAME) / _FRAME)).astype(np.float32)
    pieces = sliding_window_view(lacking, _FRAME)[::_HOP] * window
    spectra = np.asarray(scipy.fft.rfft(pieces, axis=-1)) * _weights(frames, first, opposed, recording.sample_rate)
    made = np.asarray(scipy.fft.irfft(spectra, _FRAME, axis=-1), np.float32) * (window / 2)
    whole = np.zeros(high - low, np.float32)
    for number, piece in enumerate(made):
        whole[number * _HOP : number * _HOP + _FRAME] += piece
    return whole[begin - low : end - low]


def _weights(frames: NDArray[np.int64], first: int, opposed: Floats, sample_rate: int) -> Floats:
    """The looks drawn out over frames and bins. Shape: (frames, bins)."""
    at = (frames * _HOP + _FRAME / 2) / _CELL - 0.5 - first
    over_time = np.stack([np.interp(at, np.arange(len(opposed)), band) for band in opposed.T], axis=1)
    bins_hz = np.fft.rfftfreq(_FRAME, 1 / sample_rate)
    band = np.searchsorted(np.array(_EDGES_HZ[1:]), bins_hz, side="right")
    return over_time[:, band].astype(np.float32)
