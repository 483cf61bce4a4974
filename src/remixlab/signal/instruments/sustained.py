# pyright: basic
"""Bowed, blown, reed and electronic tones: band-limited tables that brighten with effort, in unison voices, through a moving filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from remixlab.domain.audio import Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from

SAMPLE_RATE = 44_100
TABLE = 4096
HIGHEST_HZ = 15_000.0


@dataclass(frozen=True, slots=True)
class Sustained:
    """A tone that lasts as long as it is held.

    Unit: `shape` names the harmonic series or gives its levels in dB; `dark_db` and `bright_db` are slopes per octave of the two
    tables that effort morphs between; formants are (frequency_hz, bandwidth_hz, gain); cutoff_hz 0 means no filter, and the
    filter follows the key by `tracking` and opens by `sweep_octaves` at the attack. `divisor` lowers the table's fundamental (organ's 16').
    """

    shape: str | tuple[float, ...] = "saw"
    dark_db: float = -6.0
    bright_db: float = 0.0
    knee_hz: float = 300.0
    formants: tuple[tuple[float, float, float], ...] = ()
    voices: int = 1
    detune_cents: float = 0.0
    width: float = 0.0
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
    count = int(np.clip(HIGHEST_HZ / base, 1, 600))
    n = np.arange(1, count + 1)
    level = _series(tone.shape, n)
    freq = n * base
    for centre, bandwidth, gain in tone.formants:
        level = level * (1.0 + gain / (1.0 + ((freq - centre) / (bandwidth * 0.5)) ** 2))
    fade = np.clip((HIGHEST_HZ * 1.02 - freq) / 3000.0, 0.0, 1.0) if count > 6 else 1.0
    octaves = np.log2(np.maximum(freq / tone.knee_hz, 1.0))
    out = np.empty((TABLE + 1, 2))
    for column, slope in enumerate((tone.dark_db, tone.bright_db)):
        spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
        spectrum[1 : count + 1] = -1j * level * 10.0 ** (slope * octaves / 20.0) * fade
        cycle = np.fft.irfft(spectrum, TABLE)
        out[:TABLE, column] = cycle / (np.sqrt(np.mean(cycle**2)) + 1e-12) * 0.25
    out[TABLE] = out[0]
    return out


@njit(cache=True, nogil=True)
def _sing(out, table, ratio, gain_l, gain_r, phase, wobble, f0, effort, amp, pitch, breath, filt, trem_hz, trem_depth, seed):
    """amp: attack, decay, sustain, glow attack, glow decay, glow sustain; pitch: vibrato hz, cents, delay, drift, scoop cents, scoop s;
    breath: level, hz, chiff; filt: cutoff, resonance, sweep octaves, sweep s."""
    sr = 44100.0
    n = out.shape[1]
    voices = ratio.shape[0]
    block = 32
    size = table.shape[0] - 1
    s1l = 0.0
    s2l = 0.0
    s1r = 0.0
    s2r = 0.0
    b1 = 0.0
    b2 = 0.0
    bg = np.tan(np.pi * min(breath[1], 16000.0) / sr)
    bk = 1.4
    bd = 1.0 / (1.0 + bg * (bg + bk))
    noisy = breath[0] > 0.0 or breath[2] > 0.0
    last_amp = 0.0
    last_glow = 0.0
    mix_l = np.empty(block)
    mix_r = np.empty(block)
    start = 0
    while start < n:
        m = min(block, n - start)
        t = (start + block) / sr
        if t < amp[0]:
            x = t / amp[0]
            env = x * x * (3.0 - 2.0 * x)
        else:
            env = amp[2] + (1.0 - amp[2]) * np.exp(-3.0 * (t - amp[0]) / amp[1])
        if t < amp[3]:
            glow = t / amp[3]
        else:
            glow = amp[5] + (1.0 - amp[5]) * np.exp(-3.0 * (t - amp[3]) / amp[4])
        glow *= effort
        da = (env - last_amp) / block
        dg = (glow - last_glow) / block
        rise = min(1.0, max(0.0, (t - pitch[2]) / 0.35))
        scoop = pitch[4] * np.exp(-t / pitch[5]) if pitch[4] != 0.0 else 0.0
        for i in range(m):
            mix_l[i] = 0.0
            mix_r[i] = 0.0
        for v in range(voices):
            vib = np.sin(
                2.0 * np.pi * (pitch[0] * (1.0 + 0.06 * wobble[v]) * t + 0.13 * wobble[v] * np.sin(0.7 * t + 3.0 * wobble[v]))
                + 3.0 * wobble[v]
            )
            drift = np.sin(t * (1.1 + 0.8 * wobble[v]) + 5.0 * wobble[v]) + 0.6 * np.sin(t * (2.9 - 1.1 * wobble[v]) + 9.0 * wobble[v])
            cents = rise * pitch[1] * vib + pitch[3] * drift + scoop
            inc = f0 * ratio[v] * (1.0 + cents * 0.00057762265 + 0.5 * (cents * 0.00057762265) ** 2) / sr * size
            ph = phase[v]
            gl = gain_l[v]
            gr = gain_r[v]
            glo = last_glow
            for i in range(m):
                k = int(ph)
                fr = ph - k
                a = table[k, 0] + fr * (table[k + 1, 0] - table[k, 0])
                b = table[k, 1] + fr * (table[k + 1, 1] - table[k, 1])
                x = a + (b - a) * glo
                glo += dg
                mix_l[i] += gl * x
                mix_r[i] += gr * x
                ph += inc
                if ph >= size:
                    ph -= size
            phase[v] = ph
        g = 0.0
        d = 0.0
        q = 1.0 / filt[1]
        if filt[0] > 0.0:
            hz = filt[0] * 2.0 ** (filt[2] * np.exp(-3.0 * t / filt[3]))
            g = np.tan(np.pi * min(hz, 17000.0) / sr)
            d = 1.0 / (1.0 + g * (g + q))
        tl = 1.0
        if trem_depth > 0.0:
            tl = 1.0 + trem_depth * np.sin(2.0 * np.pi * trem_hz * t)
        chiff = breath[2] * np.exp(-t / 0.03)
        for i in range(m):
            xl = mix_l[i]
            xr = mix_r[i]
            if noisy:
                w = noise_at(seed, np.uint64(start + i))
                v3 = w - b2
                v1 = bd * (b1 + bg * v3)
                v2 = b2 + bg * v1
                b1 = 2.0 * v1 - b1
                b2 = 2.0 * v2 - b2
                w = bk * v1 * (breath[0] * (0.4 + last_glow) + chiff)
                xl += w
                xr += w
            if filt[0] > 0.0:
                v3 = xl - s2l
                v1 = d * (s1l + g * v3)
                v2 = s2l + g * v1
                s1l = 2.0 * v1 - s1l
                s2l = 2.0 * v2 - s2l
                xl = v2
                v3 = xr - s2r
                v1 = d * (s1r + g * v3)
                v2 = s2r + g * v1
                s1r = 2.0 * v1 - s1r
                s2r = 2.0 * v2 - s2r
                xr = v2
            e = last_amp * tl
            out[0, start + i] = xl * e
            out[1, start + i] = xr * e
            last_amp += da
            last_glow += dg
        last_amp = env
        last_glow = glow
        start += block


def hold(tone: Sustained, midi: float, velocity: float, length_frames: int, seed: int) -> Samples:
    """One note held for its whole length. Shape: (2, length_frames)."""
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    rng = dice("sustained", seed, round(midi * 100))
    count = tone.voices
    place = np.linspace(-1.0, 1.0, count) if count > 1 else np.zeros(1)
    # The mean of the voices' pitches stays the written one: place is symmetric, and the jitter is centred.
    jitter = rng.uniform(-1, 1, count) * 0.25 * (count > 1)
    cents = tone.detune_cents * (place + jitter - jitter.mean())
    pan = tone.width * np.where(np.arange(count) % 2 == 0, place, -place)
    gain = 1.0 / np.sqrt(count)
    cutoff = tone.cutoff_hz * (f0 / 261.63) ** tone.tracking * 2.0 ** (tone.touch_octaves * (velocity - 0.8))
    out = np.empty((2, length_frames), np.float32)
    quick = 1.5 - 0.7 * velocity
    _sing(
        out, _tables(tone, f0), 2.0 ** (cents / 1200.0) / tone.divisor, gain * np.sqrt(1.0 - pan), gain * np.sqrt(1.0 + pan),
        rng.uniform(0, TABLE, count) if count > 1 else np.zeros(1), rng.uniform(-1, 1, count), f0, min(1.0, 0.15 + 0.95 * velocity),
        np.array([max(0.002, tone.attack_s * quick), tone.decay_s, tone.sustain, max(0.002, tone.glow_s * quick), tone.glow_decay_s,
            tone.glow_sustain]),
        np.array([tone.vibrato_hz, tone.vibrato_cents, tone.vibrato_delay_s, tone.drift_cents, tone.scoop_cents, tone.scoop_s]),
        np.array([tone.breath, tone.breath_hz, tone.chiff * velocity]),
        np.array([min(cutoff, 16_000.0), tone.resonance, tone.sweep_octaves * (0.4 + 0.75 * velocity), tone.sweep_s]),
        tone.tremolo_hz, tone.tremolo_depth, seed_from("breath", seed, round(midi * 100)),
    )  # fmt: skip
    return out
