# pyright: basic
"""Drums and percussion: falling membrane modes, filtered noise bursts, metal partials and a beater's click."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from


@dataclass(frozen=True, slots=True)
class Burst:
    """Noise through a band-pass (or high-pass when q is 0).

    Unit: decay_s is a T60; `repeats` are the extra hands of a clap, `spacing_s` apart; `sweep_octaves` moves the band
    over its life.
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
    """One piece: modes are (frequency_hz, level, T60 in s); the modes start `fall` times higher and fall with time
    constant fall_s.
    """

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
_TURN = 2.0 * np.pi
"""One period of a sine in radians."""
_INAUDIBLE = 1e-6
"""A mode is left where it is 120 dB down."""
_Q_MIN, _HIGH_PASS_DAMPING = 0.5, 1.2
"""The widest band-pass, and the damping (1 / Q) of a high-pass: without a peak at its corner."""
_CENTRE_MAX_HZ = 17_000.0
"""A filter's highest centre: nearer to half the sample rate its bilinear tangent runs away."""
_BURST_LASTS = 1.2
"""A burst is worked until it is 72 dB down."""
_SWEEP_FRAMES = 64
"""A sweep moves on every 1.5 ms, a power of two."""
_HAND_FALL = 4.0
"""How far each hand of a clap falls before the next one, in nepers: 35 dB, so that hands are heard apart."""
_APART, _COMMON_LESS = 0.7, 0.4
"""How much of the noise is each channel's own at full width, and what that takes from the common part; set by hand."""
_CLICK_FRAMES, _CLICK_TURNS = 220, 5.0
"""The beater's click: 5 ms with five half turns (500 Hz), as wood on skin; set by hand."""
_HIGH_POLE = 0.9985
"""Blocks DC: a high-pass at 10 Hz, two octaves under the lowest drum."""
_FADE_FRAMES = 2205
"""The last 50 ms of every piece fade to silence, longer than a period of the lowest mode (41 Hz)."""
_MODE_BEND, _MODE_SWAY, _BURST_BEND, _BURST_SWAY = 0.004, 0.08, 0.04, 0.06
"""How far one stroke differs from the next in pitch and level of modes, colour and length of noise: no two alike,
none wrong.
"""
_RINGING, _HISSING, _LASTING, _FALLING = (0.7, 0.3), (0.55, 0.45), (0.75, 0.25), (0.6, 0.4)
"""What a stroke has of a mode's decay, the noise's level and length, and the fall in pitch: at no force, and by
force; set by hand.
"""
_BRIGHT_OCTAVES, _USUAL_FORCE = 0.5, 0.9
"""Half an octave brighter from the softest to the hardest stroke; a kit is described as it sounds struck well."""


class _Membrane(NamedTuple):
    """How the pitch of the modes falls, and how long they take to speak. Unit: s and frames."""

    fall: float
    fall_s: float
    attack: float


class _Colour(NamedTuple):
    """What happens to the whole stroke."""

    drive: float
    dull_hz: float
    bits: float


@njit(inline="always")
def _ring_mode(out, hz, level, t60_s, pan, fall, fall_s, attack):
    """Add one mode of a membrane, whose pitch falls to its own: a sine that dies by 60 dB in t60_s."""
    phase = 0.0
    step = 10.0 ** (-3.0 / (t60_s * SAMPLE_RATE))
    extra = fall - 1.0
    decay = np.exp(-1.0 / (fall_s * SAMPLE_RATE))
    base = _TURN * hz / SAMPLE_RATE
    for i in range(out.shape[1]):
        if level < _INAUDIBLE:
            break
        x = level * np.sin(phase)
        if attack > 0.0 and i < attack:
            x *= 0.5 - 0.5 * np.cos(np.pi * i / attack)
        out[0, i] += x * (1.0 - pan)
        out[1, i] += x * (1.0 + pan)
        phase += base * (1.0 + extra)
        if phase > _TURN:
            phase -= _TURN
        extra *= decay
        level *= step


@njit(inline="always")
def _add_burst(sound, burst, number, ch, width, seed):
    """Add one burst of noise to one channel, through a filter that may sweep. Source: Simper (2012), trapezoidal
    SVF.
    """
    centre_hz, sharpness, level, decay_s = burst[0], burst[1], burst[2], burst[3]
    attack_s, repeats, spacing_s, sweep = burst[4], burst[5], burst[6], burst[7]
    q = 1.0 / max(sharpness, _Q_MIN) if sharpness > 0.0 else _HIGH_PASS_DAMPING
    high = sharpness <= 0.0
    rise = max(1.0, attack_s * SAMPLE_RATE)
    step = 10.0 ** (-3.0 / (decay_s * SAMPLE_RATE))
    hands = int(repeats)
    gap = spacing_s * SAMPLE_RATE
    life = decay_s * _BURST_LASTS * SAMPLE_RATE + rise + hands * gap
    s1 = 0.0
    s2 = 0.0
    env = 0.0
    tail = 1.0
    g = np.tan(np.pi * min(centre_hz, _CENTRE_MAX_HZ) / SAMPLE_RATE)
    d = 1.0 / (1.0 + g * (g + q))
    for i in range(min(sound.shape[0], int(life))):
        if i & (_SWEEP_FRAMES - 1) == 0 and sweep != 0.0:
            g = np.tan(np.pi * min(centre_hz * 2.0 ** (sweep * i / life), _CENTRE_MAX_HZ) / SAMPLE_RATE)
            d = 1.0 / (1.0 + g * (g + q))
        if i < rise:
            env = i / rise
        elif hands > 0 and i < hands * gap:
            env = np.exp(-_HAND_FALL * (i % gap) / gap)
        else:
            tail *= step
            env = tail
        common = noise_at(seed, np.uint64(i * 16 + number))
        apart = noise_at(seed, np.uint64(i * 16 + number + 7 + 4 * ch))
        w = common + width * _APART * (apart - common * _COMMON_LESS)
        v3 = w * env - s2
        v1 = d * (s1 + g * v3)
        v2 = s2 + g * v1
        s1 = 2.0 * v1 - s1
        s2 = 2.0 * v2 - s2
        sound[i] += level * (w * env - q * v1 - v2 if high else q * v1)


@njit(inline="always")
def _click(out, click):
    """Add the beater's click: two and a half turns that die away within five milliseconds."""
    for i in range(min(out.shape[1], _CLICK_FRAMES)):
        x = click * np.sin(np.pi * i / float(_CLICK_FRAMES) * _CLICK_TURNS) * (1.0 - i / float(_CLICK_FRAMES)) ** 2
        out[0, i] += x
        out[1, i] += x


@njit(inline="always")
def _colour(sound, drive, dull_hz, bits):
    """Overdrive one channel, take bits away, dull it by two one-poles, and block what does not swing."""
    s = 0.0
    s2 = 0.0
    k = 1.0 - np.exp(-_TURN * dull_hz / SAMPLE_RATE) if dull_hz > 0.0 else 1.0
    px = 0.0
    py = 0.0
    for i in range(sound.shape[0]):
        x = sound[i]
        if drive > 0.0:
            x = np.tanh(x * (1.0 + drive)) / (1.0 + 0.5 * drive)
        if bits > 0.0:
            x = np.round(x * bits) / bits
        s += k * (x - s)
        s2 += k * (s - s2)
        py = s2 - px + _HIGH_POLE * py
        px = s2
        sound[i] = py


@njit(inline="always")
def _fade_out(out):
    """End in silence, whatever still rings."""
    n = out.shape[1]
    fade = min(n, _FADE_FRAMES)
    for i in range(fade):
        g = i / fade
        out[0, n - 1 - i] *= g
        out[1, n - 1 - i] *= g


@njit(cache=True, nogil=True)
def _hit(out, modes, bursts, click, membrane, colour, width, seed):
    """Add one stroke to `out` (2, frames), which is zero.

    Shape: modes (n, 4) of frequency, level, T60, pan; bursts (n, 8) in the order of `Burst`.
    """
    for j in range(modes.shape[0]):
        pan = modes[j, 3] * width
        _ring_mode(out, modes[j, 0], modes[j, 1], modes[j, 2], pan, membrane.fall, membrane.fall_s, membrane.attack)
    for j in range(bursts.shape[0]):
        for ch in range(2):
            _add_burst(out[ch], bursts[j], j, ch, width, seed)
    if click > 0.0:
        _click(out, click)
    for ch in range(2):
        _colour(out[ch], colour.drive, colour.dull_hz, colour.bits)
    _fade_out(out)


@lru_cache(maxsize=512)
def hit(drum: Drum, level: int, variation: int, seed: int) -> Samples:
    """One stroke; level 1-8 is how hard, variation tells strokes of the same force apart. Shape: (2, frames)."""
    force = level / 8.0
    rng = dice("hit", seed, level, variation)
    out = np.zeros((2, int(drum.length_s * SAMPLE_RATE)), np.float32)
    modes = np.zeros((len(drum.modes), 4))
    for row, (frequency_hz, gain, decay_s) in enumerate(drum.modes):
        bend = 1.0 + _MODE_BEND * rng.uniform(-1, 1)
        modes[row] = (
            frequency_hz * bend,
            gain * (1.0 + _MODE_SWAY * rng.uniform(-1, 1)),
            decay_s * (_RINGING[0] + _RINGING[1] * force),
            rng.uniform(-1, 1),
        )
    bursts = np.zeros((len(drum.bursts), 8))
    for row, b in enumerate(drum.bursts):
        bright = 2.0 ** (_BRIGHT_OCTAVES * (force - _USUAL_FORCE)) * (1.0 + _BURST_BEND * rng.uniform(-1, 1))
        bursts[row] = (
            b.centre_hz * bright,
            b.q,
            b.level * (_HISSING[0] + _HISSING[1] * force),
            b.decay_s * (_LASTING[0] + _LASTING[1] * force) * (1.0 + _BURST_SWAY * rng.uniform(-1, 1)),
            b.attack_s,
            b.repeats,
            b.spacing_s,
            b.sweep_octaves,
        )
    membrane = _Membrane(
        fall=1.0 + (drum.fall - 1.0) * (_FALLING[0] + _FALLING[1] * force),
        fall_s=float(drum.fall_s),
        attack=max(drum.attack_s, ATTACK_MIN_S) * SAMPLE_RATE,
    )
    colour = _Colour(float(drum.drive), float(drum.dull_hz), float(drum.bits))
    stroke = seed_from("drum", seed, level, variation)
    _hit(out, modes, bursts, drum.click * force**1.5, membrane, colour, float(drum.width), stroke)
    gain = 10.0 ** (drum.gain_db / 20.0)
    out[0] *= gain * np.sqrt(1.0 - drum.pan)
    out[1] *= gain * np.sqrt(1.0 + drum.pan)
    return out
