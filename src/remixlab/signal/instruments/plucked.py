# pyright: basic
"""Plucked strings: a tuned digital waveguide with two polarisations and a resonant body.

Source: Jaffe and Smith (1983), Extensions of the Karplus-Strong algorithm; Välimäki et al. (1996), loss filter design.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from remixlab.domain.audio import Samples
from remixlab.signal.instruments.noise import noise_at, seed_from

SAMPLE_RATE = 44_100


@dataclass(frozen=True, slots=True)
class PluckedString:
    """What a string is made of and how it is touched.

    Unit: decay_s is the T60 of the open low string, bright_decay_s the T60 at 4 kHz; pick is the place along the string (0-0.5);
    soft_hz and hard_hz bound the excitation at velocity 0 and 1; from the harmonic `tilt` on the touch falls by 6 dB an octave;
    body holds (frequency_hz, q, gain).
    """

    decay_s: float
    bright_decay_s: float
    pick: float
    soft_hz: float
    hard_hz: float
    body: tuple[tuple[float, float, float], ...] = ()
    noise: float = 0.35
    register_decay: float = 0.55
    beat_cents: float = 1.2
    width: float = 0.25
    tilt: float = 2.0
    drive: float = 0.0
    cabinet_hz: float = 0.0


@njit(cache=True, nogil=True)
def _pluck(out, f0, decay_s, bright_decay_s, pick, excite_hz, tilt_hz, noise, beat, width, body, drive, cabinet_hz, seed):
    sr = 44100.0
    n = out.shape[1]
    size = int(sr / f0) + 8
    # The touch: a pulse and a noise burst of one period, dulled by three one-pole filters, combed by the place of the touch.
    burst = np.zeros(size + 64)
    k = 1.0 - np.exp(-2.0 * np.pi * excite_hz / sr)
    kt = 1.0 - np.exp(-2.0 * np.pi * tilt_hz / sr)
    period = sr / f0
    a1 = 0.0
    a2 = 0.0
    a3 = 0.0
    mean = 0.0
    m = int(period)
    for i in range(m + 48):
        raw = 0.0
        if i < m:
            raw = noise * noise_at(seed, np.uint64(i)) * (1.0 - 0.6 * i / m)
            if i < 6:
                raw += (1.0 - noise) * 3.0 * (1.0 - i / 6.0)
        a1 += k * (raw - a1)
        a2 += k * (a1 - a2)
        a3 += kt * (a2 - a3)
        burst[i] = a3
        mean += a3
    mean /= m + 48
    # Dispersion spreads the pulse, as a finger does: the same spectrum with a lower peak.
    for _ in range(8):
        apx = 0.0
        apy = 0.0
        for i in range(m + 48):
            y = -0.62 * burst[i] + apx + 0.62 * apy
            apx = burst[i]
            apy = y
            burst[i] = y
    # The filters still ring where the touch ends: let go smoothly, or the end ticks.
    for i in range(48):
        burst[m + i] *= 0.5 + 0.5 * np.cos(np.pi * (i + 0.5) / 48.0)
    power = 1e-9
    for i in range(m + 48):
        burst[i] -= mean * np.sin(np.pi * (i + 0.5) / (m + 48)) * np.pi / 2.0
        power += burst[i] * burst[i]
    scale = np.sqrt(period / power) * 0.35
    for pole in range(2):
        # Heard from the other side, a string is touched at another place: two microphones, no two alike.
        comb = max(1, int(pick * (1.0 + 1.1 * width if pole else 1.0) * period))
        f = f0 * (1.0 + (beat if pole else 0.0))
        t1 = decay_s * (0.55 if pole else 1.0)
        th = min(bright_decay_s * (0.6 if pole else 1.0), t1 * 0.98)
        w0 = 2.0 * np.pi * f / sr
        g1 = 10.0 ** (-3.0 / (f * t1))
        fh = max(4000.0, 2.5 * f)
        ratio = 10.0 ** (-3.0 / (f * th)) / g1
        c = np.cos(2.0 * np.pi * min(fh, 16000.0) / sr)
        r2 = ratio * ratio
        p = 1.0 - r2 * c
        a = 0.0
        if r2 < 0.999999:
            a = (-p + np.sqrt(max(0.0, p * p - (1.0 - r2) * (1.0 - r2)))) / (1.0 - r2)
        # Loss filter H = g(1+a)/(1+a z^-1); its phase delay at f0 is taken off the line, the fraction is left to an allpass exact at f0.
        delay_loss = np.arctan2(-a * np.sin(w0), 1.0 + a * np.cos(w0)) / w0
        mag = (1.0 + a) / np.sqrt(1.0 + 2.0 * a * np.cos(w0) + a * a)
        g = min(g1 / mag, 0.99999)
        rest = sr / f - delay_loss
        whole = int(rest - 0.5)
        frac = rest - whole
        ap = np.sin((1.0 - frac) * w0 / 2.0) / np.sin((1.0 + frac) * w0 / 2.0)
        line = np.zeros(whole)
        pos = 0
        lp = 0.0
        apx = 0.0
        apy = 0.0
        level = 0.62 if pole == 0 else 0.38
        left = level * (1.0 + (width if pole else -width * 0.5))
        right = level * (1.0 - (width if pole else -width * 0.5))
        blen = m + 48
        for i in range(n):
            x = line[pos]
            lp = g * (1.0 + a) * x - a * lp
            y = ap * lp + apx - ap * apy
            apx = lp
            apy = y
            e = 0.0
            if i < blen:
                e = burst[i]
            if i >= comb and i - comb < blen:
                e -= 0.85 * burst[i - comb]
            line[pos] = y + e * scale
            pos += 1
            if pos == whole:
                pos = 0
            v = y + 0.6 * e * scale
            out[0, i] += left * v
            out[1, i] += right * v
    _body(out, body, drive, cabinet_hz)


@njit(cache=True, nogil=True)
def _body(out, body, drive, cabinet_hz):
    """Add the body's resonances, then drive (antiderivative antialiasing, Parker et al. 2016) and a cabinet's low-pass; block DC."""
    sr = 44100.0
    n = out.shape[1]
    dry = np.empty(n)
    for ch in range(2):
        for i in range(n):
            dry[i] = out[ch, i]
        for b in range(body.shape[0]):
            w = np.tan(np.pi * body[b, 0] / sr)
            kq = 1.0 / body[b, 1]
            d = 1.0 / (1.0 + w * (w + kq))
            s1 = 0.0
            s2 = 0.0
            for i in range(n):
                v3 = dry[i] - s2
                v1 = d * (s1 + w * v3)
                v2 = s2 + w * v1
                s1 = 2.0 * v1 - s1
                s2 = 2.0 * v2 - s2
                out[ch, i] += body[b, 2] * kq * v1
        if drive > 0.0:
            last = 0.0
            flast = 0.0
            for i in range(n):
                x = drive * out[ch, i]
                ax = abs(x)
                fx = ax + np.log1p(np.exp(-2.0 * ax)) - 0.6931471805599453
                dx = x - last
                if abs(dx) > 1e-6:
                    y = (fx - flast) / dx
                else:
                    y = np.tanh(0.5 * (x + last))
                last = x
                flast = fx
                out[ch, i] = y * 0.5
        if cabinet_hz > 0.0:
            w = np.tan(np.pi * cabinet_hz / sr)
            for stage in range(2):
                kq = 1.85 if stage == 0 else 0.77
                d = 1.0 / (1.0 + w * (w + kq))
                s1 = 0.0
                s2 = 0.0
                for i in range(n):
                    v3 = out[ch, i] - s2
                    v1 = d * (s1 + w * v3)
                    v2 = s2 + w * v1
                    s1 = 2.0 * v1 - s1
                    s2 = 2.0 * v2 - s2
                    out[ch, i] = v2
        px = 0.0
        py = 0.0
        for i in range(n):
            x = out[ch, i]
            py = x - px + 0.9965 * py
            px = x
            out[ch, i] = py


def pluck(string: PluckedString, midi: float, velocity: float, length_frames: int, seed: int) -> Samples:
    """One undamped note. Shape: (2, length_frames)."""
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    register = (82.4 / f0) ** string.register_decay
    out = np.zeros((2, length_frames), np.float32)
    excite_hz = string.soft_hz * (string.hard_hz / string.soft_hz) ** velocity * (f0 / 200.0) ** 0.25
    body = np.array(string.body, np.float64).reshape(-1, 3)
    _pluck(
        out, f0, max(0.05, string.decay_s * register), max(0.02, string.bright_decay_s * register**0.6), string.pick,
        min(excite_hz, 14000.0), min(string.tilt * f0, 14000.0), string.noise, 2.0 ** (string.beat_cents / 1200.0) - 1.0, string.width, body,
        string.drive * (0.6 + 0.6 * velocity), string.cabinet_hz, seed_from("pluck", seed, round(midi * 100)),
    )  # fmt: skip
    return out
