"""Sing it again: another pitch, another time, other formants, in one pass (TD-PSOLA).

Source: E. Moulines and F. Charpentier, "Pitch-synchronous waveform processing techniques" (Speech Communication 1990).

The voice is cut at one mark per period; the pieces are laid down at new distances. Each run of voiced or
unvoiced marks begins anew where the time map puts it, so any segment has the bits of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.kernels.singing import mark_periods, sing_grains
from remixlab.signal.levels import as_samples
from remixlab.signal.measure.contour import PitchContour, find_pitch
from remixlab.signal.stretch.wsola import wsola
from remixlab.signal.timemap import TimeMap

_RUN_MAX = 400
"""Unvoiced marks in one run: 2 s, so that a segment needs no more of a long breath than that."""
_BELL = np.append(0.5 + 0.5 * np.cos(np.pi * np.arange(1025) / 1024), 0.0).astype(np.float32)
"""Half a Hann window by 1024ths, and one zero more, so that reading between two places needs no question."""

_WEAKER, _WEAKER_FROM = 0.1, 6.0
"""Harmonics that fall between the source's are 0.8 dB weaker, from two semitones of shift on."""


@dataclass(frozen=True, slots=True, eq=False)
class Singing:
    """A voice as its pitch contour and the places where it can be cut, in frames and fractions.

    Shape: marks and voiced (marks,), runs (n, 2).
    """

    contour: PitchContour
    marks: NDArray[np.float64]
    voiced: NDArray[np.bool_]
    runs: NDArray[np.int64]
    length_frames: int
    longest: float
    """The largest distance between two marks."""

    def between(self, low: float, high: float) -> Singing:
        """The part whose runs reach into these frames of the source, with a mark to each side."""
        ends = self.marks[np.minimum(self.runs[:, 1], self.marks.size - 1)]
        runs = self.runs[(ends >= low) & (self.marks[self.runs[:, 0]] <= high)]
        first, last = (max(0, int(runs[0, 0]) - 1), int(runs[-1, 1]) + 1) if runs.size else (0, 0)
        return replace(self, marks=self.marks[first:last], voiced=self.voiced[first:last], runs=runs - first)


def analyse_singing(samples: Samples, sample_rate: int, contour: PitchContour | None = None) -> Singing:
    """Find the pitch of a voice, unless it is given, and mark its periods."""
    source = as_samples(samples)
    heard = find_pitch(source, sample_rate) if contour is None else contour
    mono = source.mean(axis=0, dtype=np.float32)
    periods = np.where(heard.voiced, sample_rate / np.maximum(heard.f0_hz, 1.0), 0.0)
    room = 64 + int(mono.size / min(heard.hop_frames, max(8.0, float(periods[periods > 0].min(initial=1e9)) * 0.7)))
    marks, voiced = np.zeros(room), np.zeros(room, np.bool_)
    count = mark_periods(mono, periods, heard.hop_frames, marks, voiced)
    marks, voiced = marks[:count], voiced[:count]
    return Singing(heard, marks, voiced, _runs(voiced), mono.size, float(np.diff(marks).max(initial=0.0)))


def _runs(voiced: NDArray[np.bool_]) -> NDArray[np.int64]:
    """First and one past the last mark of each stretch of one kind; unvoiced ones are kept short."""
    if voiced.size == 0:
        return np.zeros((0, 2), np.int64)
    borders = np.concatenate(([0], np.flatnonzero(np.diff(voiced)) + 1, [voiced.size]))
    runs: list[tuple[int, int]] = []
    for first, last in zip(borders[:-1].tolist(), borders[1:].tolist(), strict=True):
        step = last - first if voiced[first] else _RUN_MAX
        runs += [(at, min(at + step, last)) for at in range(first, last, max(1, step))]
    return np.array(runs, np.int64).reshape(-1, 2)


def sing(
    samples: Samples,
    singing: Singing,
    n0: int = 0,
    n1: int | None = None,
    *,
    time_map: TimeMap | None = None,
    semitones: float | NDArray[np.float64] = 0.0,
    target_hz: NDArray[np.float64] | None = None,
    formant_ratio: float | NDArray[np.float64] = 1.0,
    onsets: NDArray[Any] | None = None,
) -> Samples:
    """Result frames n0 to n1 of the voice sung again.

    `semitones` and `formant_ratio` are single values or one per contour frame of the source; `target_hz`, one per
    contour frame, is the pitch itself and rules where it is above 0. Formants stay where they are at ratio 1.
    What has no pitch (consonants, breath) is stretched by `wsola`, with the `onsets` (source frames) kept as they are.
    Law: any segment has the bits of the whole; with nothing asked it gives the voice back.
    """
    if samples.shape[1] != singing.length_frames:
        raise InvalidAudio("the voice and its analysis have different lengths")
    path = TimeMap.uniform(1.0, max(1, singing.length_frames)) if time_map is None else time_map
    stop = path.length_frames if n1 is None else n1
    out = np.zeros((samples.shape[0], max(0, stop - n0)), np.float32)
    reach = 2.0 * singing.longest
    if singing.marks.size < 2 or stop <= n0:
        return out
    around = path.source_at(np.array([n0 - reach, stop + reach]))
    near = singing.between(around[0] - 1.0, around[1] + 1.0)
    if near.runs.size == 0:
        return out
    marks, voiced = near.marks, near.voiced
    low = max(0, int(marks[near.runs[0, 0]] - 3 * reach))
    high = int(marks[min(near.runs[-1, 1], marks.size - 1)] + ceil(3 * reach))
    steps, ratios = _steps(near, semitones, target_hz)
    formants = np.where(voiced, _at_marks(near, formant_ratio), 1.0)
    gains = np.where(voiced, _level(ratios), 1.0).astype(np.float32)
    breath = wsola(samples, path, n0, stop, sample_rate=singing.contour.sample_rate, onsets=onsets)
    runs, places = np.ascontiguousarray(near.runs), path.result_at(marks)
    sing_grains(
        as_samples(samples[:, low:high]),
        low,
        breath,
        marks,
        voiced,
        places,
        steps,
        formants,
        gains,
        runs,
        _BELL,
        n0,
        out,
    )
    return out


def _at_marks(singing: Singing, setting: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """A single setting, or one per contour frame, at each mark."""
    values = np.asarray(setting, np.float64)
    return (
        values[singing.contour.index_at(singing.marks)] if values.ndim else np.full(singing.marks.size, float(values))
    )


def _level(ratios: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain that keeps the loudness: denser periods add up, and harmonics that fall between the source's are
    weaker.
    """
    return (1.0 + _WEAKER * np.minimum(1.0, _WEAKER_FROM * np.abs(np.log2(ratios)))) / np.sqrt(ratios)


def _steps(
    singing: Singing, semitones: float | NDArray[np.float64], target_hz: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance from each mark's piece to the next in the result, and the pitch ratio there."""
    marks, voiced = singing.marks, singing.voiced
    distance = np.append(np.diff(marks), max(1.0, float(marks[-1] - marks[-2])))
    ratios = 2.0 ** (_at_marks(singing, semitones) / 12.0)
    if target_hz is not None:
        wanted = _at_marks(singing, target_hz)
        ruled = voiced & (wanted > 0)
        period = singing.contour.sample_rate / np.maximum(wanted, 1.0)
        ratios = np.where(ruled, distance / period, ratios)
        return np.maximum(np.where(voiced, np.where(ruled, period, distance / ratios), distance), 4.0), ratios
    return np.maximum(np.where(voiced, distance / ratios, distance), 4.0), ratios
