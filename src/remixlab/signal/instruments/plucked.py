# pyright: basic
"""Plucked strings: a tuned digital waveguide with two polarisations and a resonant body.

Source: Jaffe and Smith (1983), Extensions of the Karplus-Strong algorithm; Välimäki et al. (1996), loss filter design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments.noise import noise_at, seed_from

_REGISTER_HZ = 82.4
"""Decay times are those of the guitar's open low E; higher strings die sooner."""
_DECAY_MIN_S, _BRIGHT_DECAY_MIN_S = 0.05, 0.02
"""No string dies faster: below it the loss filter would leave a click."""
_BRIGHT_REGISTER = 0.6
"""How far the register shortens what is bright, against all: the highest strings are dull already; set by hand."""
_TOUCH_HZ, _TOUCH_BY_PITCH = 200.0, 0.25
"""Touch gets brighter by a fourth root of pitch above 200 Hz, or high notes would be sines."""
_TOUCH_MAX_HZ = 14_000.0
"""Above it a one-pole hardly dulls any more, at this sample rate."""
_DRIVE_SOFT, _DRIVE_BY_VELOCITY = 0.6, 0.6
"""How hard a soft note drives an amplifier against what its string says, and what velocity adds."""

_RINGING_FRAMES = 48
"""A millisecond after its one period in which the touch, whose filters still ring, is let go."""
_PULSE_FRAMES, _PULSE_LEVEL = 6, 3.0
"""The finger's pulse beside its noise: a seventh of a millisecond; set by hand."""
_NOISE_FALL = 0.6
"""How much softer the noise of the touch is at the end of its period than at its begin."""
_SPREADS, _SPREAD = 8, 0.62
"""All-passes that spread the pulse, and their pole: as far as makes the peak lower without being heard as a chirp;
set by hand.
"""
_LEVEL = 0.35
"""What a string is played at before its instrument's gain; keeps fortissimo under full scale."""

_OTHER_PICK = 1.1
"""From the other side a string seems touched so much further along at full width (decision 90)."""
_OTHER_DECAY, _OTHER_BRIGHT_DECAY = 0.55, 0.6
"""The polarisation that moves the bridge gives its energy away faster: strings die in two stages; set by hand."""
_BRIGHT_MAX = 0.98
"""What is bright dies before all does, or the loss filter would have gain above 1."""
_BRIGHT_HZ, _BRIGHT_HARMONICS = 4000.0, 2.5
"""Where bright decay is told; above 1.6 kHz it is told between the second and the third harmonic."""
_LOSS_MAX_HZ = 16_000.0
"""Where the loss filter is fitted at most: nearer to half the sample rate it has no freedom left."""
_FEEDBACK_MAX = 0.99999
"""The loop loses something at every turn, whatever rounding says."""
_COMB = 0.85
"""How deep the notches of the touch's place are: a finger is no point."""
_SHARES = (0.62, 0.38)
"""Of the two polarisations, along the top plate and against it; set by hand."""
_DIRECT = 0.6
"""The touch itself is heard beside the string that it moves."""

_HIGH_POLE = 0.9965
"""Blocks DC: a high-pass at 25 Hz, well under the lowest string (41 Hz)."""
_CABINET_QS = (1.85, 0.77)
"""One over the Q of two second-order low-passes that make a Butterworth of fourth order."""
_DRIVE_LEVEL = 0.5
"""Full drive is half of full scale: as loud as a plain string."""
_LOG_2 = 0.6931471805599453
"""Brings the antiderivative of tanh, log cosh, to 0 at 0."""


@dataclass(frozen=True, slots=True)
class PluckedString:
    """What a string is made of and how it is touched.

    Unit: decay_s is the T60 of the open low string, bright_decay_s the T60 at 4 kHz; pick is the place along the string
    (0-0.5); soft_hz and hard_hz bound the excitation at velocity 0 and 1; from the harmonic `tilt` on the touch falls
    by 6 dB an octave; body holds (frequency_hz, q, gain).
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


class _Touch(NamedTuple):
    """How the string is touched. Unit: pick along the string, the corners of its low-passes, the share of noise."""

    pick: float
    excite_hz: float
    tilt_hz: float
    noise: float


class _String(NamedTuple):
    """How the string swings. Unit: T60 of all and of what is bright, how far apart its two pitches are, how wide it
    stands.
    """

    f0: float
    decay_s: float
    bright_decay_s: float
    beat: float
    width: float


class _Loop(NamedTuple):
    """The loop of one polarisation: whole frames of delay, loss filter g (1 + a) / (1 + a z^-1), all-pass for the
    fraction.
    """

    whole: int
    g: float
    a: float
    ap: float


@njit(inline="always")
def _excite(burst, m, touch, seed):
    """A pulse and a noise burst of one period, dulled by three one-pole filters. Returns the mean."""
    k = 1.0 - np.exp(-2.0 * np.pi * touch.excite_hz / SAMPLE_RATE)
    kt = 1.0 - np.exp(-2.0 * np.pi * touch.tilt_hz / SAMPLE_RATE)
    a1 = a2 = a3 = mean = 0.0
    for i in range(m + _RINGING_FRAMES):
        raw = 0.0
        if i < m:
            raw = touch.noise * noise_at(seed, np.uint64(i)) * (1.0 - _NOISE_FALL * i / m)
            if i < _PULSE_FRAMES:
                raw += (1.0 - touch.noise) * _PULSE_LEVEL * (1.0 - i / _PULSE_FRAMES)
        a1 += k * (raw - a1)
        a2 += k * (a1 - a2)
        a3 += kt * (a2 - a3)
        burst[i] = a3
        mean += a3
    return mean / (m + _RINGING_FRAMES)


@njit(inline="always")
def _disperse(burst, length):
    """Dispersion spreads the pulse, as a finger does: the same spectrum with a lower peak."""
    for _ in range(_SPREADS):
        apx = 0.0
        apy = 0.0
        for i in range(length):
            y = -_SPREAD * burst[i] + apx + _SPREAD * apy
            apx = burst[i]
            apy = y
            burst[i] = y


@njit(inline="always")
def _let_go(burst, m, mean):
    """The filters still ring where the touch ends: let go smoothly, or the end ticks. Takes the mean out; returns
    the energy.
    """
    for i in range(_RINGING_FRAMES):
        burst[m + i] *= 0.5 + 0.5 * np.cos(np.pi * (i + 0.5) / _RINGING_FRAMES)
    power = 1e-9
    for i in range(m + _RINGING_FRAMES):
        burst[i] -= mean * np.sin(np.pi * (i + 0.5) / (m + _RINGING_FRAMES)) * np.pi / 2.0
        power += burst[i] * burst[i]
    return power


@njit(inline="always")
def _tune(f, t1, th):
    """The loop that swings at `f` and falls by 60 dB in t1 seconds, at the bright end in th.

    The loss filter's phase delay at f is taken off the line, the fraction is left to an all-pass exact at f.
    """
    w0 = 2.0 * np.pi * f / SAMPLE_RATE
    g1 = 10.0 ** (-3.0 / (f * t1))
    fh = max(_BRIGHT_HZ, _BRIGHT_HARMONICS * f)
    ratio = 10.0 ** (-3.0 / (f * th)) / g1
    c = np.cos(2.0 * np.pi * min(fh, _LOSS_MAX_HZ) / SAMPLE_RATE)
    r2 = ratio * ratio
    p = 1.0 - r2 * c
    a = 0.0
    if r2 < 0.999999:
        a = (-p + np.sqrt(max(0.0, p * p - (1.0 - r2) * (1.0 - r2)))) / (1.0 - r2)
    delay_loss = np.arctan2(-a * np.sin(w0), 1.0 + a * np.cos(w0)) / w0
    mag = (1.0 + a) / np.sqrt(1.0 + 2.0 * a * np.cos(w0) + a * a)
    rest = SAMPLE_RATE / f - delay_loss
    whole = int(rest - 0.5)
    frac = rest - whole
    ap = np.sin((1.0 - frac) * w0 / 2.0) / np.sin((1.0 + frac) * w0 / 2.0)
    return _Loop(whole, min(g1 / mag, _FEEDBACK_MAX), a, ap)


@njit(inline="always")
def _swing(out, loop, burst, length, comb, scale, left, right):
    """Add one polarisation to both channels: the touch runs round the loop, its echo from the other end taken off
    it.
    """
    whole, g, a, ap = loop
    line = np.zeros(whole)
    pos = 0
    lp = 0.0
    apx = 0.0
    apy = 0.0
    for i in range(out.shape[1]):
        x = line[pos]
        lp = g * (1.0 + a) * x - a * lp
        y = ap * lp + apx - ap * apy
        apx = lp
        apy = y
        e = 0.0
        if i < length:
            e = burst[i]
        if i >= comb and i - comb < length:
            e -= _COMB * burst[i - comb]
        line[pos] = y + e * scale
        pos += 1
        if pos == whole:
            pos = 0
        v = y + _DIRECT * e * scale
        out[0, i] += left * v
        out[1, i] += right * v


@njit(cache=True, nogil=True)
def _pluck(out, touch, string, body, drive, cabinet_hz, seed):
    """Add one note to `out` (2, frames), which is zero: the touch, combed by its place, round two loops, then the
    body.
    """
    period = SAMPLE_RATE / string.f0
    m = int(period)
    length = m + _RINGING_FRAMES
    burst = np.zeros(int(period) + 72)
    mean = _excite(burst, m, touch, seed)
    _disperse(burst, length)
    scale = np.sqrt(period / _let_go(burst, m, mean)) * _LEVEL
    for pole in range(2):
        # Heard from the other side, a string is touched at another place: two microphones, no two alike.
        comb = max(1, int(touch.pick * (1.0 + _OTHER_PICK * string.width if pole else 1.0) * period))
        f = string.f0 * (1.0 + (string.beat if pole else 0.0))
        t1 = string.decay_s * (_OTHER_DECAY if pole else 1.0)
        th = min(string.bright_decay_s * (_OTHER_BRIGHT_DECAY if pole else 1.0), t1 * _BRIGHT_MAX)
        level = _SHARES[0] if pole == 0 else _SHARES[1]
        side = string.width if pole else -string.width * 0.5
        _swing(out, _tune(f, t1, th), burst, length, comb, scale, level * (1.0 + side), level * (1.0 - side))
    for ch in range(2):
        _resonate(out[ch], body)
        if drive > 0.0:
            _overdrive(out[ch], drive)
        if cabinet_hz > 0.0:
            _box(out[ch], cabinet_hz)
        _block_dc(out[ch])


@njit(cache=True, nogil=True)
def _resonate(sound, body):
    """Add the body's resonances, band-passes side by side. Shape: body (resonances, 3) of frequency, Q and gain."""
    n = sound.shape[0]
    dry = np.empty(n)
    for i in range(n):
        dry[i] = sound[i]
    for b in range(body.shape[0]):
        w = np.tan(np.pi * body[b, 0] / SAMPLE_RATE)
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
            sound[i] += body[b, 2] * kq * v1


@njit(cache=True, nogil=True)
def _overdrive(sound, drive):
    """A tanh curve without aliases. Source: Parker et al. (2016), antiderivative antialiasing."""
    last = 0.0
    flast = 0.0
    for i in range(sound.shape[0]):
        x = drive * sound[i]
        ax = abs(x)
        fx = ax + np.log1p(np.exp(-2.0 * ax)) - _LOG_2
        dx = x - last
        if abs(dx) > 1e-6:
            y = (fx - flast) / dx
        else:
            y = np.tanh(0.5 * (x + last))
        last = x
        flast = fx
        sound[i] = y * _DRIVE_LEVEL


@njit(cache=True, nogil=True)
def _box(sound, cabinet_hz):
    """The low-pass of a loudspeaker in its cabinet, fourth order."""
    w = np.tan(np.pi * cabinet_hz / SAMPLE_RATE)
    for stage in range(2):
        kq = _CABINET_QS[0] if stage == 0 else _CABINET_QS[1]
        d = 1.0 / (1.0 + w * (w + kq))
        s1 = 0.0
        s2 = 0.0
        for i in range(sound.shape[0]):
            v3 = sound[i] - s2
            v1 = d * (s1 + w * v3)
            v2 = s2 + w * v1
            s1 = 2.0 * v1 - s1
            s2 = 2.0 * v2 - s2
            sound[i] = v2


@njit(cache=True, nogil=True)
def _block_dc(sound):
    """Take away what does not swing."""
    px = 0.0
    py = 0.0
    for i in range(sound.shape[0]):
        x = sound[i]
        py = x - px + _HIGH_POLE * py
        px = x
        sound[i] = py


def pluck(string: PluckedString, midi: float, velocity: float, length_frames: int, seed: int) -> Samples:
    """One undamped note. Shape: (2, length_frames)."""
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    register = (_REGISTER_HZ / f0) ** string.register_decay
    out = np.zeros((2, length_frames), np.float32)
    excite_hz = string.soft_hz * (string.hard_hz / string.soft_hz) ** velocity * (f0 / _TOUCH_HZ) ** _TOUCH_BY_PITCH
    touch = _Touch(
        pick=float(string.pick),
        excite_hz=min(excite_hz, _TOUCH_MAX_HZ),
        tilt_hz=min(string.tilt * f0, _TOUCH_MAX_HZ),
        noise=float(string.noise),
    )
    swinging = _String(
        f0=f0,
        decay_s=max(_DECAY_MIN_S, string.decay_s * register),
        bright_decay_s=max(_BRIGHT_DECAY_MIN_S, string.bright_decay_s * register**_BRIGHT_REGISTER),
        beat=2.0 ** (string.beat_cents / 1200.0) - 1.0,
        width=float(string.width),
    )
    body = np.array(string.body, np.float64).reshape(-1, 3)
    drive = string.drive * (_DRIVE_SOFT + _DRIVE_BY_VELOCITY * velocity)
    seeded = seed_from("pluck", seed, round(midi * 100))
    _pluck(out, touch, swinging, body, drive, float(string.cabinet_hz), seeded)
    return out
