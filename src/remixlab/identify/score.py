"""The score of a recording: its chords and tune as they were written down by ear, which is what a cover is played
from.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.music import Analysis, Chord, Note
from remixlab.identify.harmony import (
    LOW_MAX_HZ,
    PARTIALS,
    REST,
    STEP_S,
    TUNE_STEPS,
    Harmony,
    spell_tune,
    unify_registers,
)
from remixlab.identify.peaks import LOWEST_HZ

_PLACE_S = STEP_S / TUNE_STEPS
"""A place of the tune."""
_ROOT_MIDI, _TENOR_MIDI, _BASS_MIDI = 60, 48, 36
"""Where chords, the tenor's doubling and the bass are written: as a plain accompaniment lies."""
_CHORD_LEVEL, _TENOR_LEVEL, _BASS_LEVEL, _TUNE_LEVEL = 0.5, 0.6, 0.8, 1.0
"""How loud each is against the tune; set by hand, and a fit by sound needs no better."""

Array = NDArray[np.float32]


def write_score(analysis: Analysis) -> Harmony:
    """The harmony and the tune that a performance of what was heard would have: chords in two octaves over their
    bass, and the tune above.
    """
    places = int(analysis.duration_s / STEP_S) * TUNE_STEPS
    chroma, tune = np.zeros((places, 24), np.float32), np.full(places, REST, np.uint8)
    for chord in analysis.chords:
        _sound_chord(chord, chroma)
    for note in analysis.melody:
        heard = _places(note, places)
        _sound_pitch(chroma[heard], note.midi, _TUNE_LEVEL)
        tune[heard] = round(note.midi) % 12
    steps = unify_registers(chroma.reshape(-1, TUNE_STEPS, 24).mean(axis=1))
    return Harmony(
        np.round(steps * 255).astype(np.uint8), spell_tune(tune.reshape(-1, TUNE_STEPS)), 60 / analysis.tempo_bpm
    )


def _sound_chord(chord: Chord, chroma: Array) -> None:
    symbol = chord.parsed
    if symbol.root is None:
        return
    heard = chroma[_places(chord, len(chroma))]
    for pitch_class in symbol.pitch_classes:
        _sound_pitch(heard, _ROOT_MIDI + pitch_class, _CHORD_LEVEL)
        _sound_pitch(heard, _TENOR_MIDI + pitch_class, _TENOR_LEVEL)
    _sound_pitch(heard, _BASS_MIDI + (symbol.root if symbol.bass is None else symbol.bass), _BASS_LEVEL)


def _sound_pitch(chroma: Array, midi: float, level: float) -> None:
    """Add a pitch with its partials, each in its register, to all places. Shape: chroma (places, 24)."""
    for number, weight in PARTIALS:
        frequency_hz = number * 440 * 2 ** ((midi - 69) / 12)
        if frequency_hz >= LOWEST_HZ:
            pitch_class = round(midi + 12 * float(np.log2(number))) % 12
            chroma[:, pitch_class + (0 if frequency_hz < LOW_MAX_HZ else 12)] += level * weight


def _places(heard: Chord | Note, places: int) -> slice:
    first = min(places, max(0, round(heard.start_s / _PLACE_S)))
    return slice(first, max(first, min(places, round(heard.end_s / _PLACE_S))))
