# pyright: basic
"""Struck bars, bells, tines and piano strings: a bank of decaying partials and a short knock.

Source: Fletcher and Rossing, The Physics of Musical Instruments (partials of bars, bells and stiff strings).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from

_C4_HZ = 261.63
"""Middle C, at which decay times and the piano's figures are told."""
_AUDIBLE_DB = 100.0
"""A partial is dropped where it is 100 dB under full scale: no master of ours is louder than its noise floor there."""
_INAUDIBLE = 1e-6
"""The knock is left where it is 120 dB down."""
_LOOK_FRAMES = 256
"""Whether partials have died is asked every 6 ms, a power of two."""
_KNOCK_HIGH = 0.02
"""What is below 140 Hz is taken from the knock: wood has no bass."""
_KNOCK_SOFT, _KNOCK_BY_VELOCITY = 0.4, 0.6
"""A hammer is heard at the softest touch too; set by hand."""
_ATTACK_MIN_FRAMES = 8.0
"""No partial begins as a step: a fifth of a millisecond."""
_SOFT_ATTACK = 1.6
"""A soft note takes longer to speak: 1.6 times the attack at velocity 0, 0.6 at 1."""
_LEVEL, _SPREAD = 0.5, 0.6
"""Level of a full-velocity note before its instrument's gain, and how far partials stand apart; set by hand."""
_SOFTENING = 1.5
"""What softening_db is multiplied by: mallets and tines are bright only when struck hard (decision 90)."""
_HIGHEST_HZ = 17_000.0
"""Partials above it are left out: nobody misses them, and none may fold back."""
_T60_S = (0.02, 30.0)
"""Decay times of partials, so that none is a click and none never ends."""

_STIFFNESS_C4 = 3.2e-4
"""Inharmonicity of the piano's middle C. Source: Fletcher and Rossing, of the order of grand pianos."""
_STIFFER_ABOVE, _STIFFER_BELOW = 9.5, 30.0
"""Semitones in which inharmonicity doubles upwards, and halves downwards, where wound strings hold it down."""
_PIANO_PARTIALS, _PIANO_TOP_HZ, _PIANO_HIGHEST_HZ = 90.0, 13000.0, 15000.0
"""How many partials a string has at most, up to where their harmonics are counted, and where stretched ones end."""
_FELT_SOFT_HZ, _FELT_BY_VELOCITY_HZ, _FELT_BY_PITCH = 650.0, 4200.0, 0.35
"""Where felt begins to dull, at middle C: harder struck it is harder, and hammers get smaller upwards; set by hand."""
_STRIKE_PLACE, _NODE_LEFT = 0.123, 0.008
"""The hammer strikes at an eighth of the string, where the eighth partial has its node; -21 dB of it stay."""
_FALL, _FALL_BY_VELOCITY = 1.5, 0.35
"""How partials fall with their number, less when struck hard."""
_UNEVEN = 0.25
"""No two partials of a real piano lie on one curve: give or take 2 dB."""
_BOARD_HZ = 75.0
"""Below it a soundboard radiates badly, so the lowest notes are heard by their overtones."""
_DECAY_C4_S, _DECAY_HALVES, _DECAY_BOUNDS_S = 9.0, 15.0, (0.5, 22.0)
"""T60 of middle C's slow decay, the semitones in which it halves upwards, and its bounds over the keyboard."""
_DAMPING_BY_PARTIAL, _DAMPING_HZ = 0.10, 3800.0
"""Higher partials die sooner: by their number, and by air and felt about 4 kHz."""
_UNISON_CENTS = 0.45
"""How far the strings of one key are apart at most: their slow beating is what a piano's tone lives by."""
_QUICK_DECAY, _QUICK_PART, _SLOW_PART = 0.28, 0.72, 0.28
"""The quick decay against the slow one, and what of the level has either. Coupled strings, as in Weinreich (1977);
set by hand.
"""


@dataclass(frozen=True, slots=True)
class Struck:
    """Partials of one struck body.

    Unit: ratios of the fundamental; levels_db at full velocity; decay_s is the T60 of the first partial at C4, halving
    every `halving_octaves` octaves upward; damping shortens higher partials; softening_db is taken off each octave of a
    soft note.
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


class _Partials(NamedTuple):
    """A bank of decaying sines, longest first. Shape: each (partials,). Unit: Hz, T60 in s, level in either channel,
    radians.
    """

    hz: np.ndarray
    t60_s: np.ndarray
    left: np.ndarray
    right: np.ndarray
    phase: np.ndarray


class _Knock(NamedTuple):
    """The hammer's own noise."""

    level: float
    hz: float
    decay_s: float


class _Tremolo(NamedTuple):
    """How the level swings; from side to side when it pans."""

    hz: float
    depth: float
    pans: bool


class _Bank(NamedTuple):
    """Two-pole resonators. Shape: each (partials,): feedback, last two values, and the frame from which nothing is
    heard.
    """

    b: np.ndarray
    c: np.ndarray
    y1: np.ndarray
    y2: np.ndarray
    dead: np.ndarray


@njit(inline="always")
def _tune(partials):
    """The resonators that swing as the partials do, from their phases on."""
    count = partials.hz.shape[0]
    bank = _Bank(np.empty(count), np.empty(count), np.empty(count), np.empty(count), np.empty(count, np.int64))
    for j in range(count):
        w = 2.0 * np.pi * partials.hz[j] / SAMPLE_RATE
        t60, phase = partials.t60_s[j], partials.phase[j]
        r = 10.0 ** (-3.0 / (t60 * SAMPLE_RATE))
        bank.b[j] = 2.0 * r * np.cos(w)
        bank.c[j] = -r * r
        bank.y1[j] = np.sin(phase - w) / r
        bank.y2[j] = np.sin(phase - 2.0 * w) / (r * r)
        level = max(abs(partials.left[j]), abs(partials.right[j]))
        # A partial is dropped from where it is inaudible (the caller sorts by this, longest first).
        bank.dead[j] = int(t60 * SAMPLE_RATE * max(0.0, _AUDIBLE_DB + 20.0 * np.log10(level + 1e-12)) / 60.0)
    return bank


@njit(inline="always")
def _sound(bank, active, left, right):
    """One frame of the partials that are still heard."""
    xl = 0.0
    xr = 0.0
    for j in range(active):
        y = bank.b[j] * bank.y1[j] + bank.c[j] * bank.y2[j]
        bank.y2[j] = bank.y1[j]
        bank.y1[j] = y
        xl += left[j] * y
        xr += right[j] * y
    return xl, xr


@njit(inline="always")
def _swung(xl, xr, i, tremolo):
    """One frame with its tremolo."""
    s = tremolo.depth * np.sin(2.0 * np.pi * tremolo.hz * i / SAMPLE_RATE)
    xl *= 1.0 + s
    xr *= 1.0 - s if tremolo.pans else 1.0 + s
    return xl, xr


@njit(cache=True, nogil=True)
def _ring(out, partials, attack, knock, tremolo, seed):
    """Write one note into `out` (2, frames): the partials, the knock, both risen from nothing within `attack`
    frames.
    """
    bank = _tune(partials)
    active = partials.hz.shape[0]
    k = 1.0 - np.exp(-2.0 * np.pi * knock.hz / SAMPLE_RATE)
    kd = 10.0 ** (-3.0 / (knock.decay_s * SAMPLE_RATE))
    ke = knock.level
    n1 = 0.0
    n2 = 0.0
    nh = 0.0
    for i in range(out.shape[1]):
        if i & (_LOOK_FRAMES - 1) == 0:
            while active > 0 and bank.dead[active - 1] < i:
                active -= 1
        xl, xr = _sound(bank, active, partials.left, partials.right)
        if ke > _INAUDIBLE:
            n1 += k * (noise_at(seed, np.uint64(i)) - n1)
            n2 += k * (n1 - n2)
            nh += _KNOCK_HIGH * (n2 - nh)
            xl += ke * (n2 - nh)
            xr += ke * (n2 - nh)
            ke *= kd
        if i < attack:
            g = 0.5 - 0.5 * np.cos(np.pi * (i + 0.5) / attack)
            xl *= g
            xr *= g
        if tremolo.depth > 0.0:
            xl, xr = _swung(xl, xr, i, tremolo)
        out[0, i] = xl
        out[1, i] = xr


def _piano_modes(
    f0: float, velocity: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies, decays, levels and pans of a stiff string struck by felt, each partial with its quick and its
    slow decay.
    """
    key = 12.0 * np.log2(f0 / _C4_HZ)
    inharmonicity = _STIFFNESS_C4 * 2.0 ** (key / (_STIFFER_ABOVE if key > 0 else _STIFFER_BELOW))
    n = np.arange(1, max(2, int(min(_PIANO_PARTIALS, _PIANO_TOP_HZ / f0))))
    freq = n * f0 * np.sqrt((1.0 + inharmonicity * n**2) / (1.0 + inharmonicity))
    n, freq = n[freq < _PIANO_HIGHEST_HZ], freq[freq < _PIANO_HIGHEST_HZ]
    hammer_hz = (_FELT_SOFT_HZ + _FELT_BY_VELOCITY_HZ * velocity**1.6) * (f0 / _C4_HZ) ** _FELT_BY_PITCH
    struck = np.sqrt(np.sin(np.pi * n * _STRIKE_PLACE) ** 2 + _NODE_LEFT)
    level = struck / n ** (_FALL - _FALL_BY_VELOCITY * velocity) / (1.0 + (freq / hammer_hz) ** 2) ** 0.9
    level *= (1.0 + _UNEVEN * rng.uniform(-1, 1, n.size)) / (1.0 + (_BOARD_HZ / freq) ** 2)
    slow = np.clip(_DECAY_C4_S * 2.0 ** (-key / _DECAY_HALVES), *_DECAY_BOUNDS_S)
    slow = slow / (1.0 + _DAMPING_BY_PARTIAL * (n - 1) + (freq / _DAMPING_HZ) ** 1.4)
    spread = 2.0 ** (_UNISON_CENTS * rng.uniform(0.5, 1.0, n.size) / 1200.0)
    pan = np.clip(key / 40.0, -0.6, 0.6) + 0.55 * rng.uniform(-1, 1, n.size)
    levels = np.concatenate([_QUICK_PART * level, _SLOW_PART * level])
    return (
        np.concatenate([freq, freq * spread]),
        np.concatenate([slow * _QUICK_DECAY, slow]),
        levels,
        np.concatenate([pan, -0.5 * pan]),
    )


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
        level = 10.0 ** (
            (np.array(body.levels_db) - body.softening_db * octaves * (1.0 - velocity) * _SOFTENING) / 20.0
        )
        t60 = (
            body.decay_s
            * 2.0 ** (-np.log2(f0 / _C4_HZ) / body.halving_octaves)
            / np.maximum(ratios, 1.0) ** body.damping
        )
        pan = body.width * rng.uniform(-1, 1, ratios.size)
    # The quick and the slow decay of one partial begin together; all else would be an accident of cancelling.
    phase = (
        np.tile(rng.uniform(0, 2 * np.pi, freq.size // 2), 2) if body.stiff else rng.uniform(0, 2 * np.pi, freq.size)
    )
    keep = freq < _HIGHEST_HZ
    freq, t60, level, pan, phase = freq[keep], np.clip(t60[keep], *_T60_S), level[keep], pan[keep], phase[keep]
    life = t60 * np.maximum(0.0, _AUDIBLE_DB + 20.0 * np.log10(level + 1e-12))
    order = np.argsort(-life, kind="stable")
    freq, t60, level, pan, phase = freq[order], t60[order], level[order], pan[order], phase[order]
    norm = level / np.sqrt(np.sum(level**2) + 1e-12) * _LEVEL
    out = np.empty((2, length_frames), np.float32)
    attack = max(_ATTACK_MIN_FRAMES, (body.attack_s * (_SOFT_ATTACK - velocity)) * SAMPLE_RATE)
    partials = _Partials(freq, t60, norm * (1.0 - pan * _SPREAD), norm * (1.0 + pan * _SPREAD), phase)
    knock = _Knock(body.knock * (_KNOCK_SOFT + _KNOCK_BY_VELOCITY * velocity), body.knock_hz, body.knock_decay_s)
    tremolo = _Tremolo(body.tremolo_hz, body.tremolo_depth, body.tremolo_pan)
    _ring(out, partials, attack, knock, tremolo, seed_from("knock", seed, round(midi * 100)))
    return out
