# pyright: basic
"""Bowed, blown, reed and electronic tones: band-limited tables that brighten with effort, in unison voices, through
a moving filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from

TABLE = 4096
"""Places in one cycle, a power of two: straight lines between them err by less than -50 dB up to the hundredth
harmonic.
"""
HIGHEST_HZ = 15_000.0
"""Harmonics end here: the loss is not heard, and vibrato may lift a tone without folding back."""
_HARMONICS_MAX = 600
"""So many has 25 Hz below 15 kHz: no instrument here sounds lower."""
_FADE_HZ, _FADE_FROM = 3000.0, 1.02
"""The highest harmonics fade over 3 kHz, so that a scale does not lose them one by one; a tone of six keeps all of
them.
"""
_LEVEL = 0.25
"""RMS of every cycle: dark and bright, saw and sine are equally loud before the instrument's gain."""
_CONTROL = 128
"""Frames between two points of pitch, straight between (decision 58): 3 ms, a sixtieth of a period of vibrato."""
_ENVELOPE = 32
"""Frames between two points of level, brightness and cutoff: attacks may last two milliseconds (decision 58)."""
_VIBRATO_GROWS_S = 0.35
"""Vibrato grows in over so long after its delay, as players let it."""
_NEPERS_PER_CENT = 0.00057762265
"""The natural logarithm of a cent: for the few cents of a bend e to the x is 1 + x + x x / 2."""
_TIME_CONSTANTS = 3.0
"""A decay of so many seconds is over, by 26 dB, when they have passed."""
_BREATH_DAMPING, _BREATH_MAX_HZ = 1.4, 16_000.0
"""One over the Q of the breath's band-pass, a wide one; its highest centre, safely under half the sample rate."""
_BREATH_FLOOR = 0.4
"""Breath is heard at the softest touch too; the rest grows with effort."""
_CHIFF_S = 0.03
"""The chiff of an attack dies away in 30 ms: pipes and flutes speak within that time."""
_CUTOFF_MAX_HZ, _CUTOFF_HOLDS_HZ = 17_000.0, 16_000.0
"""A moving filter's highest cutoff, and what key and touch can open it to; the tangent runs away at half the sample
rate.
"""
_C4_HZ = 261.63
"""Middle C, at which cutoffs are told."""
_USUAL_VELOCITY = 0.8
"""Where an instrument's cutoff is as it is written."""
_SLOW_ATTACK, _QUICKER = 1.5, 0.7
"""A soft note takes longer to speak: 1.5 times the attack at velocity 0, 0.8 at 1."""
_ATTACK_MIN_S = 0.002
"""A level that rises quicker is a click."""
_EFFORT_SOFT, _EFFORT_BY_VELOCITY = 0.15, 0.95
"""How bright velocity 0 is between dark and bright, and what velocity adds; full brightness is reached just before
full velocity.
"""
_JITTER = 0.25
"""How far voices stray from their even places in the unison: evenly spaced ones would beat as one; set by hand."""
_SWEEP_SOFT, _SWEEP_BY_VELOCITY = 0.4, 0.75
"""How far the filter opens at the softest touch, and what velocity adds; set by hand."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """A tone that lasts as long as it is held.

    Unit: `shape` names the harmonic series or gives its levels in dB; `dark_db` and `bright_db` are slopes per octave
    of the two tables that effort morphs between; formants are (frequency_hz, bandwidth_hz, gain); cutoff_hz 0 means no
    filter, and the filter follows the key by `tracking` and opens by `sweep_octaves` at the attack. `divisor` lowers
    the table's fundamental (organ's 16'). `together` is how far the voices begin in phase: 0 anywhere, as strings do, 1
    as one breath; they part as they are detuned.
    """

    shape: str | tuple[float, ...] = "saw"
    dark_db: float = -6.0
    bright_db: float = 0.0
    knee_hz: float = 300.0
    formants: tuple[tuple[float, float, float], ...] = ()
    voices: int = 1
    detune_cents: float = 0.0
    width: float = 0.0
    together: float = 0.0
    attack_s: float = 0.01
    decay_s: float = 0.3
    sustain: float = 1.0
    glow_s: float = 0.05
    glow_decay_s: float = 1.0
    glow_sustain: float = 0.8
    vibrato_hz: float = 0.0
    vibrato_cents: float = 0.0
    vibrato_delay_s: float = 0.3
    drift_cents: float = 0.0
    scoop_cents: float = 0.0
    scoop_s: float = 0.04
    breath: float = 0.0
    breath_hz: float = 2500.0
    chiff: float = 0.0
    cutoff_hz: float = 0.0
    tracking: float = 0.5
    resonance: float = 0.7
    sweep_octaves: float = 0.0
    sweep_s: float = 0.3
    touch_octaves: float = 1.0
    tremolo_hz: float = 0.0
    tremolo_depth: float = 0.0
    divisor: int = 1


def _series(shape: str | tuple[float, ...], n: np.ndarray) -> np.ndarray:
    if isinstance(shape, tuple):
        level = np.zeros(n.size)
        count = min(n.size, len(shape))
        level[:count] = [10.0 ** (db / 20.0) if db > -90.0 else 0.0 for db in shape[:count]]
        return level
    match shape:
        case "saw":
            return 1.0 / n
        case "square":
            return (n % 2) / n
        case "pulse25":
            return np.sin(np.pi * n * 0.25) / n
        case "triangle":
            return (n % 2) * np.where(n % 4 == 1, 1.0, -1.0) / n**2
        case "hollow":
            return np.where(n % 2 == 1, 1.0, 0.06 + 0.03 * np.minimum(n, 20)) / n
        case "sine":
            return (n == 1).astype(float)
        case _:
            raise AssertionError(shape)


def _tables(tone: Sustained, f0: float) -> np.ndarray:
    """The dark and the bright cycle of one pitch, interleaved. Shape: (TABLE + 1, 2)."""
    base = f0 / tone.divisor
    count = int(np.clip(HIGHEST_HZ / base, 1, _HARMONICS_MAX))
    n = np.arange(1, count + 1)
    level = _series(tone.shape, n)
    freq = n * base
    for centre, bandwidth, gain in tone.formants:
        level = level * (1.0 + gain / (1.0 + ((freq - centre) / (bandwidth * 0.5)) ** 2))
    fade = np.clip((HIGHEST_HZ * _FADE_FROM - freq) / _FADE_HZ, 0.0, 1.0) if count > 6 else 1.0
    octaves = np.log2(np.maximum(freq / tone.knee_hz, 1.0))
    out = np.empty((TABLE + 1, 2), np.float32)
    for column, slope in enumerate((tone.dark_db, tone.bright_db)):
        spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
        spectrum[1 : count + 1] = -1j * level * 10.0 ** (slope * octaves / 20.0) * fade
        cycle = np.fft.irfft(spectrum, TABLE)
        out[:TABLE, column] = cycle / (np.sqrt(np.mean(cycle**2)) + 1e-12) * _LEVEL
    out[TABLE] = out[0]
    return out


class _Shape(NamedTuple):
    """How a note moves, as the loop takes it.

    Shape: amp: attack, decay, sustain, glow attack, glow decay, glow sustain; pitch: vibrato hz, cents, delay, drift,
    scoop cents, scoop s; breath: level, hz, chiff; filter: cutoff, resonance, sweep octaves, sweep s; tremolo: hz,
    depth.
    """

    amp: np.ndarray
    pitch: np.ndarray
    breath: np.ndarray
    filter: np.ndarray
    tremolo: np.ndarray


@njit(inline="always")
def _bent(pitch, wobble, t):
    """The pitch of one voice against the written one: vibrato, drift and the scoop into the note."""
    rise = min(1.0, max(0.0, (t - pitch[2]) / _VIBRATO_GROWS_S))
    vib = np.sin(
        2.0 * np.pi * (pitch[0] * (1.0 + 0.06 * wobble) * t + 0.13 * wobble * np.sin(0.7 * t + 3.0 * wobble))
        + 3.0 * wobble
    )
    drift = np.sin(t * (1.1 + 0.8 * wobble) + 5.0 * wobble) + 0.6 * np.sin(t * (2.9 - 1.1 * wobble) + 9.0 * wobble)
    scoop = pitch[4] * np.exp(-t / pitch[5]) if pitch[4] != 0.0 else 0.0
    bend = (rise * pitch[1] * vib + pitch[3] * drift + scoop) * _NEPERS_PER_CENT
    return 1.0 + bend + 0.5 * bend * bend


@njit(cache=True, nogil=True)
def _envelopes(amp, effort, tremolo, start, env, glow, last):
    """Level and brightness of the next frames, straight between points; last (2,) is where they stand."""
    for begin in range(0, env.shape[0], _ENVELOPE):
        t = (start + begin + _ENVELOPE) / SAMPLE_RATE
        if t < amp[0]:
            x = t / amp[0]
            level = x * x * (3.0 - 2.0 * x)
        else:
            level = amp[2] + (1.0 - amp[2]) * np.exp(-_TIME_CONSTANTS * (t - amp[0]) / amp[1])
        level *= 1.0 + tremolo[1] * np.sin(2.0 * np.pi * tremolo[0] * t)
        if t < amp[3]:
            light = effort * t / amp[3]
        else:
            light = effort * (amp[5] + (1.0 - amp[5]) * np.exp(-_TIME_CONSTANTS * (t - amp[3]) / amp[4]))
        rise = (level - last[0]) / _ENVELOPE
        lift = (light - last[1]) / _ENVELOPE
        for i in range(_ENVELOPE):
            env[begin + i] = last[0] + rise * i
            glow[begin + i] = last[1] + lift * i
        last[0] = level
        last[1] = light


@njit(cache=True, nogil=True, fastmath={"contract"})
def _voice(mix, table, gain_l, gain_r, phase, step, bend, glow):
    """Add one voice; returns its phase after these frames.

    Phase counts 2^-32 of a place in the table: a whole number wraps without a question, so no frame waits for the one
    before.
    """
    unit = np.float32(2.0**-24)
    for i in range(glow.shape[0]):
        k = np.uint64((phase >> 32) & (TABLE - 1))
        after = k + np.uint64(1)
        f = np.float32(np.int32((phase >> 8) & 0xFFFFFF)) * unit
        dark = table[k, 0] + f * (table[after, 0] - table[k, 0])
        bright = table[k, 1] + f * (table[after, 1] - table[k, 1])
        x = dark + (bright - dark) * glow[i]
        mix[0, i] += gain_l * x
        mix[1, i] += gain_r * x
        phase += step
        step += bend
    return phase


@njit(cache=True, nogil=True, fastmath={"contract"})
def _breathe(mix, glow, breath, start, seed, state):
    """Add the breath, band-passed noise that grows with effort, and the chiff of the attack. breath: level, hz,
    chiff.
    """
    g = np.tan(np.pi * min(breath[1], _BREATH_MAX_HZ) / SAMPLE_RATE)
    k = _BREATH_DAMPING
    d = 1.0 / (1.0 + g * (g + k))
    keep, cross, low = 2.0 * d - 1.0, 2.0 * d * g, 2.0 * d * g * g
    level = k * breath[0]
    chiff = k * breath[2] * np.exp(-start / (_CHIFF_S * SAMPLE_RATE))
    fall = np.exp(-1.0 / (_CHIFF_S * SAMPLE_RATE))
    b1, b2 = state[0], state[1]
    for i in range(glow.shape[0]):
        away = noise_at(seed, np.uint64(start + i)) - b2
        b3 = cross * away + keep * b1
        w = np.float32(0.5 * (b1 + b3) * (level * (_BREATH_FLOOR + glow[i]) + chiff))
        b2 = low * away + cross * b1 + b2
        b1 = b3
        chiff *= fall
        mix[0, i] += w
        mix[1, i] += w
    state[0], state[1] = b1, b2


@njit(cache=True, nogil=True, fastmath={"contract"})
def _filter(mix, filt, start, state):
    """A low pass of two poles that moves. filt: cutoff, resonance, sweep octaves, sweep s. Source: Simper,
    trapezoidal SVF (2013).
    """
    q = 1.0 / filt[1]
    a1, a2, b1, b2 = state[0], state[1], state[2], state[3]
    for begin in range(0, mix.shape[1], _ENVELOPE):
        t = (start + begin + _ENVELOPE) / SAMPLE_RATE
        g = np.tan(
            np.pi
            * min(filt[0] * 2.0 ** (filt[2] * np.exp(-_TIME_CONSTANTS * t / filt[3])), _CUTOFF_MAX_HZ)
            / SAMPLE_RATE
        )
        d = 1.0 / (1.0 + g * (g + q))
        # Both states from the states before at once: half as long a wait per frame as one after the other.
        keep, cross, low = 2.0 * d - 1.0, 2.0 * d * g, 2.0 * d * g * g
        for i in range(begin, begin + _ENVELOPE):
            x, y = mix[0, i], mix[1, i]
            a3 = cross * (x - a2) + keep * a1
            b3 = cross * (y - b2) + keep * b1
            a4 = low * (x - a2) + cross * a1 + a2
            b4 = low * (y - b2) + cross * b1 + b2
            mix[0, i] = 0.5 * (a2 + a4)
            mix[1, i] = 0.5 * (b2 + b4)
            a1, a2, b1, b2 = a3, a4, b3, b4
    state[0], state[1], state[2], state[3] = a1, a2, b1, b2


@njit(cache=True, nogil=True)
def _sing(out, table, ratio, gain_l, gain_r, phase, wobble, f0, effort, shape, seed):
    """Write one note into `out` (2, frames). Shape: ratio, gains, phase and wobble (voices,)."""
    n = out.shape[1]
    amp, pitch, breath, filt, tremolo = shape
    mix = np.empty((2, _CONTROL), np.float32)
    env = np.empty(_CONTROL, np.float32)
    glow = np.empty(_CONTROL, np.float32)
    last = np.zeros(2)
    filtered = np.zeros(4)
    breathed = np.zeros(2)
    spots = np.empty(ratio.shape[0], np.int64)
    steps = np.empty(ratio.shape[0], np.int64)
    unit = f0 * TABLE / SAMPLE_RATE * 2.0**32
    for v in range(ratio.shape[0]):
        spots[v] = np.int64(phase[v] * 2.0**32)
        steps[v] = np.int64(unit * ratio[v] * _bent(pitch, wobble[v], 0.0))
    for start in range(0, n, _CONTROL):
        _envelopes(amp, effort, tremolo, start, env, glow, last)
        mix[:] = np.float32(0.0)
        for v in range(ratio.shape[0]):
            then = np.int64(unit * ratio[v] * _bent(pitch, wobble[v], (start + _CONTROL) / SAMPLE_RATE))
            bend = (then - steps[v]) // _CONTROL
            spots[v] = _voice(mix, table, gain_l[v], gain_r[v], spots[v], steps[v], bend, glow)
            steps[v] = then
        if breath[0] > 0.0 or breath[2] > 0.0:
            _breathe(mix, glow, breath, start, seed, breathed)
        if filt[0] > 0.0:
            _filter(mix, filt, start, filtered)
        for c in range(2):
            for i in range(min(_CONTROL, n - start)):
                out[c, start + i] = mix[c, i] * env[i]


def hold(tone: Sustained, midi: float, velocity: float, length_frames: int, seed: int) -> Samples:
    """One note held for its whole length. Shape: (2, length_frames)."""
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    rng = dice("sustained", seed, round(midi * 100))
    count = tone.voices
    place = np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(1)
    # The mean of the voices' pitches stays the written one: place is symmetric, and the jitter is centred.
    jitter = rng.uniform(-1, 1, count) * _JITTER * (count > 1)
    cents = tone.detune_cents * (place + jitter - jitter.mean())
    # Sharp and flat take turns on either side, and each side holds as much as the other.
    from_the_edge = np.minimum(np.arange(count), np.arange(count)[::-1])
    pan = tone.width * np.where(from_the_edge % 2 == 0, place, -place)
    gain = 1.0 / np.sqrt(count)
    cutoff = (
        tone.cutoff_hz * (f0 / _C4_HZ) ** tone.tracking * 2.0 ** (tone.touch_octaves * (velocity - _USUAL_VELOCITY))
    )
    out = np.empty((2, length_frames), np.float32)
    quick = _SLOW_ATTACK - _QUICKER * velocity
    phase = rng.uniform(0, TABLE * (1.0 - tone.together), count) if count > 1 else np.zeros(1)
    wobble = rng.uniform(-1, 1, count)
    attack_s, glow_s = max(_ATTACK_MIN_S, tone.attack_s * quick), max(_ATTACK_MIN_S, tone.glow_s * quick)
    sweep = tone.sweep_octaves * (_SWEEP_SOFT + _SWEEP_BY_VELOCITY * velocity)
    _sing(
        out,
        _tables(tone, f0),
        2.0 ** (cents / 1200.0) / tone.divisor,
        (gain * np.sqrt(1.0 - pan)).astype(np.float32),
        (gain * np.sqrt(1.0 + pan)).astype(np.float32),
        phase,
        wobble,
        f0,
        min(1.0, _EFFORT_SOFT + _EFFORT_BY_VELOCITY * velocity),
        _Shape(
            amp=np.array([attack_s, tone.decay_s, tone.sustain, glow_s, tone.glow_decay_s, tone.glow_sustain]),
            pitch=np.array(
                [
                    tone.vibrato_hz,
                    tone.vibrato_cents,
                    tone.vibrato_delay_s,
                    tone.drift_cents,
                    tone.scoop_cents,
                    tone.scoop_s,
                ]
            ),
            breath=np.array([tone.breath, tone.breath_hz, tone.chiff * velocity]),
            filter=np.array([min(cutoff, _CUTOFF_HOLDS_HZ), tone.resonance, sweep, tone.sweep_s]),
            tremolo=np.array([tone.tremolo_hz, tone.tremolo_depth]),
        ),
        seed_from("breath", seed, round(midi * 100)),
    )
    return out
