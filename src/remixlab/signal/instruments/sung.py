# pyright: basic
"""A singer without words: a glottal source through five moving formants, one breath per phrase.

Source: Klatt (1980), Software for a cascade/parallel formant synthesizer; Sundberg (1987), The Science of the Singing Voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from remixlab.domain.audio import Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from
from remixlab.signal.instruments.notes import NoteEvent

SAMPLE_RATE = 44_100
TABLE = 4096
LEAD_FRAMES = 4410
"""A phrase starts this long before its first note: the consonant comes before the beat, the vowel on it."""

VOWELS: dict[str, tuple[float, ...]] = {
    "a": (730, 1150, 2500, 3300, 3900), "e": (460, 1900, 2550, 3400, 4000), "i": (300, 2150, 2850, 3400, 4000),
    "o": (470, 850, 2450, 3200, 3850), "u": (330, 720, 2350, 3200, 3800), "y": (420, 1350, 2400, 3300, 3900),
}  # fmt: skip
"""Formant frequencies in Hz of a tenor; a voice scales them by the length of its tract."""

_THROAT = (5100.0, 7200.0)
"""The formants above those that tell vowels apart: without them a voice is dull."""

_VOWEL_ORDER = ("a", "o", "i", "a", "u", "e", "o", "a", "y", "i")
_BREATH, _NASAL, _STOP, _FRICATIVE = range(4)


@dataclass(frozen=True, slots=True)
class Sung:
    """One singer. Unit: tract scales the formants (1.0 tenor, 1.17 soprano)."""

    tract: float = 1.08
    vibrato_hz: float = 5.6
    vibrato_cents: float = 38.0
    glide_s: float = 0.055
    air: float = 0.09
    bright_db: float = -1.0
    dark_db: float = -7.0
    consonants: bool = True


def _glottis(lowest_hz: float, highest_hz: float, dark_db: float, bright_db: float) -> tuple[np.ndarray, np.ndarray]:
    """Periods of the derivative of glottal flow, soft and pressed, for rising pitch limits: higher notes carry fewer harmonics.

    Shape: tables (limits, TABLE + 1, 2), limits (limits,) in Hz; the last limit is repeated so that two neighbours always exist.
    """
    steps = max(2, 2 + int(np.ceil(np.log2(highest_hz / lowest_hz) * 3.0)))
    limits = lowest_hz * (highest_hz / lowest_hz) ** (np.arange(steps) / (steps - 1))
    out = np.empty((steps + 1, TABLE + 1, 2))
    for row, limit_hz in enumerate(limits):
        n = np.arange(1, int(np.clip(12_500.0 / limit_hz, 2, 240)) + 1)
        fade = np.clip((12_700.0 - n * limit_hz) / 4000.0, 0.0, 1.0)
        for column, slope in enumerate((dark_db, bright_db)):
            spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
            level = n / (1.0 + (n / 1.6) ** 2) * 10.0 ** (slope * np.log2(n) / 20.0) * fade
            spectrum[1 : n.size + 1] = level * np.exp(-1j * (0.6 * n + np.pi / 2))
            cycle = np.fft.irfft(spectrum, TABLE) * TABLE * 0.25
            out[row, :TABLE, column] = cycle
            out[row, TABLE, column] = cycle[0]
    out[steps] = out[steps - 1]
    return out, limits


@njit(cache=True, nogil=True)
def _phrase(out, tables, limits, starts, lengths, midis, velocities, formants, onsets, vibrato_hz, vibrato_cents, glide_s, air, seed):
    sr = 44100.0
    n = out.shape[1]
    notes = starts.shape[0]
    block = 64
    size = tables.shape[1] - 1
    bands = np.array([80.0, 100.0, 170.0, 330.0, 450.0, 600.0, 900.0])
    f_now = formants[0].copy()
    midi_now = midis[0] - 0.6
    amp = 0.0
    effort = 0.4
    phase = 0.0
    hiss = 0.0
    before = 0.0
    edge = 0.0
    y1 = np.zeros(7)
    y2 = np.zeros(7)
    ca = np.empty(7)
    cb = np.empty(7)
    cc = np.empty(7)
    h1 = 0.0
    h2 = 0.0
    norm = 0.0
    vib_phase = 0.0
    breath1 = 0.0
    breath2 = 0.0
    k = 0
    pos = 0
    while pos < n:
        t = pos + block // 2
        while k + 1 < notes and t >= starts[k + 1] - 0.012 * sr:
            k += 1
        nxt = k + 1 if k + 1 < notes else -1
        since = (t - starts[k]) / sr
        ends = starts[k] + lengths[k]
        # Where the voice is heading: pitch glides, vibrato grows on long notes, consonants close the mouth just before the next vowel.
        dt = block / sr
        if abs(midis[k] - midi_now) > 9.0 and amp < 0.02:
            midi_now = midis[k]
        midi_now += (midis[k] - midi_now) * (1.0 - np.exp(-dt / (glide_s * 0.45)))
        long_note = min(1.0, max(0.0, (since - 0.22) / 0.35)) if lengths[k] > 0.38 * sr else 0.0
        breath1 += 0.004 * (noise_at(seed, np.uint64(7919 + pos)) - breath1)
        breath2 += 0.02 * (breath1 - breath2)
        vib_phase += 2.0 * np.pi * vibrato_hz * (1.0 + 0.9 * breath2) * dt
        cents = long_note * vibrato_cents * np.sin(vib_phase) + 160.0 * breath2
        f0 = 440.0 * 2.0 ** ((midi_now - 69.0 + cents / 100.0) / 12.0)
        target = 0.25 + 0.75 * velocities[k]
        target *= 0.94 + 0.06 * np.sin(vib_phase + 0.8) * long_note + 0.10 * min(1.0, max(0.0, since / 0.25)) - 0.06
        if since < 0.0:
            target = 0.0
        if t > ends:
            target = 0.0
        mouth = k
        fric = 0.0
        closing = -1
        lead = 1.0
        if since < 0.0:
            closing = k
            lead = -since
        elif nxt >= 0:
            lead = (starts[nxt] - t) / sr
            closing = nxt
        nasal = 0.0
        if closing >= 0 and lead < 0.085:
            kind = onsets[closing]
            if kind == 1 and lead < 0.065:
                nasal = 1.0
                target = 0.32 * (0.25 + 0.75 * velocities[closing])
            elif kind == 2 and lead < 0.04:
                target = 0.0
                if lead < 0.018:
                    fric = 0.28
            elif kind == 3:
                if lead > 0.012:
                    target = 0.0
                    fric = 0.30 * min(1.0, (0.085 - lead) / 0.02)
            elif kind == 0 and lead < 0.03:
                target *= 0.75
        speed = 0.018 if target < amp else 0.022
        if t > ends and nasal == 0.0:
            speed = 0.05
        new_amp = amp + (target - amp) * (1.0 - np.exp(-dt / speed))
        if since > -0.01:
            effort += (0.25 + 0.75 * velocities[k] - effort) * (1.0 - np.exp(-dt / 0.08))
        if lead < 0.05 and closing >= 0 and since >= 0.0 and nasal == 0.0:
            mouth = closing
        pull = 1.0 - np.exp(-dt / 0.035)
        for j in range(7):
            aim = formants[mouth, j]
            if nasal > 0.0:
                aim = 260.0 if j == 0 else (1150.0 if j == 1 else aim)
            if j == 0:
                aim = max(aim, 1.04 * f0)
            if j == 1:
                aim = max(aim, 1.3 * f_now[0])
            f_now[j] += (aim - f_now[j]) * pull
            r = np.exp(-np.pi * bands[j] * (1.0 + 0.25 * f0 / 440.0) / sr)
            cc[j] = -r * r
            cb[j] = 2.0 * r * np.cos(2.0 * np.pi * f_now[j] / sr)
            ca[j] = 1.0 - cb[j] - cc[j]
        # Even loudness over vowels and pitches: the response is weighed at the first harmonics and divided out.
        if pos % 256 == 0:
            power = 0.0
            for h in range(1, 13):
                w = 2.0 * np.pi * f0 * h / sr
                mag = (h / (1.0 + (h / 1.6) ** 2)) ** 2 * 10.0 ** (-0.3 * np.log2(h))
                c1 = np.cos(w)
                c2 = np.cos(2.0 * w)
                for j in range(7):
                    den = 1.0 + cb[j] * cb[j] + cc[j] * cc[j] - 2.0 * cb[j] * (1.0 - cc[j]) * c1 - 2.0 * cc[j] * c2
                    mag *= ca[j] * ca[j] / max(den, 1e-9)
                power += mag
            want = 0.32 / np.sqrt(power + 1e-9) ** 0.8
            norm = want if norm == 0.0 else norm + 0.25 * (want - norm)
        inc = f0 / sr * size
        row = 0
        while row + 1 < limits.shape[0] and limits[row] < f0:
            row += 1
        near = 0.0
        if row + 1 < limits.shape[0] and row > 0:
            near = max(0.0, min(1.0, np.log(f0 / limits[row - 1]) / np.log(limits[row] / limits[row - 1])))
        low = tables[row]
        high = tables[row + 1]
        m = min(block, n - pos)
        da = (new_amp - amp) / block
        dh = (fric - hiss) / block
        for i in range(m):
            q = int(phase)
            fr = phase - q
            a = low[q, 0] + fr * (low[q + 1, 0] - low[q, 0])
            b = low[q, 1] + fr * (low[q + 1, 1] - low[q, 1])
            a += near * (high[q, 0] + fr * (high[q + 1, 0] - high[q, 0]) - a)
            b += near * (high[q, 1] + fr * (high[q + 1, 1] - high[q, 1]) - b)
            w = noise_at(seed, np.uint64(pos + i))
            x = amp * (a + (b - a) * effort + air * w * (0.5 + 0.5 * (a if a > 0.0 else 0.0)))
            sharp = x - before
            before = x
            edge += 0.35 * (sharp - edge)
            for j in range(7):
                y = ca[j] * x + cb[j] * y1[j] + cc[j] * y2[j]
                y2[j] = y1[j]
                y1[j] = y
                x = y
            # Sibilants do not pass the throat: noise around 6.5 kHz.
            h0 = w * hiss * 0.35 + 1.18 * h1 * 0.62 - 0.72 * h2
            h2 = h1
            h1 = h0
            # What a cascade of a few formants takes from the top, a little of the bare source gives back.
            out[0, pos + i] = x * norm + 0.10 * (sharp - edge) + 0.18 * (h0 - h2)
            amp += da
            hiss += dh
            phase += inc
            if phase >= size:
                phase -= size
        amp = new_amp
        hiss = fric
        pos += m


def sing(singer: Sung, notes: Sequence[NoteEvent], seed: int) -> Samples:
    """One phrase in one breath, beginning LEAD_FRAMES before its first note. Shape: (1, frames)."""
    first = notes[0].start_frame - LEAD_FRAMES
    last = notes[-1].start_frame + notes[-1].length_frames
    rng = dice("sung", seed, first, len(notes))
    vowels = [note.vowel or _VOWEL_ORDER[int(rng.integers(len(_VOWEL_ORDER)))] for note in notes]
    kinds = rng.choice([_BREATH, _NASAL, _STOP, _FRICATIVE], size=len(notes), p=[0.25, 0.4, 0.2, 0.15])
    if not singer.consonants:
        kinds[:] = _BREATH
    lowest_hz, highest_hz = (
        440.0 * 2.0 ** ((pitch - 69.0) / 12.0) for pitch in (min(n.midi for n in notes) - 1, max(n.midi for n in notes) + 1)
    )
    tables, limits = _glottis(lowest_hz, highest_hz, singer.dark_db, singer.bright_db)
    out = np.zeros((1, last - first + int(0.35 * SAMPLE_RATE)), np.float32)
    _phrase(
        out, tables, limits,
        np.array([note.start_frame - first for note in notes], np.float64), np.array([note.length_frames for note in notes], np.float64),
        np.array([note.midi for note in notes], np.float64), np.array([note.velocity for note in notes], np.float64),
        singer.tract * np.array([(*VOWELS[v], *_THROAT) for v in vowels], np.float64), kinds.astype(np.int64),
        singer.vibrato_hz, singer.vibrato_cents, singer.glide_s, singer.air, seed_from("air", seed, first),
    )  # fmt: skip
    return out
