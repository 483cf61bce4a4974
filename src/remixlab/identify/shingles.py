"""Shingles: the harmony of about six seconds, step by step, side by side, and how like a stranger's any of them is
by chance.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.harmony import STEP_S, Harmony, unify_registers

SHINGLE_STEPS = 12
"""Twelve steps of .48 s, about six seconds: eight let strangers in (decisions 76, 99)."""
SHINGLE_STEP_S = 2 * STEP_S
"""Half as fine as harmony is kept, so that any pace can be met (decision 99)."""

Array = NDArray[np.float32]


def resample_chroma(harmony: Harmony, pace: float) -> Array:
    """The chroma of steps that last SHINGLE_STEP_S * pace. Shape: (steps, 24)."""
    edges = np.arange(0, len(harmony) + 1e-6, 2 * pace)
    sums = np.concatenate([np.zeros((1, 24)), np.cumsum(harmony.chroma, axis=0, dtype=np.float64)])
    before = np.minimum(edges.astype(np.intp), max(len(harmony) - 1, 0))
    at_edges = sums[before] + (edges - before)[:, None] * (harmony.chroma[before] if len(harmony) else 0)
    return unify_registers(np.diff(at_edges, axis=0).astype(np.float32))


def stack_shingles(chroma: Array) -> Array:
    """Twelve steps side by side, centred and of unit length. Shape: (steps - 11, 24 * 12)."""
    windows = np.lib.stride_tricks.sliding_window_view(chroma, SHINGLE_STEPS, axis=0)
    flat = windows.reshape(len(windows), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / (np.linalg.norm(flat, axis=1, keepdims=True) + np.float32(1e-6))


def rotate_shingles(shingles: Array, semitones: int) -> Array:
    """The same shingles so many semitones higher."""
    return np.roll(shingles.reshape(len(shingles), 2, 12, SHINGLE_STEPS), semitones, axis=2).reshape(len(shingles), -1)


def spread_of_cohort(shingles: Array) -> Array:
    """How far likenesses to unrelated music scatter: a held chord is like much, a busy passage like little. Shape:
    (shingles,).
    """
    return np.sqrt(np.maximum(np.einsum("ij,ij->i", shingles @ _cohort(), shingles), 1e-4)).astype(np.float32)


@cache
def _cohort() -> Array:
    """The covariance of shingles of unrelated songs in all keys. Shape: (24 * 12, 24 * 12)."""
    packed = files("remixlab.identify").joinpath("background_cohort.npy").read_bytes()
    return lay_out(np.load(io.BytesIO(packed)))


def lay_out(kernel: Array) -> Array:
    """A whole covariance from what depends on registers, the interval between pitch classes and the time between
    steps alone. Shape: kernel (2, 2, 12, 12).
    """
    register, pitch, step = (
        axis.ravel() for axis in np.meshgrid(np.arange(2), np.arange(12), np.arange(SHINGLE_STEPS), indexing="ij")
    )
    apart = step[:, None] - step
    ahead = kernel[register[:, None], register, (pitch - pitch[:, None]) % 12, np.abs(apart)]
    behind = kernel[register, register[:, None], (pitch[:, None] - pitch) % 12, np.abs(apart)]
    return np.where(apart <= 0, ahead, behind).astype(np.float32)


def sum_up(shingles: Array) -> Array:
    """The kernel that `lay_out` lays out: the mean product of entries by registers, interval and time apart. Shape:
    (2, 2, 12, 12).
    """
    entries = shingles.reshape(-1, 2, 12, SHINGLE_STEPS).astype(np.float64)
    kernel = np.zeros((2, 2, 12, SHINGLE_STEPS))
    for interval in range(12):
        higher = np.roll(entries, -interval, axis=2)
        for apart in range(SHINGLE_STEPS):
            early, late = entries[..., : SHINGLE_STEPS - apart], higher[..., apart:]
            kernel[:, :, interval, apart] = np.einsum("nrpt,nspt->rs", early, late) / (
                len(entries) * 12 * (SHINGLE_STEPS - apart)
            )
    return kernel.astype(np.float32)
