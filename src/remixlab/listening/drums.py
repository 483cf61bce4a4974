"""Drum hits: which piece strikes when, by taking the spectrum apart into three kinds of strokes and whatever else
sounds.

Source: Smaragdis, ICA 2004 (non-negative matrix deconvolution); the strokes are drawn from how drums sound, not
learned.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from remixlab.domain.audio import Audio
from remixlab.domain.music import DrumHit, DrumPiece
from remixlab.listening.frames import HIGH_HZ, LOW_HZ, RATE, Array
from remixlab.listening.grid import find_attacks
from remixlab.listening.network_heads import BeatSigns
from remixlab.signal.blocks import resampled_blocks
from remixlab.signal.spectrum import hann, mel_filterbank

Floats = NDArray[np.float64]

PIECES: tuple[DrumPiece, ...] = ("kick", "snare", "hat")
"""The rows of every table of strokes."""
_HOP, _WINDOW, _BANDS = 512, 1024, 48
"""Spectra of 46 ms every 23: strokes are placed by `find_attacks` afterwards. 48 mel bands tell a kick from a snare."""
_FPS = RATE / _HOP
"""Frames a second of the activations."""
_STROKE_FRAMES = 8
"""A stroke is drawn over 186 ms: what rings longer is held by the free sounds."""
_SUSTAINED, _SUSTAINED_ALONE = 14, 1
"""Free sounds beside the strokes, as many as a mix has harmonies at hand; of drums alone one for the room."""
_ROUNDS = 25
"""Rounds of the multiplicative updates: a round figure, not tuned."""
_BLOCK = _HOP * 2048
"""Deconvolved at once, 48 s, so that memory does not grow with the recording."""
_TRAINED_THRESHOLD = 0.6
"""Belief from which a network's stroke counts; set on rendered songs that training kept out (decision 64)."""
_THRESHOLD: dict[DrumPiece, float] = {"kick": 0.16, "snare": 0.2, "hat": 0.14}
"""How far a stroke must stand out, of the strongest: most for snares, which much else sounds like; by hand."""

_AROUND_FRAMES, _SHARE_MIN = 20, 0.025
"""A stroke stands out of half a second about it, and is some part of what sounds in its bands; set by hand."""


def find_hits(recording: Audio, *, alone: bool = False) -> tuple[DrumHit, ...]:
    """Kick, snare and hat of a mix, or of drums `alone`; nothing where no stroke stands out."""
    strokes, weight = _hear_strokes(recording, _SUSTAINED_ALONE if alone else _SUSTAINED)
    hits: list[DrumHit] = []
    for row, piece in enumerate(PIECES):
        frames, strength = _stroke_peaks(strokes[row], weight[row], _THRESHOLD[piece])
        if not len(frames):
            continue
        times_s, rise = find_attacks(recording.samples, recording.sample_rate, frames / _FPS)
        times_s = np.where(rise > 0, times_s, frames / _FPS)
        for time_s, velocity in zip(times_s, strength, strict=True):
            if 0 <= time_s < recording.duration_s:
                hits.append(DrumHit(time_s=round(float(time_s), 4), piece=piece, velocity=round(float(velocity), 3)))
    return tuple(sorted(hits, key=lambda h: (h.time_s, h.piece)))


def read_hits(recording: Audio, signs: BeatSigns) -> tuple[DrumHit, ...]:
    """Hits from what a trained network says of kick, snare and hats, moved onto the attacks they stand for."""
    hits: list[DrumHit] = []
    for row, piece in enumerate(PIECES):
        curve = signs.drums[:, row]
        frames = np.flatnonzero((curve == maximum_filter1d(curve, 3)) & (curve > _TRAINED_THRESHOLD))
        if not len(frames):
            continue
        times_s, rise = find_attacks(recording.samples, recording.sample_rate, frames / signs.fps)
        for frame, time_s, steep in zip(frames, times_s, rise, strict=True):
            at = float(time_s) if steep > 0 else frame / signs.fps
            if 0 <= at < recording.duration_s:
                hits.append(
                    DrumHit(time_s=round(at, 4), piece=piece, velocity=round(float(np.clip(curve[frame], 0.05, 1)), 3))
                )
    return tuple(sorted(hits, key=lambda h: (h.time_s, h.piece)))


@lru_cache(maxsize=1)
def stroke_shapes() -> Floats:
    """How each piece spreads over bands and dies away, sum 1. Shape: (bands, pieces, frames)."""
    centre = np.linspace(0, RATE / 2, _WINDOW // 2 + 1) @ _bank().T / _bank().sum(axis=1)
    kick = np.exp(-0.5 * (np.log2(centre / 65) / 0.55) ** 2)[:, None] * _decay(0.07) + 0.04 * (centre > 1500)[
        :, None
    ] * _decay(0.008)
    body = np.exp(-0.5 * (np.log2(centre / 210) / 0.4) ** 2)
    rattle = 0.45 / (1 + (1100 / centre) ** 2)
    snare = body[:, None] * _decay(0.05) + rattle[:, None] * _decay(0.06)
    hat = (1 / (1 + (6000 / centre) ** 6))[:, None] * _decay(0.04)
    shapes = np.stack([kick, snare, hat], axis=1)
    return shapes / shapes.sum(axis=(0, 2), keepdims=True)


def _decay(seconds: float) -> Floats:
    return np.exp(-np.arange(_STROKE_FRAMES) / (_FPS * seconds))[None, :]


@lru_cache(maxsize=1)
def _bank() -> Array:
    return mel_filterbank(RATE, _WINDOW, _BANDS, LOW_HZ, HIGH_HZ)


def _hear_strokes(recording: Audio, sustained: int) -> tuple[Floats, Floats]:
    """Activation of each piece, and its share of the sound in the bands where it lives. Shape: (pieces, frames)
    each.
    """
    activations, shares = [], []
    for block in resampled_blocks(recording, RATE, block_frames=_BLOCK, margin_frames=_WINDOW):
        count = -(-block.length // _HOP)
        framed = sliding_window_view(block.samples[0, _WINDOW // 2 :], _WINDOW)[::_HOP][:count]
        bands = _bank() @ np.abs(np.asarray(rfft(framed * hann(_WINDOW), axis=1))).T
        active, share = deconvolve(bands.astype(np.float64), sustained)
        activations.append(active)
        shares.append(share)
    return np.concatenate(activations, axis=1), np.concatenate(shares, axis=1)


def deconvolve(bands: Floats, sustained: int = _SUSTAINED) -> tuple[Floats, Floats]:
    """Explain a band spectrum by strokes plus free sustained sounds. Shape: (bands, frames) -> 2 x (pieces, frames)."""
    shapes = stroke_shapes()
    pieces, length = shapes.shape[1:]
    frames = bands.shape[1]
    scale = bands.mean() + 1e-12
    target = bands / scale + 1e-6
    strokes = shapes.reshape(_BANDS, pieces * length)
    active = np.ones((pieces, frames)) * 0.1
    rng = np.random.default_rng(0)
    colours = rng.random((_BANDS, sustained)) + 0.1
    held = rng.random((sustained, frames)) * 0.1
    for _ in range(_ROUNDS):
        ratio = target / (strokes @ _shifted(active, length) + colours @ held + 1e-9)
        gained = (strokes.T @ ratio).reshape(pieces, length, frames)
        wanted = sum(np.pad(gained[:, k], ((0, 0), (0, k)))[:, k:] for k in range(length))
        active *= wanted / shapes.sum(axis=(0, 2))[:, None]
        held *= (colours.T @ ratio) / (colours.sum(axis=0)[:, None] + 1e-9)
        colours *= (ratio @ held.T) / (held.sum(axis=1) + 1e-9)
    share = np.zeros((pieces, frames))
    for row in range(pieces):
        alive = shapes[:, row, 0] > 0.3 * shapes[:, row, 0].max()
        share[row] = active[row] * shapes[alive, row, 0].sum() / (target[alive].sum(axis=0) + 1e-9)
    return active * scale, np.clip(share, 0, 1)


def _shifted(active: Floats, length: int) -> Floats:
    """Every activation delayed by 0..length-1 frames. Shape: (pieces, frames) -> (pieces * length, frames)."""
    frames = active.shape[1]
    return np.stack([np.pad(active, ((0, 0), (k, 0)))[:, :frames] for k in range(length)], axis=1).reshape(-1, frames)


def _stroke_peaks(active: Floats, share: Floats, threshold: float) -> tuple[Floats, Floats]:
    """Frames of the strokes and how strong they are, 0-1."""
    ceiling = np.percentile(active, 99.5) if active.size else 0.0
    if ceiling <= 1e-6:
        return np.zeros(0), np.zeros(0)
    strength = np.minimum(active / ceiling, 1.0)
    above = strength - uniform_filter1d(strength, _AROUND_FRAMES)
    peaks = (above == maximum_filter1d(above, 5)) & (above > threshold) & (maximum_filter1d(share, 3) > _SHARE_MIN)
    frames = np.flatnonzero(peaks)
    return frames.astype(np.float64), np.clip(np.sqrt(strength[frames]), 0.05, 1)
