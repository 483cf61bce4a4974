# pyright: basic
"""White noise that is a function of its seed alone: no global dice, the same on every machine and thread."""

from __future__ import annotations

import hashlib

import numpy as np
from numba import njit

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""The step of splitmix64: 2**64 over the golden ratio."""
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
"""First multiplier of splitmix64."""
_MIX_B = np.uint64(0x94D049BB133111EB)
"""Second multiplier of splitmix64."""
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
"""Shifts of splitmix64, and the 11 bits that a float64 has no room for."""
_SCALE = 2.0 / 9007199254740992.0
"""Two over 2**53: 53 random bits onto [-1, 1)."""


@njit(inline="always")
def noise_at(seed: np.uint64, index: np.uint64) -> float:
    """Uniform noise in [-1, 1) at one place of one stream. Source: splitmix64 (Steele, Lea, Flood 2014)."""
    z = seed + index * _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX_A
    z = (z ^ (z >> _S27)) * _MIX_B
    z = z ^ (z >> _S31)
    return np.float64(z >> _S11) * _SCALE - 1.0


def seed_from(*parts: object) -> np.uint64:
    """One 64-bit stream seed from anything that prints the same every time."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))


def dice(*parts: object) -> np.random.Generator:
    """A numpy generator for the few random constants of one tone (phases, detunings)."""
    return np.random.default_rng(int(seed_from(*parts)))
