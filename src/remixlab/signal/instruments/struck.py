# pyright: basic
"""Struck bars, bells, tines and piano strings: a bank of decaying partials and a short knock.

Source: Fletcher and Rossing, The Physics of Musical Instruments (partials of bars, bells and stiff strings).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from remixlab.domain.audio import Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from

SAMPLE_RATE = 44_100


@dataclass(frozen=True, slots=True)
class Struck:
    """Partials of one struck body.

    Unit: ratios of the fundamental; levels_db at full velocity; decay_s is the T60 of the first partial at C4, halving every
    `halving_octaves` octaves upward; damping shortens higher partials; softening_db is taken off each octave of a soft note.
    """

    ratios: tuple[float, ...] = (1.0,)
    levels_db: tuple[float, ...] = (0.0,)
    decay_s: float = 3.0
    damping: float = 0.6
    halving_octaves: float = 1.5
    softening_db: float = 6.0
    stiff: bool = False
    attack_s: float = 0.001
    knock: float = 0.0
    knock_hz: float = 1500.0
    knock_decay_s: float = 0.03
    tremolo_hz: float = 0.0
    tremolo_depth: float = 0.0
    tremolo_pan: bool = False
    width: float = 0.3


@njit(cache=True, nogil=True)
def _ring(out, freq, t60, left, right, phase, attack, knock, knock_hz, knock_decay, trem_hz, trem_depth, trem_pan, seed):
    sr = 44100.0
    n = out.shape[1]
    count = freq.shape[0]
    b = np.empty(count)
    c = np.empty(count)
    y1 = np.empty(count)
    y2 = np.empty(count)
    dead = np.empty(count, np.int64)
    for j in range(count):
        w = 2.0 * np.pi * freq[j] / sr
        r = 10.0 ** (-3.0 / (t60[j] * sr))
        b[j] = 2.0 * r * np.cos(w)
        c[j] = -r * r
        y1[j] = np.sin(phase[j] - w) / r
        y2[j] = np.sin(phase[j] - 2.0 * w) / (r * r)
        level = max(abs(left[j]), abs(right[j]))
        # Inaudible below -100 dB: a partial is dropped from there on (the caller sorts by this, longest first).
        dead[j] = int(t60[j] * sr * max(0.0, 100.0 + 20.0 * np.log10(level + 1e-12)) / 60.0)
    active = count
    k = 1.0 - np.exp(-2.0 * np.pi * knock_hz / sr)
    kd = 10.0 ** (-3.0 / (knock_decay * sr))
    ke = knock
    n1 = 0.0
    n2 = 0.0
    nh = 0.0
    for i in range(n):
        if i & 255 == 0:
            while active > 0 and dead[active - 1] < i:
                active -= 1
        xl = 0.0
        xr = 0.0
        for j in range(active):
            y = b[j] * y1[j] + c[j] * y2[j]
            y2[j] = y1[j]
            y1[j] = y
            xl += left[j] * y
            xr += right[j] * y
        if ke > 1e-6:
            n1 += k * (noise_at(seed, np.uint64(i)) - n1)
            n2 += k * (n1 - n2)
            nh += 0.02 * (n2 - nh)
            xl += ke * (n2 - nh)
            xr += ke * (n2 - nh)
            ke *= kd
        if i < attack:
            g = 0.5 - 0.5 * np.cos(np.pi * (i + 0.5) / attack)
            xl *= g
            xr *= g
        if trem_depth > 0.0:
            s = trem_depth * np.sin(2.0 * np.pi * trem_hz * i / sr)
            xl *= 1.0 + s
            xr *= 1.0 - s if trem_pan else 1.0 + s
        out[0, i] = xl
        out[1, i] = xr


def _piano_modes(f0: float, velocity: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies, decays, levels and pans of a stiff string struck by felt, each partial with its quick and its slow decay."""
    key = 12.0 * np.log2(f0 / 261.63)
    inharmonicity = 3.2e-4 * 2.0 ** (key / 9.5) if key > 0 else 3.2e-4 * 2.0 ** (key / 30.0)
    n = np.arange(1, max(2, int(min(90.0, 13000.0 / f0))))
    freq = n * f0 * np.sqrt((1.0 + inharmonicity * n**2) / (1.0 + inharmonicity))
    n, freq = n[freq < 15000.0], freq[freq < 15000.0]
    hammer_hz = (650.0 + 4200.0 * velocity**1.6) * (f0 / 261.63) ** 0.35
    level = np.sqrt(np.sin(np.pi * n * 0.123) ** 2 + 0.008) / n ** (1.5 - 0.35 * velocity) / (1.0 + (freq / hammer_hz) ** 2) ** 0.9
    level *= (1.0 + 0.25 * rng.uniform(-1, 1, n.size)) / (1.0 + (75.0 / freq) ** 2)
    slow = np.clip(9.0 * 2.0 ** (-key / 15.0), 0.5, 22.0) / (1.0 + 0.10 * (n - 1) + (freq / 3800.0) ** 1.4)
    spread = 2.0 ** (0.45 * rng.uniform(0.5, 1.0, n.size) / 1200.0)
    pan = np.clip(key / 40.0, -0.6, 0.6) + 0.55 * rng.uniform(-1, 1, n.size)
    freqs = np.concatenate([freq, freq * spread])
    return freqs, np.concatenate([slow * 0.28, slow]), np.concatenate([0.72 * level, 0.28 * level]), np.concatenate([pan, -0.5 * pan])


def strike(body: Struck, midi: float, velocity: float, length_frames: int, seed: int) -> Samples:
    """One undamped note. Shape: (2, length_frames)."""
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    rng = dice("struck", seed, round(midi * 100))
    if body.stiff:
        freq, t60, level, pan = _piano_modes(f0, velocity, rng)
    else:
        ratios = np.array(body.ratios)
        octaves = np.log2(np.maximum(ratios, 0.5))
        freq = ratios * f0
        level = 10.0 ** ((np.array(body.levels_db) - body.softening_db * octaves * (1.0 - velocity) * 1.5) / 20.0)
        t60 = body.decay_s * 2.0 ** (-np.log2(f0 / 261.63) / body.halving_octaves) / np.maximum(ratios, 1.0) ** body.damping
        pan = body.width * rng.uniform(-1, 1, ratios.size)
    # The quick and the slow decay of one partial begin together; all else would be an accident of cancelling.
    phase = np.tile(rng.uniform(0, 2 * np.pi, freq.size // 2), 2) if body.stiff else rng.uniform(0, 2 * np.pi, freq.size)
    keep = freq < 17_000.0
    freq, t60, level, pan, phase = freq[keep], np.clip(t60[keep], 0.02, 30.0), level[keep], pan[keep], phase[keep]
    life = t60 * np.maximum(0.0, 100.0 + 20.0 * np.log10(level + 1e-12))
    order = np.argsort(-life, kind="stable")
    freq, t60, level, pan, phase = freq[order], t60[order], level[order], pan[order], phase[order]
    norm = level / np.sqrt(np.sum(level**2) + 1e-12) * 0.5
    out = np.empty((2, length_frames), np.float32)
    attack = max(8.0, (body.attack_s * (1.6 - velocity)) * SAMPLE_RATE)
    _ring(
        out, freq, t60, norm * (1.0 - pan * 0.6), norm * (1.0 + pan * 0.6), phase, attack,
        body.knock * (0.4 + 0.6 * velocity), body.knock_hz, body.knock_decay_s, body.tremolo_hz, body.tremolo_depth, body.tremolo_pan,
        seed_from("knock", seed, round(midi * 100)),
    )  # fmt: skip
    return out
