"""What a detector sees: the level of every tile against what its neighbours promise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.seal.pattern import BAND_EDGES_HZ, BANDS, FRAME, SLOT_FRAMES
from remixlab.seal.spectrum import transform

PHASES = 8
"""Parts of a slot at which tiles are measured, 6 ms apart: a mark may begin anywhere."""
FRAMES_PER_SECOND = SAMPLE_RATE / 512
"""Spectra a second, 86."""
_HOP = 512
"""A quarter of a spectrum, as of a slot."""
_BLOCK_FRAMES = 512
"""Spectra made at once, 6 s, so that memory does not grow with the sound."""
_BINS = 490
"""Up to 10.5 kHz: the highest band (9.5 kHz), a tenth higher pitched."""
_NEIGHBOURS = ((1, 0), (-1, 0), (2, 0), (-2, 0), (0, 1), (0, -1), (0, 2), (0, -2), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""In slots and bands."""
_OUTLIER_DB, _STEADIEST_DB = 6, 0.25
"""What is farther off counts as 6 dB where steadiness is measured; nothing is steadier than a quarter of a decibel."""
_LIMIT = 2.5
"""Tiles more than 2.5 deviations off are held down: no single one may shout."""

_window = np.hanning(FRAME + 1)[:-1].astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scale:
    """How a sound was changed since it was marked: 1.02 in `time` is two per cent longer, in `pitch` two per cent
    higher.
    """

    time: float = 1.0
    pitch: float = 1.0


UNCHANGED = Scale()
"""A sound as it was marked."""


def measure_power(sound: Audio) -> NDArray[np.float32]:
    """Power spectrum of all channels together, as far up as a mark can be. Shape: (frames, _BINS)."""
    samples = sound.samples[:2]
    if sound.sample_rate != SAMPLE_RATE:
        samples = np.ascontiguousarray(soxr.resample(samples.T, sound.sample_rate, SAMPLE_RATE, quality="MQ").T)
    if samples.shape[1] < FRAME:
        samples = np.pad(samples, ((0, 0), (0, FRAME - samples.shape[1])))
    windows = np.lib.stride_tricks.sliding_window_view(samples, FRAME, axis=1)[:, ::_HOP]
    power = np.empty((windows.shape[1], _BINS), np.float32)
    for start in range(0, windows.shape[1], _BLOCK_FRAMES):
        spectrum = transform(windows[:, start : start + _BLOCK_FRAMES] * _window, 2)[:, :, :_BINS]
        power[start : start + spectrum.shape[1]] = (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
    return power


def measure_tiles(power: NDArray[np.float32], scale: Scale = UNCHANGED, phases: int = PHASES) -> NDArray[np.float32]:
    """Whitened levels of the tiles, at every `phases`th part of a slot. Shape: (slots * phases, BANDS)."""
    levels_db = _average_slots(_measure_bands(power, scale.pitch), scale.time, phases)
    if len(levels_db) < 8 * phases:
        return np.zeros((0, BANDS), np.float32)
    return _normalise(_whiten(levels_db, phases), phases)


def _measure_bands(power: NDArray[np.float32], pitch: float) -> NDArray[np.float32]:
    """Shape: (frames, BANDS). Unit: dB."""
    edges = np.clip(BAND_EDGES_HZ * pitch * FRAME / SAMPLE_RATE + 0.5, 0, _BINS)
    bins = np.arange(_BINS)[:, None]
    shares = np.clip(edges[None, 1:] - bins, 0, 1) - np.clip(edges[None, :-1] - bins, 0, 1)
    energy = power @ shares.astype(np.float32)
    floor = np.float32(1e-7) * power.sum(axis=1, keepdims=True) / _BINS + np.float32(1e-9)
    return 10 * np.log10(energy + floor)


def _average_slots(levels_db: NDArray[np.float32], time: float, phases: int) -> NDArray[np.float32]:
    """Mean level over each slot, from running sums. Shape: (slots * phases, BANDS)."""
    sums = np.zeros((len(levels_db) + 1, BANDS))
    np.cumsum(levels_db, axis=0, out=sums[1:])
    slot = SLOT_FRAMES * time
    count = max(0, int((len(levels_db) * _HOP - slot) / (slot / phases)))
    starts = (np.arange(count) * slot / phases - FRAME / 2) / _HOP + 0.5
    first = np.clip(starts, 0, len(levels_db) - 1e-3)
    last = np.clip(starts + slot / _HOP, 0, len(levels_db) - 1e-3)

    def sum_to(position: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = position.astype(np.intp)
        return sums[whole] + (position - whole)[:, None] * (sums[whole + 1] - sums[whole])

    return ((sum_to(last) - sum_to(first)) / np.maximum(last - first, 0.5)[:, None]).astype(np.float32)


def _whiten(levels_db: NDArray[np.float32], phases: int) -> NDArray[np.float32]:
    """What the twelve neighbours of a tile, weighted by least squares, do not explain: the music leaves, the mark
    stays.
    """
    reach = 2 * phases
    padded = np.pad(levels_db - levels_db.mean(axis=0), ((reach, reach), (2, 2)), mode="edge")
    rows, bands = levels_db.shape
    around = [padded[reach + t * phases : reach + t * phases + rows, 2 + b : 2 + b + bands] for t, b in _NEIGHBOURS]
    here = padded[reach : reach + rows, 2 : 2 + bands]
    sample = slice(None, None, max(1, phases // 2))
    known = np.stack([a[sample].ravel() for a in around])
    gram = known @ known.T
    gram[np.diag_indices_from(gram)] += 1e-4 * known.shape[1]
    weights = np.linalg.solve(gram, known @ here[sample].ravel())
    rest = here.copy()
    for weight, neighbour in zip(weights, around, strict=True):
        rest -= np.float32(weight) * neighbour
    return rest


def _normalise(rest: NDArray[np.float32], phases: int) -> NDArray[np.float32]:
    """Weigh each tile by how steady its surroundings are, and let no single one shout."""
    variance = uniform_filter1d(np.minimum(rest * rest, _OUTLIER_DB**2), max(3, 12 * phases), axis=0)
    variance = 0.5 * variance + 0.5 * variance.mean(axis=0)
    deviation = np.sqrt(variance) + np.float32(_STEADIEST_DB)
    standard = rest / deviation
    return standard / (1 + (standard / _LIMIT) ** 2) / deviation
