"""The tuning: how far the recording's A lies from 440 Hz, told by where the peaks of its spectrum stand between keys.

A tape that runs fast, a band at 432 Hz, a baroque orchestra: every pitch is off by the same part of a semitone. Tuning
is told modulo a semitone, which is all that names of notes need.
Source: Dressler, Streich, "Tuning frequency estimation using circular statistics", ISMIR 2007.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy.fft import rfft

from remixlab.domain.audio import Audio
from remixlab.listening.frames import Array
from remixlab.listening.salience import Contour
from remixlab.signal.downmix import mono_stretch
from remixlab.signal.spectrum import hann

_WINDOW_S: Final = 0.37
"""Long enough to part semitones at 200 Hz: 16 384 frames at 44.1 kHz."""
_LOOKS: Final = 160
"""Moments that are looked at, spread over the recording."""
_LOWEST_HZ, _HIGHEST_HZ = 110.0, 1800.0
"""Below, a bin is wider than the tuning; above, partials of struck strings are sharp."""
_PEAKS: Final = 24
"""The strongest peaks of a moment: tones rather than noise."""
_STANDS_OUT: Final = 3.0
"""A peak is so much higher than what lies a tone around it."""
_SURE: Final = 0.35
"""How well peaks must agree (resultant length, 0-1): noise reaches 0.1, a voice alone 0.3, chords 0.6 and more."""
_NOTES_MIN: Final = 3.0
"""So many different notes must agree: a drum has one, and is tuned to nothing but itself."""
_AS_USUAL_CENTS: Final = 6.0
"""What is so near to 440 Hz is played at it: nobody hears less, and nothing that is heard of it changes."""


class Tuning(NamedTuple):
    """Unit: cents above A = 440 Hz, -50 to 50; `agreement` of the peaks, 0-1, and how many notes tell it."""

    cents: float
    agreement: float
    notes: float


def hear_tuning(recording: Audio) -> float:
    """The tuning of a recording in whole cents; 0 where it is as usual, or where nothing tells it."""
    found = measure_tuning(recording)
    unknown = found.agreement < _SURE or found.notes < _NOTES_MIN
    return 0.0 if unknown or abs(found.cents) < _AS_USUAL_CENTS else float(round(found.cents))


def measure_tuning(recording: Audio) -> Tuning:
    """Where the peaks of moments all over the recording stand between semitones."""
    rate, size = recording.sample_rate, 1 << int(_WINDOW_S * recording.sample_rate).bit_length() - 1
    if recording.length_frames < size:
        return Tuning(0.0, 0.0, 0.0)
    total, by_note = 0j, np.zeros(12)
    for begin in np.linspace(0, recording.length_frames - size, _LOOKS).astype(int):
        semitones, strength = _peaks(
            np.asarray(mono_stretch(recording, int(begin), int(begin) + size), np.float32), rate
        )
        total += complex(np.sum(strength * np.exp(2j * np.pi * semitones)))
        turn = float(np.angle(total)) / (2 * np.pi)
        by_note += np.bincount(np.round(semitones - turn).astype(int) % 12, strength, minlength=12)
    weight = float(by_note.sum())
    if weight < 1e-9:
        return Tuning(0.0, 0.0, 0.0)
    share = by_note / weight
    notes = float(np.exp(-np.sum(share * np.log(share + 1e-12))))
    return Tuning(float(np.angle(total)) / (2 * np.pi) * 100, abs(total) / weight, notes)


def _peaks(moment: Array, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Semitones above A of the strongest peaks, and how much each counts."""
    size = len(moment)
    level = np.abs(np.asarray(rfft(moment * hann(size))))
    first, last = round(_LOWEST_HZ * size / rate), min(len(level) - 2, round(_HIGHEST_HZ * size / rate))
    here = level[first:last]
    is_peak = (here > level[first - 1 : last - 1]) & (here >= level[first + 1 : last + 1])
    at = np.flatnonzero(is_peak) + first
    if not len(at):
        return np.zeros(0), np.zeros(0)
    at = at[np.argsort(-level[at])[:_PEAKS]]
    reach = np.maximum(4, (at * (2 ** (1 / 12) - 1)).astype(int))
    around = np.concatenate([[0.0], np.cumsum(level)])
    mean = (around[np.minimum(at + reach, len(level))] - around[np.maximum(at - reach, 0)]) / (2 * reach)
    at = at[level[at] > _STANDS_OUT * mean]
    a, b, c = (np.log(level[at + shift] + 1e-12) for shift in (-1, 0, 1))
    exact = at + 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-9)
    return 12 * np.log2(exact * rate / size / 440.0), np.sqrt(level[at])


def tuned(contour: Contour, tuning_cents: float) -> Contour:
    """A contour as it stands to the recording's own A, which is then 69."""
    if not tuning_cents:
        return contour
    return contour._replace(midi=np.where(contour.midi > 0, contour.midi - tuning_cents / 100, contour.midi))
