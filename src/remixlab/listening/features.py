"""What the trained networks hear: mel and log-frequency spectra by the formulas of docs/networks.md."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from remixlab.domain.audio import Audio
from remixlab.listening.frames import RATE, Array
from remixlab.signal.blocks import resampled_blocks, resampled_length
from remixlab.signal.downmix import mono_stretch
from remixlab.signal.spectrum import frames_of, hann

_TARGET_RMS = 0.1
"""Every recording is brought to -20 dB RMS before a network hears it, as in training."""
_LOUDNESS = 1000.0
"""Magnitudes are heard as log(1 + 1000 x), which reaches 60 dB down; as in training."""


class Feature(NamedTuple):
    """A spectrum's window, step and bands; `first` is the lowest MIDI number of a log-frequency axis."""

    kind: Literal["mel", "pitch"]
    window: int
    hop: int
    bands: int
    first: int = 0

    @property
    def fps(self) -> float:
        return RATE / self.hop


BEATS = Feature("mel", 2048, 441, 81)
"""What the beat network was trained on (its card says it): 50 frames a second of 81 mel bands."""
CHORDS = Feature("pitch", 8192, 2205, 252, 24)
"""What the chord network was trained on: ten frames a second, seven octaves from C1 in thirds of a semitone."""
NOTES = Feature("pitch", 4096, 441, 264, 21)
"""What the note network was trained on: 50 frames a second, the 88 keys from A0 in thirds of a semitone."""
FEEL = Feature("mel", 2048, 882, 81)
"""What the encoder of sound and words was trained on: 25 frames a second of 81 mel bands."""


def hear_feature(recording: Audio, feature: Feature, *, tuning_cents: float = 0.0) -> Array:
    """The whole recording as the network wants it, block by block; pitches as they stand to the recording's own A.

    Shape: (frames, bands).
    """
    total = 1 + resampled_length(recording, RATE) // feature.hop
    bands = _bands(feature, tuning_cents).T
    gain = np.float32(_TARGET_RMS / (_mono_rms(recording) + 1e-9))
    heard = np.zeros((total, feature.bands), np.float32)
    half = feature.window // 2
    for block in resampled_blocks(recording, RATE, block_frames=feature.hop * 600, margin_frames=half + feature.hop):
        first = block.start // feature.hop
        last = min(total, first + 600 if block.length == feature.hop * 600 else total)
        mono = block.samples[0, feature.hop :] * gain
        pieces = frames_of(mono, feature.window, feature.hop, centred=False)[: last - first]
        magnitude = np.abs(np.asarray(rfft(pieces * hann(feature.window), axis=-1)))
        heard[first : first + len(pieces)] = np.log1p(_LOUDNESS * (magnitude * np.float32(2 / feature.window)) @ bands)
    return heard


@lru_cache(maxsize=8)
def _bands(feature: Feature, tuning_cents: float) -> Array:
    return _mel_bands(feature) if feature.kind == "mel" else _pitch_bands(feature, tuning_cents)


def _mel_bands(feature: Feature) -> Array:
    """Triangles equally spaced in mel from 30 Hz to 11 kHz, height 1. Shape: (bands, bins)."""
    hz = np.fft.rfftfreq(feature.window, 1 / RATE)
    points = 700 * (10 ** (np.linspace(_mel(30.0), _mel(11_000.0), feature.bands + 2) / 2595) - 1)
    rise = (hz - points[:-2, None]) / (points[1:-1] - points[:-2])[:, None]
    fall = (points[2:, None] - hz) / (points[2:] - points[1:-1])[:, None]
    bands: NDArray[np.float64] = np.maximum(0.0, np.minimum(rise, fall))
    for band in np.flatnonzero(bands.sum(axis=1) == 0):
        bands[band, np.argmin(np.abs(hz - points[band + 1]))] = 1.0
    return bands.astype(np.float32)


def _mel(hz: float) -> float:
    return float(2595 * np.log10(1 + hz / 700))


def _pitch_bands(feature: Feature, tuning_cents: float) -> Array:
    """Triangles three to the semitone, never narrower than a bin. Shape: (bands, bins)."""
    hz = np.fft.rfftfreq(feature.window, 1 / RATE)
    centre = 440 * 2 ** ((feature.first + tuning_cents / 100 + (np.arange(feature.bands) - 1) / 3 - 69) / 12)
    width = np.maximum(centre * (2 ** (1 / 36) - 1), RATE / feature.window)
    return np.maximum(0.0, 1 - np.abs(hz - centre[:, None]) / width[:, None]).astype(np.float32)


def _mono_rms(recording: Audio) -> float:
    step, power = 1 << 20, 0.0
    for begin in range(0, recording.length_frames, step):
        mono = mono_stretch(recording, begin, begin + step)
        power += float(np.vdot(mono, mono))
    return (power / max(1, recording.length_frames)) ** 0.5
