"""Riffs and counter-melodies from the song's own motifs: found in its tune, carried over its chords."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.band import Humaniser, nearest_note, notes_between, scale_over
from remixlab.domain.notes import BeatNote
from remixlab.plan.styles import Riff
from remixlab.rendering.layout import ResultBar
from remixlab.rendering.parts.cast import Cast

_RHYTHMS = (
    ((0.0, 0.75), (0.75, 0.75), (1.5, 0.5), (2.5, 0.5), (3.0, 1.0)),
    ((0.0, 1.5), (1.5, 0.5), (2.0, 1.0), (3.5, 0.5)),
    ((0.5, 0.5), (1.0, 0.5), (1.5, 1.0), (3.0, 0.5), (3.5, 0.5)),
    ((0.0, 0.5), (0.5, 0.5), (1.5, 0.5), (2.0, 1.5)),
)
"""Figures of one bar for a song without a tune: (beat, length), each with a syncopation or a rest that makes it one."""
_CONTOURS = ((0, 2, 1, 0, -1), (0, 1, 2, 4, 2), (4, 2, 1, 2, 0), (0, -1, 0, 2, 1), (2, 2, 1, 0, 1))
"""How such a figure moves, in steps of the scale from its first note: within a fifth, mostly by step."""
_PULL = 0.2
"""How much a strong note leans to the middle of the instrument's compass."""


class Motif(NamedTuple):
    """A short figure. Unit: beats within a bar; scale steps from its first note."""

    notes: tuple[tuple[float, float, int], ...]

    def varied(self, how: int) -> Motif:
        """The same figure again: as it is, turned over, with its end held back, or begun half way."""
        match how % 4:
            case 1:
                return Motif(tuple((b, n, -s) for b, n, s in self.notes))
            case 2:
                kept = self.notes[: max(2, len(self.notes) - 1)]
                b, n, s = kept[-1]
                return Motif((*kept[:-1], (b, max(n, 4.0 - b), s)))
            case 3:
                return Motif(tuple(note for note in self.notes if note[0] >= 1.0) or self.notes)
            case _:
                return self


def motifs_of(cast: Cast) -> tuple[Motif, ...]:
    """The figures of one bar that the tune repeats most, distinct ones first; invented ones where there is no tune."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], list[tuple[float, float, int]]] = {}
    score: dict[tuple[tuple[int, ...], tuple[int, ...]], float] = {}
    for bar in cast.layout.bars:
        inside = [t for t in cast.melody if bar.first - 0.1 <= t.beat < bar.first + bar.beats - 0.2 and t.length > 0.15]
        if not 3 <= len(inside) <= 9:
            continue
        figure = _figure(inside, bar, cast)
        shape = (tuple(round(b * 2) for b, _, _ in figure), tuple(int(np.sign(s)) for _, _, s in figure))
        found.setdefault(shape, figure)
        variety = len({s for _, _, s in figure}) / len(figure)
        score[shape] = score.get(shape, 0.0) + variety + (0.4 if bar.label == "chorus" else 0.0)
    ranked = sorted(found, key=lambda shape: -score[shape])
    own = tuple(Motif(tuple(found[shape])) for shape in ranked[:4])
    return own if len(own) >= 2 else own + _invented(cast)


def _figure(tones: list[BeatNote], bar: ResultBar, cast: Cast) -> list[tuple[float, float, int]]:
    degrees = [_degree(t.midi, cast.chord(t.beat).key.scale) for t in tones]
    return [
        (
            round(max(0.0, t.beat - bar.first) * 4) / 4,
            max(0.25, round(t.length * 4) / 4),
            int(np.clip(d - degrees[0], -7, 7)),
        )
        for t, d in zip(tones, degrees, strict=True)
    ]


def _degree(midi: float, scale: tuple[int, ...]) -> int:
    """The number of a note on the ladder of the scale."""
    tonic = scale[0]
    octave, step = divmod(round(midi) - tonic, 12)
    nearest = min(range(len(scale)), key=lambda k: abs((scale[k] - tonic) % 12 - step))
    return octave * 7 + nearest


def _invented(cast: Cast) -> tuple[Motif, ...]:
    rng = cast.dice("motif")
    made: list[Motif] = []
    for _ in range(3):
        rhythm, contour = _RHYTHMS[int(rng.integers(len(_RHYTHMS)))], _CONTOURS[int(rng.integers(len(_CONTOURS)))]
        made.append(Motif(tuple((b, n, contour[k % len(contour)]) for k, (b, n) in enumerate(rhythm))))
    return tuple(made)


def play_riff(cast: Cast, part: Riff, *, everywhere: bool = False) -> tuple[BeatNote, ...]:
    """Answers where the voice rests or holds, a hook in the scenes that ask for it; `everywhere` lets it carry an
    instrumental."""
    motifs = motifs_of(cast)
    hook = motifs[cast.seed % len(motifs)]
    answer = motifs[(cast.seed + 1) % len(motifs)]
    human = cast.humaniser("riff")
    tones: list[BeatNote] = []
    for bar in cast.layout.bars:
        if not cast.plays("riff", bar) and not everywhere:
            continue
        resting = cast.resting[bar.first : bar.first + bar.beats]
        free = float(resting.mean()) if resting.size else 1.0
        if not _speaks(bar, free, part.density):
            continue
        figure = (hook if bar.place % 4 < 2 else answer).varied(_variation(bar, cast.seed))
        if free < 0.9 and part.density < 0.75:
            figure = _into_the_gap(figure, resting)
        tones += _sung_over(figure, bar, cast, part, human, tones[-1].midi if tones else sum(part.compass) / 2)
    return tuple(tones)


def _speaks(bar: ResultBar, free: float, density: float) -> bool:
    """Whether the riff has the word: always where it is free, sometimes over a half free bar, never over a full one."""
    if free > 0.7:
        return bar.place % 4 != 3 or density > 0.6
    if free >= 0.25:
        return bar.place % 2 == 1 and density > 0.3
    return bar.place % 4 == 3 and density > 0.7


def _into_the_gap(figure: Motif, resting: NDArray[np.bool_]) -> Motif:
    """The beginning of a figure moved to where the voice has just stopped: an answer."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], resting, [False])).astype(np.int8)))
    gaps = sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda gap: gap[0] - gap[1])
    if not gaps or not figure.notes:
        return figure
    start, end = gaps[0]
    shift = float(start) + (0.5 if end - start > 1 and start > 0 else 0.0) - figure.notes[0][0]
    return Motif(tuple((beat + shift, length, step) for beat, length, step in figure.notes if beat + shift < end - 0.2))


def _variation(bar: ResultBar, seed: int) -> int:
    if bar.place % 4 == 3:
        return 2
    return (bar.place // 4 + seed) % 2 if bar.occurrence > 1 else 0


def _sung_over(
    figure: Motif, bar: ResultBar, cast: Cast, part: Riff, human: Humaniser, around: float
) -> list[BeatNote]:
    """The figure on the ladder of the chord's scale, strong beats on chord tones, only where the voice rests."""
    span = cast.chord(float(bar.first))
    start = _nearest_chord_tone(around, span.chord.pitch_classes, part.compass)
    strength = 0.5 + 0.34 * float(cast.energy[bar.position])
    tones: list[BeatNote] = []
    for beat, length, step in figure.notes:
        if beat >= bar.beats:
            continue
        at = bar.first + beat
        if int(at) < cast.resting.size and not cast.resting[int(at)] and part.density < 0.75:
            continue
        here = cast.chord(at)
        ladder = _scale_ladder(scale_over(here.chord.pitch_classes, here.key), part.compass)
        index = int(np.argmin([abs(m - start) for m in ladder])) + step
        midi = float(ladder[max(0, min(len(ladder) - 1, index))])
        if beat % 1 == 0 and length >= 0.5:
            midi = _nearest_chord_tone(midi, here.chord.pitch_classes, part.compass)
        accent = 1.06 if beat % 1 == 0 else 0.94
        tones.append(
            BeatNote(human.place(at, int(beat * 4) % 16), length * 0.9, midi, human.touch(min(1.0, strength * accent)))
        )
    return tones


def _scale_ladder(scale: tuple[int, ...], compass: tuple[int, int]) -> list[int]:
    return notes_between(scale, *compass) or [compass[0]]


def _nearest_chord_tone(around: float, tones: tuple[int, ...], compass: tuple[int, int]) -> float:
    found = nearest_note(tones, around, *compass, pull=_PULL, centre=sum(compass) / 2)
    return float(round(around) if found is None else found)
