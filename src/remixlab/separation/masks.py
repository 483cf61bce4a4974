"""Soft masks for four stems from how a spectrum behaves: steady or sudden, centred or wide, low or high.

Sources: FitzGerald, DAFx 2010 (median harmonic/percussive); Avendano, WASPAA 2003 (inter-channel similarity).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.signal.median import running_median
from remixlab.signal.spectrum import Spectrogram

Floats = NDArray[np.float32]

STEADY_FRAMES = 31
SUDDEN_BINS = 31
BRIEF_FRAMES = 7
REACH_FRAMES = STEADY_FRAMES // 2 + 3
"""How many spectra a mask looks to each side."""

_BASS_HZ, _VOICE_TOP_HZ = 180.0, 9000.0


class Masks(NamedTuple):
    """Shape: (bins, times) each, 0-1; what they leave is the stem `other`."""

    vocals: Floats
    drums: Floats
    bass: Floats


def find_masks(spectrum: Spectrogram, sample_rate: int) -> Masks:
    """Masks of one stretch of music; a mono or near-mono one is told apart by how voices waver."""
    magnitude = np.ascontiguousarray(np.abs(spectrum).mean(axis=0), dtype=np.float32)
    steady = running_median(magnitude, STEADY_FRAMES)
    brief = running_median(magnitude, BRIEF_FRAMES)
    sudden = np.ascontiguousarray(running_median(np.ascontiguousarray(magnitude.T), SUDDEN_BINS).T)
    tiny = np.float32(1e-12)
    drums = sudden**2 / (sudden**2 + np.maximum(steady, 0.2 * brief) ** 2 + tiny)
    wavering = np.clip((brief - steady) / (brief + np.float32(1e-9)), 0, 1)
    hz = np.linspace(0, sample_rate / 2, magnitude.shape[0], dtype=np.float32)[:, None]
    low = 1 / (1 + np.exp(np.clip((hz - _BASS_HZ) / 25, -50, 50)))
    voiced_band = (1 - low) / (1 + np.exp(np.clip((hz - _VOICE_TOP_HZ) / 500, -50, 50)))
    centred, width = _centredness(spectrum)
    voice = centred * (width + (1 - width) * wavering) * voiced_band
    tonal = 1 - drums
    return Masks(
        vocals=(tonal * voice).astype(np.float32), drums=drums.astype(np.float32), bass=(tonal * low).astype(np.float32)
    )


def _centredness(spectrum: Spectrogram) -> tuple[Floats, np.float32]:
    """How centred each bin is, 0-1, and how far the whole passage uses the stereo width at all (0 = mono)."""
    if spectrum.shape[0] < 2:
        return np.ones(spectrum.shape[1:], np.float32), np.float32(0)
    left, right = spectrum[0], spectrum[1]
    shared = _local_mean((left * right.conj()).real)
    power = _local_mean((np.abs(left) ** 2 + np.abs(right) ** 2) / 2)
    centred = np.clip(shared / (power + 1e-12), 0, 1)
    spread = 1 - float(shared.sum() / (power.sum() + 1e-12))
    return (centred**8).astype(np.float32), np.float32(np.clip(spread / 0.15, 0, 1))


def _local_mean(values: Floats) -> Floats:
    """Over three bins and five times."""
    return np.asarray(uniform_filter1d(uniform_filter1d(values, 3, axis=0), 5, axis=1), np.float32)
