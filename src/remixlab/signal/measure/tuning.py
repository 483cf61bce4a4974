"""Where the notes of a voice should be: tuning to a scale or to chords, and voices in harmony."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from remixlab.domain.errors import InvalidAudio
from remixlab.signal.measure.contour import PitchContour

PitchClasses = tuple[int, ...]
Allowed = Sequence[tuple[float, PitchClasses]]
"""(source frame, pitch classes allowed from there on), in order of time."""

_STAY_SEMITONES = 0.25
"""Another note must be nearer by a quarter tone before a voice is believed to have left its own."""
_SMOOTH_FRAMES = 21
"""105 ms, more than half a vibrato: the median over it has none."""
_GENTLE_S = 0.06
"""From here on a glide means to be gentle: only the middle of a note is moved."""
_NOTE_FRAMES = 16
"""80 ms: what is shorter passes by, and goes with the note before."""


def tuned_semitones(
    contour: PitchContour,
    allowed: Allowed | PitchClasses,
    *,
    strength: float = 1.0,
    glide_s: float = 0.02,
    a4_semitones: float = 0.0,
) -> NDArray[np.float64]:
    """The shift of each contour frame that brings the voice to the nearest allowed notes. Unit: semitones.

    Strength 1 with a short glide sings each note dead straight (the hard effect); with `glide_s` of 0.1 or more
    only the middle of a note is moved, and its vibrato and slides stay. `a4_semitones` is how far the A that is
    tuned to lies above 440 Hz.
    """
    contour = _heard_from(contour, a4_semitones)
    notes = nearest_notes(contour, allowed)
    if glide_s < _GENTLE_S:
        wanted = _glided(np.where(contour.voiced, notes - contour.midi, 0.0), contour, glide_s, notes)
    else:
        wanted = _glided(_note_offsets(contour, notes), contour, glide_s / 2, None)
    return np.nan_to_num(wanted) * strength


def _note_offsets(contour: PitchContour, notes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the middle of each sung note is from where it belongs, one value per frame; passing notes go with the
    one before.
    """
    out = np.zeros(notes.size)
    pitch = contour.midi
    for begin, end in _runs(contour.voiced):
        borders = np.concatenate(([begin], begin + 1 + np.flatnonzero(np.diff(notes[begin:end])), [end]))
        offset = 0.0
        for first, last in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True):
            trim = (last - first) // 5
            if last - first >= _NOTE_FRAMES or borders.size == 2:
                offset = notes[first] - float(np.median(pitch[first + trim : last - trim]))
            out[first:last] = offset
    return out


def tuned_hz(
    contour: PitchContour, allowed: Allowed | PitchClasses, *, glide_s: float = 0.0, a4_semitones: float = 0.0
) -> NDArray[np.float64]:
    """The pitch itself of each contour frame on the nearest allowed notes, 0 where there is none."""
    contour = _heard_from(contour, a4_semitones)
    notes = nearest_notes(contour, allowed)
    if glide_s > 0:
        notes = _glided(notes, contour, glide_s, None)
    return np.where(contour.voiced, 440.0 * 2.0 ** ((np.nan_to_num(notes, nan=69.0) - 69.0 + a4_semitones) / 12.0), 0.0)


def harmony_semitones(
    contour: PitchContour, scale: PitchClasses, steps: int, *, a4_semitones: float = 0.0
) -> NDArray[np.float64]:
    """The shift of each contour frame to a voice `steps` degrees of the scale above (2 is a third) or below (-2).
    Unit: semitones.
    """
    if len(scale) < 2:
        raise InvalidAudio("a harmony needs a scale of two notes or more")
    notes = nearest_notes(_heard_from(contour, a4_semitones), tuple(scale))
    ladder = np.array(sorted({pc % 12 for pc in scale}))
    every = (ladder[None, :] + 12 * np.arange(-2, 13)[:, None]).ravel()
    place = np.searchsorted(every, np.nan_to_num(notes, nan=60.0))
    other = every[np.clip(place + steps, 0, every.size - 1)]
    return np.where(contour.voiced, other - np.nan_to_num(notes, nan=60.0), 0.0)


def _heard_from(contour: PitchContour, a4_semitones: float) -> PitchContour:
    """The same contour as it stands to another A."""
    if not a4_semitones:
        return contour
    return replace(contour, f0_hz=contour.f0_hz * 2.0 ** (-a4_semitones / 12.0))


def smoothed_midi(contour: PitchContour) -> NDArray[np.float64]:
    """The pitch without vibrato, run by run; NaN where there is none."""
    out = contour.midi.copy()
    for begin, end in _runs(contour.voiced):
        out[begin:end] = gaussian_filter1d(
            median_filter(out[begin:end], _SMOOTH_FRAMES, mode="nearest"), 8.0, mode="nearest"
        )
    return out


def nearest_notes(contour: PitchContour, allowed: Allowed | PitchClasses) -> NDArray[np.float64]:
    """The allowed note that each voiced frame belongs to; a note is held until another is clearly nearer. Unit:
    MIDI, NaN unvoiced.
    """
    ladders = _ladders(contour, allowed)
    pitch = smoothed_midi(contour)
    out = np.full(pitch.size, np.nan)
    for begin, end in _runs(contour.voiced):
        note, ladder = np.nan, -1
        for k in range(begin, end):
            rungs = ladders[1][ladders[0][k]]
            if ladders[0][k] != ladder or np.isnan(note):
                ladder, note = int(ladders[0][k]), np.nan
            near = rungs[np.abs(rungs - pitch[k]).argmin()]
            if np.isnan(note) or abs(pitch[k] - near) + _STAY_SEMITONES < abs(pitch[k] - note):
                note = near
            out[k] = note
    return out


def _ladders(
    contour: PitchContour, allowed: Allowed | PitchClasses
) -> tuple[NDArray[np.int64], list[NDArray[np.float64]]]:
    """Which set of notes rules each contour frame, and the notes of each set."""
    spans: list[tuple[float, PitchClasses]] = []
    for item in allowed:
        spans = [*spans, item] if isinstance(item, tuple) else spans
    if not spans:
        spans = [(0.0, tuple(item for item in allowed if isinstance(item, int)))]
    if any(len(classes) == 0 for _, classes in spans):
        raise InvalidAudio("a tuning needs at least one note to tune to")
    starts = np.array([frame for frame, _ in spans])
    frames = np.arange(contour.f0_hz.size) * contour.hop_frames
    index = np.clip(np.searchsorted(starts, frames, side="right") - 1, 0, len(spans) - 1)
    rungs = [
        np.array([pc % 12 + 12 * octave for octave in range(11) for pc in sorted(set(classes))], np.float64)
        for _, classes in spans
    ]
    return index.astype(np.int64), rungs


def _runs(voiced: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Begin and end of each voiced run. Shape: (runs, 2)."""
    return np.flatnonzero(np.diff(np.concatenate(([0], voiced.astype(np.int8), [0])))).reshape(-1, 2)


def _glided(
    values: NDArray[np.float64], contour: PitchContour, glide_s: float, notes: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """The values with their steps softened over `glide_s`, run by run; where notes are given the runs end at each
    change of note.
    """
    out = values.copy()
    spread = glide_s * contour.sample_rate / contour.hop_frames / 2
    if spread < 0.5:
        return out
    for begin, end in _runs(contour.voiced):
        if notes is None:
            out[begin:end] = gaussian_filter1d(values[begin:end], spread, mode="nearest")
        else:
            steps = gaussian_filter1d(notes[begin:end], spread, mode="nearest") - notes[begin:end]
            out[begin:end] = values[begin:end] + steps
    return out
