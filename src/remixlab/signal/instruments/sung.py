# pyright: basic
"""A singer without words: a glottal source through five moving formants, one breath per phrase.

Source: Klatt (1980), Software for a cascade/parallel formant synthesizer; Sundberg (1987), The Science of the Singing
Voice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.signal.instruments.noise import dice, noise_at, seed_from
from remixlab.signal.instruments.notes import NoteEvent

TABLE = 4096
"""Places in one cycle, a power of two: straight lines between them err by less than -50 dB up to the hundredth
harmonic.
"""
LEAD_FRAMES = 4410
"""A phrase starts this long before its first note: the consonant comes before the beat, the vowel on it."""
_TAIL_S = 0.35
"""How long a phrase sounds on after its last note: let go with `_RELEASE_S`, the voice is 60 dB down by then."""

VOWELS: dict[str, tuple[float, ...]] = {
    "a": (730, 1150, 2500, 3300, 3900), "e": (460, 1900, 2550, 3400, 4000), "i": (300, 2150, 2850, 3400, 4000),
    "o": (470, 850, 2450, 3200, 3850), "u": (330, 720, 2350, 3200, 3800), "y": (420, 1350, 2400, 3300, 3900),
}  # fmt: skip
"""Formant frequencies in Hz of a tenor; a voice scales them by the length of its tract."""

_THROAT = (5100.0, 7200.0)
"""The formants above those that tell vowels apart: without them a voice is dull."""
_BANDWIDTHS_HZ = np.array([80.0, 100.0, 170.0, 330.0, 450.0, 600.0, 900.0])
"""Of the five formants of a vowel and the two of the throat: wider upwards, and wider than Klatt's (1980); set by
hand.
"""
_WIDENING = 0.25
"""How much wider formants get by 440 Hz: narrow ones would ring between the far harmonics of a high voice; set by
hand.
"""
_NASAL_HZ = (260.0, 1150.0)
"""The first two formants of a hum: the nose sounds low, whatever vowel follows."""
_ABOVE_PITCH, _APART = 1.04, 1.3
"""The first formant stays above the pitch, as sopranos tune it (Sundberg 1987), and the second apart from the first."""
_MOUTH_S = 0.035
"""Time constant of lips and tongue: vowels glide into each other within a tenth of a second, as in speech."""

_VOWEL_ORDER = ("a", "o", "i", "a", "u", "e", "o", "a", "y", "i")
"""What is sung where no vowel is asked for is drawn from these: open vowels twice, for they carry."""
_BREATH, _NASAL, _STOP, _FRICATIVE = range(4)
"""How a vowel is led into: h or nothing, m and n, p t and k, s and f."""
_ONSET_SHARES = (0.25, 0.4, 0.2, 0.15)
"""How often each kind is sung: mostly nasals, which do not break the line; set by hand."""

_BLOCK = 64
"""Frames between two settings of pitch, mouth and loudness: 1.5 ms, quicker than anything in a throat moves."""
_STEP_S = _BLOCK / SAMPLE_RATE
"""The same in seconds."""
_WEIGHED_FRAMES = 256
"""Loudness over vowels and pitches is weighed anew this often, 6 ms: dearer than all else that a block does."""
_EARLY_S = 0.012
"""The voice turns to a note so long before it is due, or its glide would be heard late."""
_GLIDE_PART = 0.45
"""Time constant of a glide, as a part of how long it lasts: after the whole nine tenths of the way are gone."""
_LEAP_SEMITONES, _LEAP_LEVEL = 9.0, 0.02
"""A leap so wide is not slid over where the voice is as good as silent: nobody hears it move."""
_BEGIN_BELOW_SEMITONES = 0.6
"""A phrase is scooped into from below, as singers do."""

_VIBRATO_NOTE_S = 0.38
"""Shorter notes have no vibrato: two swings at 5.6 Hz need as long."""
_VIBRATO_AFTER_S, _VIBRATO_GROWS_S = 0.22, 0.35
"""Vibrato waits and grows: singers straighten a note before they let it swing (Sundberg 1987)."""
_DRIFT_IN, _DRIFT_OUT = 0.004, 0.02
"""Noise through two one-poles of 0.4 and 2.2 Hz: the slow unsteadiness of breath."""
_DRIFT_CENTS, _DRIFT_OF_VIBRATO = 160.0, 0.9
"""How far breath drifts the pitch and the rate of vibrato: 4 cents and 2 % in deviation, for the noise is small by
then.
"""

_SOFTEST, _BY_VELOCITY = 0.25, 0.75
"""Level and effort at velocity 0, and what velocity adds to them: a singer at his softest is 12 dB down."""
_SWELL, _SWELL_S = 0.10, 0.25
"""A note swells by a tenth over its first quarter of a second."""
_VIBRATO_LEVEL, _VIBRATO_LAG = 0.06, 0.8
"""Vibrato is heard in loudness too, half a decibel, a little behind the pitch (in radians)."""
_ATTACK_S, _FALL_S, _RELEASE_S = 0.022, 0.018, 0.05
"""Time constants of the voice's level: rising, falling inside a phrase, let go at its end."""
_EFFORT_S, _FIRST_EFFORT = 0.08, 0.4
"""Brightness follows effort more slowly than level does; a phrase sets in at middle effort."""

_CONSONANT_S = 0.085
"""The longest consonant, a fricative: sibilants of singing last some 80 ms."""
_NASAL_S, _NASAL_LEVEL = 0.065, 0.32
"""A hum before the vowel, and how loud it is against it: the nose lets a third through."""
_CLOSED_S, _BURST_S, _BURST_LEVEL = 0.04, 0.018, 0.28
"""A stop closes the mouth for 40 ms; what bursts out of it are the last 18."""
_HISS_LEVEL, _HISS_GROWS_S, _HISS_ENDS_S = 0.30, 0.02, 0.012
"""A fricative grows in 20 ms and ends 12 ms before its vowel, which needs so long to speak."""
_H_S, _H_LEVEL = 0.03, 0.75
"""Where nothing closes the mouth, the voice yields a little between two vowels."""
_TURNING_S = 0.05
"""The mouth turns to the next vowel so long before it."""

_HARMONIC_PEAK = 1.6
"""The glottal flow's derivative rises to about this harmonic and falls by 6 dB an octave above (Klatt 1980)."""
_WEIGHED_SLOPE = 0.3
"""Powers of ten an octave that harmonics fall further when weighed: 3 dB, between a soft voice (7) and a pressed one
(1).
"""
_WEIGHED_HARMONICS = 12
"""So many harmonics carry nearly all the power of a sung tone."""
_EVEN_LEVEL, _EVENED = 0.32, 0.8
"""The level that vowels and pitches are brought to, and how far: the last fifth stays, or an open vowel would carry
no more.
"""
_EVENING = 0.25
"""Share of the way to a new weight taken at once; a step would be heard."""
_BARE, _BARE_COLOUR = 0.10, 0.35
"""How much of the bare source's top is given back, and the one-pole (3 kHz) that says what top is."""
_SIBILANT_LEVEL = 0.18
"""How loud the noise at the teeth is against the voice; set by hand."""

_TOP_HZ, _FADED_HZ, _FADE_HZ = 12_500.0, 12_700.0, 4000.0
"""Harmonics of the source end here and fade over 4 kHz before: above it a throat passes nothing."""
_HARMONICS_MAX = 240
"""No pitch that is sung has more of them below 12.5 kHz."""
_DISPERSION = 0.6
"""Phase of each further harmonic in radians: the pulse is spread, and its peak is lower at the same loudness."""
_TABLES_PER_OCTAVE = 3.0
"""Tables for every third of an octave: neighbours are blended, so that harmonics come and go unheard."""


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


class _Manner(NamedTuple):
    """How one singer sings, as the loop takes it."""

    vibrato_hz: float
    vibrato_cents: float
    glide_s: float
    air: float


class _Line(NamedTuple):
    """The notes of a phrase. Shape: each (notes,), formants (notes, 7). Unit: frames from the phrase's begin, MIDI,
    Hz.
    """

    starts: np.ndarray
    lengths: np.ndarray
    midis: np.ndarray
    velocities: np.ndarray
    formants: np.ndarray
    onsets: np.ndarray


class _Tract(NamedTuple):
    """Seven resonators in a row. Shape: each (7,): where they are, a, b, c of Klatt's resonator, their last two
    outputs.
    """

    hz: np.ndarray
    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    last: np.ndarray
    before: np.ndarray


class _Source(NamedTuple):
    """What the glottis gives in one block. Shape: low and high (TABLE + 1, 2): the tables of two pitch limits."""

    low: np.ndarray
    high: np.ndarray
    near: float
    step: float
    effort: float
    air: float


class _Flow(NamedTuple):
    """What goes on from frame to frame: level, hiss, place in the period, and the memories of the filters."""

    amp: float
    hiss: float
    phase: float
    before: float
    edge: float
    h1: float
    h2: float


def _glottis(lowest_hz: float, highest_hz: float, dark_db: float, bright_db: float) -> tuple[np.ndarray, np.ndarray]:
    """Periods of the derivative of glottal flow, soft and pressed, for rising pitch limits: higher notes carry fewer
    harmonics.

    Shape: tables (limits, TABLE + 1, 2), limits (limits,) in Hz; the last limit is repeated so that two neighbours
    always exist.
    """
    steps = max(2, 2 + int(np.ceil(np.log2(highest_hz / lowest_hz) * _TABLES_PER_OCTAVE)))
    limits = lowest_hz * (highest_hz / lowest_hz) ** (np.arange(steps) / (steps - 1))
    out = np.empty((steps + 1, TABLE + 1, 2))
    for row, limit_hz in enumerate(limits):
        n = np.arange(1, int(np.clip(_TOP_HZ / limit_hz, 2, _HARMONICS_MAX)) + 1)
        fade = np.clip((_FADED_HZ - n * limit_hz) / _FADE_HZ, 0.0, 1.0)
        for column, slope in enumerate((dark_db, bright_db)):
            spectrum = np.zeros(TABLE // 2 + 1, np.complex128)
            level = n / (1.0 + (n / _HARMONIC_PEAK) ** 2) * 10.0 ** (slope * np.log2(n) / 20.0) * fade
            spectrum[1 : n.size + 1] = level * np.exp(-1j * (_DISPERSION * n + np.pi / 2))
            cycle = np.fft.irfft(spectrum, TABLE) * TABLE * 0.25
            out[row, :TABLE, column] = cycle
            out[row, TABLE, column] = cycle[0]
    out[steps] = out[steps - 1]
    return out, limits


@njit(inline="always")
def _strength(velocity):
    """Level and effort of a velocity."""
    return _SOFTEST + _BY_VELOCITY * velocity


@njit(inline="always")
def _glide(midi_now, midi, glide_s, amp):
    """The pitch one block on, drawn to its note; silence leaps."""
    if abs(midi - midi_now) > _LEAP_SEMITONES and amp < _LEAP_LEVEL:
        midi_now = midi
    return midi_now + (midi - midi_now) * (1.0 - np.exp(-_STEP_S / (glide_s * _GLIDE_PART)))


@njit(inline="always")
def _swing(length, since):
    """How much vibrato a note has by now, 0-1: it grows on long notes."""
    long_note = 0.0
    if length > _VIBRATO_NOTE_S * SAMPLE_RATE:
        long_note = min(1.0, max(0.0, (since - _VIBRATO_AFTER_S) / _VIBRATO_GROWS_S))
    return long_note


@njit(inline="always")
def _loudness(velocity, turn, swing, since):
    """The level that the voice of a note heads for: it swells at first and swings with the vibrato."""
    target = _strength(velocity)
    swung = _VIBRATO_LEVEL * np.sin(turn + _VIBRATO_LAG) * swing
    target *= (1.0 - _VIBRATO_LEVEL) + swung + _SWELL * min(1.0, max(0.0, since / _SWELL_S)) - _VIBRATO_LEVEL
    return target


@njit(inline="always")
def _approached(line, k, since, t):
    """The note whose consonant may sound now, and the seconds left to its vowel; -1 where no note follows."""
    closing = -1
    lead = 1.0
    if since < 0.0:
        closing = k
        lead = -since
    elif k + 1 < line.starts.shape[0]:
        lead = (line.starts[k + 1] - t) / SAMPLE_RATE
        closing = k + 1
    return closing, lead


@njit(inline="always")
def _articulate(kind, lead, velocity, target):
    """What a consonant makes of the level, how much hisses at the teeth, and whether the nose sings (1) or the mouth
    (0).
    """
    hiss = 0.0
    nasal = 0.0
    if kind == _NASAL and lead < _NASAL_S:
        nasal = 1.0
        target = _NASAL_LEVEL * _strength(velocity)
    elif kind == _STOP and lead < _CLOSED_S:
        target = 0.0
        if lead < _BURST_S:
            hiss = _BURST_LEVEL
    elif kind == _FRICATIVE:
        if lead > _HISS_ENDS_S:
            target = 0.0
            hiss = _HISS_LEVEL * min(1.0, (_CONSONANT_S - lead) / _HISS_GROWS_S)
    elif kind == _BREATH and lead < _H_S:
        target *= _H_LEVEL
    return target, hiss, nasal


@njit(inline="always")
def _shape_mouth(tract, aims, nasal, f0):
    """Move the formants towards a vowel, or a hum, never below the pitch, and set the resonators to them."""
    pull = 1.0 - np.exp(-_STEP_S / _MOUTH_S)
    for j in range(7):
        aim = aims[j]
        if nasal > 0.0:
            aim = _NASAL_HZ[0] if j == 0 else (_NASAL_HZ[1] if j == 1 else aim)
        if j == 0:
            aim = max(aim, _ABOVE_PITCH * f0)
        if j == 1:
            aim = max(aim, _APART * tract.hz[0])
        tract.hz[j] += (aim - tract.hz[j]) * pull
        r = np.exp(-np.pi * _BANDWIDTHS_HZ[j] * (1.0 + _WIDENING * f0 / 440.0) / SAMPLE_RATE)
        tract.c[j] = -r * r
        tract.b[j] = 2.0 * r * np.cos(2.0 * np.pi * tract.hz[j] / SAMPLE_RATE)
        tract.a[j] = 1.0 - tract.b[j] - tract.c[j]


@njit(inline="always")
def _weigh(tract, f0):
    """The power that the first harmonics have behind the formants, by which vowels and pitches are made equally
    loud.
    """
    power = 0.0
    for h in range(1, _WEIGHED_HARMONICS + 1):
        w = 2.0 * np.pi * f0 * h / SAMPLE_RATE
        mag = (h / (1.0 + (h / _HARMONIC_PEAK) ** 2)) ** 2 * 10.0 ** (-_WEIGHED_SLOPE * np.log2(h))
        c1 = np.cos(w)
        c2 = np.cos(2.0 * w)
        for j in range(7):
            b, c = tract.b[j], tract.c[j]
            den = 1.0 + b * b + c * c - 2.0 * b * (1.0 - c) * c1 - 2.0 * c * c2
            mag *= tract.a[j] * tract.a[j] / max(den, 1e-9)
        power += mag
    return power


@njit(inline="always")
def _choose_tables(limits, f0):
    """The table for a pitch, and how far it is on the way to the next one, 0-1."""
    row = 0
    while row + 1 < limits.shape[0] and limits[row] < f0:
        row += 1
    near = 0.0
    if row + 1 < limits.shape[0] and row > 0:
        near = max(0.0, min(1.0, np.log(f0 / limits[row - 1]) / np.log(limits[row] / limits[row - 1])))
    return row, near


@njit(inline="always")
def _read_glottis(source, phase):
    """The flow's derivative at one place of the period, between dark and bright by effort; and the dark one alone."""
    low, high, near = source.low, source.high, source.near
    q = int(phase)
    fr = phase - q
    a = low[q, 0] + fr * (low[q + 1, 0] - low[q, 0])
    b = low[q, 1] + fr * (low[q + 1, 1] - low[q, 1])
    a += near * (high[q, 0] + fr * (high[q + 1, 0] - high[q, 0]) - a)
    b += near * (high[q, 1] + fr * (high[q + 1, 1] - high[q, 1]) - b)
    return a + (b - a) * source.effort, a


@njit(inline="always")
def _resound(tract, x):
    """One frame through the formants, one after the other."""
    for j in range(7):
        y = tract.a[j] * x + tract.b[j] * tract.last[j] + tract.c[j] * tract.before[j]
        tract.before[j] = tract.last[j]
        tract.last[j] = y
        x = y
    return x


@njit(inline="always")
def _voice_block(out, pos, tract, source, flow, to_amp, to_hiss, norm, seed):
    """Write one block; level and hiss move in straight lines to where they head. Returns what the next block goes on
    from.
    """
    amp, hiss, phase, before, edge, h1, h2 = flow
    size = source.low.shape[0] - 1
    m = min(_BLOCK, out.shape[1] - pos)
    da = (to_amp - amp) / _BLOCK
    dh = (to_hiss - hiss) / _BLOCK
    for i in range(m):
        flow_now, dark = _read_glottis(source, phase)
        w = noise_at(seed, np.uint64(pos + i))
        x = amp * (flow_now + source.air * w * (0.5 + 0.5 * (dark if dark > 0.0 else 0.0)))
        sharp = x - before
        before = x
        edge += _BARE_COLOUR * (sharp - edge)
        x = _resound(tract, x)
        # Sibilants do not pass the throat: noise around 8 kHz.
        h0 = w * hiss * 0.35 + 1.18 * h1 * 0.62 - 0.72 * h2
        h2 = h1
        h1 = h0
        # What a cascade of a few formants takes from the top, a little of the bare source gives back.
        out[0, pos + i] = x * norm + _BARE * (sharp - edge) + _SIBILANT_LEVEL * (h0 - h2)
        amp += da
        hiss += dh
        phase += source.step
        if phase >= size:
            phase -= size
    return _Flow(to_amp, to_hiss, phase, before, edge, h1, h2)


@njit(cache=True, nogil=True)
def _phrase(out, tables, limits, line, manner, seed):
    """Sing a phrase into `out` (1, frames), block by block: where the voice is heading, then the source through the
    formants.
    """
    size = tables.shape[1] - 1
    tract = _Tract(line.formants[0].copy(), np.empty(7), np.empty(7), np.empty(7), np.zeros(7), np.zeros(7))
    flow = _Flow(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    midi_now = line.midis[0] - _BEGIN_BELOW_SEMITONES
    effort, norm, turn = _FIRST_EFFORT, 0.0, 0.0
    breath1 = breath2 = 0.0
    k = 0
    for pos in range(0, out.shape[1], _BLOCK):
        t = pos + _BLOCK // 2
        while k + 1 < line.starts.shape[0] and t >= line.starts[k + 1] - _EARLY_S * SAMPLE_RATE:
            k += 1
        since = (t - line.starts[k]) / SAMPLE_RATE
        ended = t > line.starts[k] + line.lengths[k]
        # Pitch glides, vibrato grows on long notes, breath drifts.
        midi_now = _glide(midi_now, line.midis[k], manner.glide_s, flow.amp)
        swing = _swing(line.lengths[k], since)
        breath1 += _DRIFT_IN * (noise_at(seed, np.uint64(7919 + pos)) - breath1)
        breath2 += _DRIFT_OUT * (breath1 - breath2)
        turn += 2.0 * np.pi * manner.vibrato_hz * (1.0 + _DRIFT_OF_VIBRATO * breath2) * _STEP_S
        cents = swing * manner.vibrato_cents * np.sin(turn) + _DRIFT_CENTS * breath2
        f0 = 440.0 * 2.0 ** ((midi_now - 69.0 + cents / 100.0) / 12.0)
        # Consonants close the mouth just before the next vowel.
        target = 0.0 if since < 0.0 or ended else _loudness(line.velocities[k], turn, swing, since)
        hiss = nasal = 0.0
        closing, lead = _approached(line, k, since, t)
        if closing >= 0 and lead < _CONSONANT_S:
            target, hiss, nasal = _articulate(line.onsets[closing], lead, line.velocities[closing], target)
        speed = _FALL_S if target < flow.amp else _ATTACK_S
        if ended and nasal == 0.0:
            speed = _RELEASE_S
        amp = flow.amp + (target - flow.amp) * (1.0 - np.exp(-_STEP_S / speed))
        if since > -0.01:
            effort += (_strength(line.velocities[k]) - effort) * (1.0 - np.exp(-_STEP_S / _EFFORT_S))
        turns = lead < _TURNING_S and closing >= 0 and since >= 0.0 and nasal == 0.0
        _shape_mouth(tract, line.formants[closing if turns else k], nasal, f0)
        # Even loudness over vowels and pitches: the response is weighed at the first harmonics and divided out.
        if pos % _WEIGHED_FRAMES == 0:
            want = _EVEN_LEVEL / np.sqrt(_weigh(tract, f0) + 1e-9) ** _EVENED
            norm = want if norm == 0.0 else norm + _EVENING * (want - norm)
        row, near = _choose_tables(limits, f0)
        source = _Source(tables[row], tables[row + 1], near, f0 / SAMPLE_RATE * size, effort, manner.air)
        flow = _voice_block(out, pos, tract, source, flow, amp, hiss, norm, seed)


def sing(singer: Sung, notes: Sequence[NoteEvent], seed: int) -> Samples:
    """One phrase in one breath, beginning LEAD_FRAMES before its first note. Shape: (1, frames)."""
    first = notes[0].start_frame - LEAD_FRAMES
    last = notes[-1].start_frame + notes[-1].length_frames
    rng = dice("sung", seed, first, len(notes))
    vowels = [note.vowel or _VOWEL_ORDER[int(rng.integers(len(_VOWEL_ORDER)))] for note in notes]
    kinds = rng.choice([_BREATH, _NASAL, _STOP, _FRICATIVE], size=len(notes), p=_ONSET_SHARES)
    if not singer.consonants:
        kinds[:] = _BREATH
    lowest_hz, highest_hz = (
        440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
        for pitch in (min(n.midi for n in notes) - 1, max(n.midi for n in notes) + 1)
    )
    tables, limits = _glottis(lowest_hz, highest_hz, singer.dark_db, singer.bright_db)
    out = np.zeros((1, last - first + int(_TAIL_S * SAMPLE_RATE)), np.float32)
    line = _Line(
        starts=np.array([note.start_frame - first for note in notes], np.float64),
        lengths=np.array([note.length_frames for note in notes], np.float64),
        midis=np.array([note.midi for note in notes], np.float64),
        velocities=np.array([note.velocity for note in notes], np.float64),
        formants=singer.tract * np.array([(*VOWELS[v], *_THROAT) for v in vowels], np.float64),
        onsets=kinds.astype(np.int64),
    )
    manner = _Manner(singer.vibrato_hz, singer.vibrato_cents, singer.glide_s, singer.air)
    _phrase(out, tables, limits, line, manner, seed_from("air", seed, first))
    return out
