# pyright: basic
"""Drums and percussion: falling membrane modes, filtered noise bursts, metal partials and a beater's click."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from remixlab.domain.audio import Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from

SAMPLE_RATE = 44_100


@dataclass(frozen=True, slots=True)
class Burst:
    """Noise through a band-pass (or high-pass when q is 0).

    Unit: decay_s is a T60; `repeats` are the extra hands of a clap, `spacing_s` apart; `sweep_octaves` moves the band over its life.
    """

    centre_hz: float
    q: float
    level: float
    decay_s: float
    attack_s: float = 0.0005
    repeats: int = 0
    spacing_s: float = 0.011
    sweep_octaves: float = 0.0


@dataclass(frozen=True, slots=True)
class Drum:
    """One piece: modes are (frequency_hz, level, T60 in s); the modes start `fall` times higher and fall with time constant fall_s."""

    modes: tuple[tuple[float, float, float], ...] = ()
    bursts: tuple[Burst, ...] = ()
    fall: float = 1.0
    fall_s: float = 0.02
    click: float = 0.0
    drive: float = 0.0
    dull_hz: float = 0.0
    bits: float = 0.0
    gain_db: float = 0.0
    pan: float = 0.0
    width: float = 0.0
    length_s: float = 1.0
    choked_by: str = ""
    attack_s: float = 0.0


ATTACK_MIN_S = 0.0012
"""A mode that begins at once is a click before it is a drum; this is still faster than a stick."""


@njit(cache=True, nogil=True)
def _hit(out, modes, bursts, fall, fall_s, attack, click, drive, dull_hz, bits, width, seed):
    sr = 44100.0
    n = out.shape[1]
    two_pi = 2.0 * np.pi
    for j in range(modes.shape[0]):
        phase = 0.0
        step = 10.0 ** (-3.0 / (modes[j, 2] * sr))
        level = modes[j, 1]
        pan = modes[j, 3] * width
        extra = fall - 1.0
        decay = np.exp(-1.0 / (fall_s * sr))
        base = two_pi * modes[j, 0] / sr
        for i in range(n):
            if level < 1e-6:
                break
            x = level * np.sin(phase)
            if attack > 0.0 and i < attack:
                x *= 0.5 - 0.5 * np.cos(np.pi * i / attack)
            out[0, i] += x * (1.0 - pan)
            out[1, i] += x * (1.0 + pan)
            phase += base * (1.0 + extra)
            if phase > two_pi:
                phase -= two_pi
            extra *= decay
            level *= step
    for j in range(bursts.shape[0]):
        q = 1.0 / max(bursts[j, 1], 0.5) if bursts[j, 1] > 0.0 else 1.2
        high = bursts[j, 1] <= 0.0
        rise = max(1.0, bursts[j, 4] * sr)
        step = 10.0 ** (-3.0 / (bursts[j, 3] * sr))
        hands = int(bursts[j, 5])
        gap = bursts[j, 6] * sr
        life = bursts[j, 3] * 1.2 * sr + rise + hands * gap
        for ch in range(2):
            s1 = 0.0
            s2 = 0.0
            env = 0.0
            tail = 1.0
            g = np.tan(np.pi * min(bursts[j, 0], 17000.0) / sr)
            d = 1.0 / (1.0 + g * (g + q))
            for i in range(min(n, int(life))):
                if i & 63 == 0 and bursts[j, 7] != 0.0:
                    g = np.tan(np.pi * min(bursts[j, 0] * 2.0 ** (bursts[j, 7] * i / life), 17000.0) / sr)
                    d = 1.0 / (1.0 + g * (g + q))
                if i < rise:
                    env = i / rise
                elif hands > 0 and i < hands * gap:
                    env = np.exp(-4.0 * (i % gap) / gap)
                else:
                    tail *= step
                    env = tail
                common = noise_at(seed, np.uint64(i * 16 + j))
                apart = noise_at(seed, np.uint64(i * 16 + j + 7 + 4 * ch))
                w = common + width * 0.7 * (apart - common * 0.4)
                v3 = w * env - s2
                v1 = d * (s1 + g * v3)
                v2 = s2 + g * v1
                s1 = 2.0 * v1 - s1
                s2 = 2.0 * v2 - s2
                out[ch, i] += bursts[j, 2] * (w * env - q * v1 - v2 if high else q * v1)
    if click > 0.0:
        for i in range(min(n, 220)):
            x = click * np.sin(np.pi * i / 220.0 * 5.0) * (1.0 - i / 220.0) ** 2
            out[0, i] += x
            out[1, i] += x
    for ch in range(2):
        s = 0.0
        s2 = 0.0
        k = 1.0 - np.exp(-two_pi * dull_hz / sr) if dull_hz > 0.0 else 1.0
        px = 0.0
        py = 0.0
        for i in range(n):
            x = out[ch, i]
            if drive > 0.0:
                x = np.tanh(x * (1.0 + drive)) / (1.0 + 0.5 * drive)
            if bits > 0.0:
                x = np.round(x * bits) / bits
            s += k * (x - s)
            s2 += k * (s - s2)
            py = s2 - px + 0.9985 * py
            px = s2
            out[ch, i] = py
    fade = min(n, 2205)
    for i in range(fade):
        g = i / fade
        out[0, n - 1 - i] *= g
        out[1, n - 1 - i] *= g


@lru_cache(maxsize=512)
def hit(drum: Drum, level: int, variation: int, seed: int) -> Samples:
    """One stroke; level 1-8 is how hard, variation tells strokes of the same force apart. Shape: (2, frames)."""
    force = level / 8.0
    rng = dice("hit", seed, level, variation)
    out = np.zeros((2, int(drum.length_s * SAMPLE_RATE)), np.float32)
    modes = np.zeros((len(drum.modes), 4))
    for row, (frequency_hz, gain, decay_s) in enumerate(drum.modes):
        bend = 1.0 + 0.004 * rng.uniform(-1, 1)
        modes[row] = (frequency_hz * bend, gain * (1.0 + 0.08 * rng.uniform(-1, 1)), decay_s * (0.7 + 0.3 * force), rng.uniform(-1, 1))
    bursts = np.zeros((len(drum.bursts), 8))
    for row, b in enumerate(drum.bursts):
        bright = 2.0 ** (0.5 * (force - 0.9)) * (1.0 + 0.04 * rng.uniform(-1, 1))
        bursts[row] = (
            b.centre_hz * bright, b.q, b.level * (0.55 + 0.45 * force),
                b.decay_s * (0.75 + 0.25 * force) * (1.0 + 0.06 * rng.uniform(-1, 1)),
            b.attack_s, b.repeats, b.spacing_s, b.sweep_octaves,
        )  # fmt: skip
    _hit(
        out, modes, bursts, 1.0 + (drum.fall - 1.0) * (0.6 + 0.4 * force), drum.fall_s, max(drum.attack_s, ATTACK_MIN_S) * SAMPLE_RATE,
            drum.click * force**1.5, drum.drive,
        drum.dull_hz, drum.bits, drum.width, seed_from("drum", seed, level, variation),
    )  # fmt: skip
    gain = 10.0 ** (drum.gain_db / 20.0)
    out[0] *= gain * np.sqrt(1.0 - drum.pan)
    out[1] *= gain * np.sqrt(1.0 + drum.pan)
    return out
