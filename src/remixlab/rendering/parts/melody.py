"""The melody: a transcribed tune cleaned to a line that can be sung, phrased, and taken up by new instruments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from remixlab.band import scale_over
from remixlab.domain.music import Note
from remixlab.domain.notes import BeatNote
from remixlab.plan.styles import Lead
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.harmony import ChordSpan, chord_at

_SHORTEST_BEATS = 0.11
"""A shorter note is an error of the transcription: less than half a sixteenth."""
_BREATH_BEATS = 0.45
"""A rest of nearly half a beat is a breath, and ends a phrase."""


def melody_of(layout: Layout, harmony: tuple[ChordSpan, ...], *, led: bool = False) -> tuple[BeatNote, ...]:
    """The sung line over the result: split notes joined, octave slips folded, pitches on the scale, times half way
    to the grid. Where somebody is to lead an instrumental, its loudest line."""
    source = layout.source
    return clean_line(layout, source.tune if led and source.tune else source.melody, harmony, centre=None)


def clean_line(
    layout: Layout, notes: Sequence[Note], harmony: tuple[ChordSpan, ...], centre: float | None
) -> tuple[BeatNote, ...]:
    """A transcribed line in beats of the result, cleaned."""
    raw = _in_result(layout, notes)
    if not raw:
        return ()
    middle = float(np.median([t.midi for t in raw])) if centre is None else centre
    folded = [t._replace(midi=_folded(t.midi, middle)) for t in raw]
    joined = _without_slips(_joined(folded))
    sung = _monophonic([_settled(t, harmony) for t in joined])
    return tuple(
        t for phrase in _phrases(tuple(sung)) if len(phrase) > 2 or sum(n.length for n in phrase) > 0.8 for t in phrase
    )


def _in_result(layout: Layout, notes: Sequence[Note]) -> list[BeatNote]:
    """Notes of the source wherever their bar plays in the result."""
    starts = np.array([note.start_s for note in notes])
    tones: list[BeatNote] = []
    for bar in layout.bars:
        beats = np.array(bar.source_s)
        # A singer comes in a little early: the last 60 ms of a bar already belong to the next one.
        first, last = np.searchsorted(starts, [beats[0] - 0.06, beats[-1] - 0.06])
        for note in notes[first:last]:
            begin = _beat_in(beats, note.start_s)
            end = _beat_in(beats, note.end_s)
            if end - begin > 0.05:
                tones.append(
                    BeatNote(bar.first + begin, end - begin, note.midi + bar.semitones, max(0.3, note.velocity))
                )
    return tones


def _beat_in(beats: np.ndarray, time_s: float) -> float:
    step = (beats[-1] - beats[0]) / (beats.size - 1)
    if time_s <= beats[0]:
        return float((time_s - beats[0]) / step)
    if time_s >= beats[-1]:
        return float(beats.size - 1 + (time_s - beats[-1]) / step)
    return float(np.interp(time_s, beats, np.arange(beats.size)))


def _folded(midi: float, middle: float) -> float:
    while midi > middle + 13:
        midi -= 12
    while midi < middle - 13:
        midi += 12
    return midi


def _joined(tones: list[BeatNote]) -> list[BeatNote]:
    """Pieces of one held note as one note."""
    result: list[BeatNote] = []
    for tone in tones:
        if result:
            last = result[-1]
            gap = tone.beat - (last.beat + last.length)
            if (
                abs(round(tone.midi) - round(last.midi)) < 1
                and gap < 0.07
                and last.length + tone.length < 8
                and tone.length < 0.35
            ):
                result[-1] = last._replace(length=tone.beat + tone.length - last.beat)
                continue
        result.append(tone)
    return result


def _without_slips(tones: list[BeatNote]) -> list[BeatNote]:
    """Without blips too short to sing, and lone leaps of more than an octave there and back."""
    kept = [t for t in tones if t.length >= _SHORTEST_BEATS]
    result: list[BeatNote] = []
    for i, tone in enumerate(kept):
        if 0 < i < len(kept) - 1 and tone.length < 0.4:
            before, after = kept[i - 1].midi, kept[i + 1].midi
            if abs(tone.midi - before) > 9 and abs(tone.midi - after) > 9 and abs(before - after) < 5:
                continue
        result.append(tone)
    return result


def _settled(tone: BeatNote, harmony: tuple[ChordSpan, ...]) -> BeatNote:
    """On the nearest semitone, short notes on the scale; two thirds of the way to the nearest sixteenth."""
    span = chord_at(harmony, tone.beat + 0.1)
    midi = float(round(tone.midi))
    allowed = set(scale_over(span.chord.pitch_classes, span.key))
    if int(midi) % 12 not in allowed and (tone.length < 0.5 or abs(tone.midi - midi) > 0.3):
        options = [m for m in (midi - 1, midi + 1) if int(m) % 12 in allowed]
        midi = min(options, key=lambda m: abs(m - tone.midi)) if options else midi
    grid = round(tone.beat * 4) / 4
    return tone._replace(beat=max(0.0, tone.beat + 0.67 * (grid - tone.beat)), midi=midi)


def _monophonic(tones: list[BeatNote]) -> list[BeatNote]:
    result: list[BeatNote] = []
    for tone in sorted(tones):
        if result and result[-1].beat + result[-1].length > tone.beat:
            shorter = tone.beat - result[-1].beat
            if shorter < _SHORTEST_BEATS:
                result.pop()
            else:
                result[-1] = result[-1]._replace(length=shorter)
        result.append(tone)
    return result


def play_lead(cast: Cast, line: tuple[BeatNote, ...], part: Lead, compass: tuple[int, int]) -> tuple[BeatNote, ...]:
    """A line as a soloist plays it: in a register that suits, in phrases with a rise and a fall, with a few
    ornaments."""
    if not line:
        return ()
    shift = _octaves_to(line, compass)
    human = cast.humaniser("lead")
    rng = cast.dice("ornaments")
    result: list[BeatNote] = []
    for phrase in _phrases(line):
        top = max(t.midi for t in phrase)
        for k, tone in enumerate(phrase):
            last = k == len(phrase) - 1
            arc = 0.9 + 0.14 * np.sin(np.pi * (k + 0.5) / len(phrase)) + (0.05 if tone.midi == top else 0.0)
            energy = float(cast.energy[_bar_index(cast, tone.beat)])
            accent = 1.05 if abs(tone.beat - round(tone.beat)) < 0.08 else 0.97
            velocity = min(1.0, max(0.2, float((0.52 + 0.3 * energy) * arc * accent)))
            length = tone.length * (0.9 if last else part.legato)
            beat = human.place(tone.beat, 0) if tone.beat > 0.2 else tone.beat
            result += _ornamented(
                BeatNote(beat, max(0.1, length), tone.midi + shift, human.touch(velocity)), part, rng, cast
            )
    return tuple(result)


def _ornamented(tone: BeatNote, part: Lead, rng: np.random.Generator, cast: Cast) -> list[BeatNote]:
    """Now and then a long note on the beat gets a grace note from the scale above or below."""
    if tone.length < 0.7 or rng.random() > part.ornaments or tone.beat < 0.5:
        return [tone]
    span = cast.chord(tone.beat)
    scale = set(span.key.scale)
    step = next((d for d in (-1, -2, 2) if int(tone.midi + d) % 12 in scale), -2)
    grace = 0.085 * cast.layout.tempo_bpm / 100.0
    return [
        BeatNote(tone.beat - grace * 0.4, grace, tone.midi + step, tone.velocity * 0.8),
        tone._replace(beat=tone.beat + grace * 0.6, length=tone.length - grace),
    ]


def _phrases(line: tuple[BeatNote, ...]) -> list[list[BeatNote]]:
    phrases: list[list[BeatNote]] = []
    for tone in line:
        if (
            phrases
            and tone.beat - (phrases[-1][-1].beat + phrases[-1][-1].length) < _BREATH_BEATS
            and len(phrases[-1]) < 24
        ):
            phrases[-1].append(tone)
        else:
            phrases.append([tone])
    return phrases


def _octaves_to(line: tuple[BeatNote, ...], compass: tuple[int, int]) -> float:
    """Whole octaves that bring most of the line into a compass."""
    midis = np.array([t.midi for t in line])
    weights = np.array([t.length for t in line])

    def outside(octaves: int) -> float:
        moved = midis + 12 * octaves
        far = np.maximum(0, compass[0] - moved) + np.maximum(0, moved - compass[1])
        return float((far * weights).sum()) + 0.3 * abs(octaves)

    return 12.0 * min(range(-3, 4), key=outside)


def _bar_index(cast: Cast, beat: float) -> int:
    firsts = [bar.first for bar in cast.layout.bars]
    return max(0, int(np.searchsorted(firsts, beat + 0.1, side="right")) - 1)


def voiced_beats(layout: Layout, melody: tuple[BeatNote, ...]) -> NDArray[np.bool_]:
    """Which beats of the result somebody sings on."""
    voiced = np.zeros(layout.beats_s.size, np.bool_)
    for tone in melody:
        voiced[int(tone.beat) : min(voiced.size, int(tone.beat + tone.length) + 1)] = True
    return voiced
