"""How close what was added to a sound comes to being heard."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.seal.spectrum import transform

_FRAME = 2048
"""46 ms, about the length over which an ear masks."""
_HOP = 1024
"""Half of it."""
_FULL_SCALE_SPL_DB = 92.0
"""The level at which a full-scale tone is assumed to be played."""
_HEARD_DB = 1.5
"""Noise so far above its mask disturbs a frame; the model is no surer than that."""

_AUDIBLE_POWER = 10**3
"""Frames under 30 dB SPL are left out: in silence there is nothing to disturb."""
_TONAL_FLATNESS_DB = -25
"""A band so far from flat is a pure tone. Johnston (1988) takes -60 dB over a whole spectrum; half-Bark bands hold
few bins.
"""
_TONE_MASKS_DB, _NOISE_MASKS_DB = 14.5, 5.5
"""How far noise must lie under a tone, more by the Bark, and under noise. Source: Johnston (1988)."""


class Audibility(NamedTuple):
    """Mean noise-to-mask ratio, and the share of frames with a band clearly above its mask. Lower is better for
    both.
    """

    noise_to_mask_db: float
    disturbed_share: float


def measure_audibility(before: Audio, after: Audio) -> Audibility:
    """Compare the difference of two sounds with what the first one masks.

    Source: Johnston, "Transform coding of audio signals using perceptual noise criteria" (1988), in half-Bark bands,
    with the threshold in quiet of Terhardt (1979). A model: it ranks settings, and proves nothing about ears.
    """
    bands = _map_bands(before.sample_rate)
    power = _measure_power(before.mono())
    noise = _measure_power(after.mono() - before.mono())
    scale = 10 ** (_FULL_SCALE_SPL_DB / 10) / (_FRAME / 4) ** 2
    masked = _measure_masks(power, bands, scale)
    ratios = (noise @ bands.membership) * scale / masked
    audible = (power.sum(axis=1) * scale) > _AUDIBLE_POWER
    if not audible.any():
        return Audibility(-np.inf, 0.0)
    ratios = ratios[audible]
    disturbed = (10 * np.log10(ratios + 1e-12) > _HEARD_DB).any(axis=1)
    return Audibility(float(10 * np.log10(ratios.mean() + 1e-12)), float(disturbed.mean()))


class _Bands(NamedTuple):
    """Shape: membership (bins, bands), spread (bands, bands), bark and quiet (bands,)."""

    membership: NDArray[np.float32]
    spread: NDArray[np.float64]
    bark: NDArray[np.float64]
    quiet: NDArray[np.float64]


def _map_bands(sample_rate: int) -> _Bands:
    hz = np.fft.rfftfreq(_FRAME, 1 / sample_rate)
    bark_of_bin = 13 * np.arctan(0.00076 * hz) + 3.5 * np.arctan((hz / 7500) ** 2)
    band_of_bin = (bark_of_bin * 2).astype(int)
    membership = (band_of_bin[:, None] == np.arange(band_of_bin[-1] + 1)).astype(np.float32)
    bark = (np.arange(membership.shape[1]) + 0.5) / 2
    apart = bark[None] - bark[:, None] + 0.474
    spread = 10 ** ((15.81 + 7.5 * apart - 17.5 * np.sqrt(1 + apart**2)) / 10)
    khz = np.maximum(np.interp(bark, bark_of_bin, hz) / 1000, 0.05)
    quiet_db = 3.64 * khz**-0.8 - 6.5 * np.exp(-0.6 * (khz - 3.3) ** 2) + 1e-3 * khz**4
    return _Bands(membership, spread / spread.sum(axis=0), bark, 10 ** (quiet_db / 10))


def _measure_power(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    if samples.size < _FRAME:
        samples = np.pad(samples, (0, _FRAME - samples.size))
    window = np.hanning(_FRAME).astype(np.float32)
    spectrum = transform(np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP] * window, 1)
    return spectrum.real**2 + spectrum.imag**2


def _measure_masks(power: NDArray[np.float32], bands: _Bands, scale: float) -> NDArray[np.float64]:
    """What may hide in each band: less beside a tone than in noise, and never less than what silence hides."""
    count = np.maximum(bands.membership.sum(axis=0), 1)
    safe = power + np.float32(1e-9)
    # Tonality from how flat each band is, geometric over arithmetic mean.
    flatness_db = 10 * np.log10(np.exp((np.log(safe) @ bands.membership) / count) / ((safe @ bands.membership) / count))
    tonality = np.clip(flatness_db / _TONAL_FLATNESS_DB, 0, 1)
    offset_db = tonality * (_TONE_MASKS_DB + bands.bark) + (1 - tonality) * _NOISE_MASKS_DB
    energy = (power @ bands.membership) * scale
    return np.maximum((energy * 10 ** (-offset_db / 10)) @ bands.spread, bands.quiet)
