"""Comping, pads and arpeggios: chords in rhythm, held or broken, between the bass and the voice."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from remixlab.band import PHRASE_BARS, SYMBOL_VELOCITY, ground_below, lead_voices, next_voicing, notes_between
from remixlab.domain.music import ChordSymbol
from remixlab.domain.notes import BeatNote
from remixlab.plan.styles import Arp, Comping, Pad, Voicing
from remixlab.rendering.layout import ResultBar
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.harmony import ChordSpan, enriched
from remixlab.rendering.parts.patterns import lay
from remixlab.rendering.parts.phrasing import chords_in, dice_at, phrase_at

_OCTAVE = 12
"""A compass is narrowed to no less than that: every chord has a grip in it."""


class Voiced:
    """The chords of a result in one part's voicing. A take's seed turns the first inversion, and with it all that
    follow; comping also turns where a phrase answers, so that no chord is held in one grip for long."""

    def __init__(self, cast: Cast, part: Comping | Pad) -> None:
        low, high = part.compass
        lift = (cast.seed % 3 - 1) * 2 if cast.seed else 0
        voices = part.voices if isinstance(part, Pad) else 6
        compass = (low + lift, high + lift)
        cells = _cells(cast, turning=isinstance(part, Comping))
        self._starts = [cell.start for cell in cells]
        self._spans = [cell.span for cell in cells]
        chords = [enriched(span.chord, span.key, part.richness) for span in self._spans]
        self._notes = _gripped(chords, [cell.answers for cell in cells], part.voicing, compass, voices)
        self.ending = lead_voices(
            [chords[-1], enriched(cast.ending, cast.harmony[-1].key, part.richness)], part.voicing, (low, high), voices
        )[1]

    def at(self, beat: float) -> tuple[ChordSpan, tuple[int, ...]]:
        """The chord at a beat and its notes; a stab just before a change already plays what comes."""
        index = max(0, bisect_right(self._starts, beat + 1e-6) - 1)
        return self._spans[index], self._notes[index]


class _Cell(NamedTuple):
    """A stretch of one chord in one half of a phrase. Unit: start in beats."""

    start: float
    span: ChordSpan
    answers: bool


def _cells(cast: Cast, *, turning: bool) -> list[_Cell]:
    """The harmony, cut where the halves of phrases begin."""
    if not turning:
        return [_Cell(span.start, span, answers=False) for span in cast.harmony]
    halves = [(float(bar.first), bar.place % PHRASE_BARS >= 2) for bar in cast.layout.bars if bar.place % 2 == 0]
    firsts = [first for first, _ in halves]
    cells: list[_Cell] = []
    for span in cast.harmony:
        at = max(0, bisect_right(firsts, span.start + 1e-6) - 1)
        cells.append(_Cell(span.start, span, answers=halves[at][1]))
        for first, answers in halves[at + 1 :]:
            if first >= span.end - 1e-6:
                break
            cells.append(_Cell(first, span, answers))
    return cells


def _gripped(
    chords: list[ChordSymbol], answers: list[bool], voicing: Voicing, compass: tuple[int, int], voices: int
) -> list[tuple[int, ...]]:
    """The notes of each chord, each led from the one before; in the answer of a phrase from the upper part of the
    compass."""
    low, high = compass
    upper = (low + max(0, min((high - low) // 4, high - low - _OCTAVE)), high)
    notes: list[tuple[int, ...]] = []
    previous: tuple[int, ...] = ()
    for k, chord in enumerate(chords):
        turned = k > 0 and answers[k] != answers[k - 1]
        found = next_voicing(chord, voicing, upper if answers[k] else compass, () if turned else previous, voices)
        notes.append(found)
        previous = found or previous
    return notes


def play_chords(cast: Cast, part: Comping, name: str = "chords") -> tuple[BeatNote, ...]:
    """Chords in the style's rhythm over the whole result."""
    voiced = Voiced(cast, part)
    human = cast.humaniser(name)
    verse, chorus = cast.choose(part.verse, 1), cast.choose(part.chorus, 1)
    groove = cast.style.groove
    tones: list[BeatNote] = []
    founded = -1.0
    for bar in cast.layout.bars:
        if not cast.plays(name, bar):
            continue
        line = chorus if cast.scene(bar).groove == "chorus" else verse
        strength = 0.6 + 0.32 * float(cast.energy[bar.position])
        played = chords_in(line.steps, bar, groove, dice_at(cast.seed, cast.style.id, groove, name, bar))
        for step in lay(
            played, bar, cast.layout.meter, pace=cast.pace, swing=groove.swing, swing_unit=groove.swing_unit
        ):
            if step.beat - bar.first >= cast.drop_from(bar) - 1e-6:
                continue
            length = step.length * line.gate
            span, notes = voiced.at(_anticipated(step.beat, length, bar))
            if part.voicing == "rootless" and span.start != founded and step.symbol in "Xxo":
                founded, notes = span.start, ground_below(span.chord, notes)
            if step.beat + length > span.end + 0.3 and span.end > step.beat:
                length = span.end - step.beat
            velocity = strength * SYMBOL_VELOCITY.get(step.symbol, 0.66) / 0.78
            beat = human.place(step.beat, step.sixteenth)
            tones += _struck(
                step.symbol, notes, beat, max(0.08, length), human.touch(min(1.0, velocity)), part.strum_ms, cast
            )
    if tones and cast.plays(name, cast.layout.bars[-1]):
        tones += _struck("X", voiced.ending, cast.end_beat, 4.0, 0.62, max(18.0, part.strum_ms), cast)
    return tuple(tones)


def _anticipated(beat: float, length: float, bar: ResultBar) -> float:
    """A chord struck off the beat that rings well into a change belongs to the change."""
    phase = (beat - bar.first) % 1
    return beat + (1.0 - phase + 1e-3 if phase > 0.4 and phase + length > 1.2 else 0.0)


def _struck(
    symbol: str, notes: tuple[int, ...], beat: float, length: float, velocity: float, strum_ms: float, cast: Cast
) -> list[BeatNote]:
    if not notes:
        return []
    if symbol.isdigit():
        return [BeatNote(beat, length, float(notes[min(int(symbol), len(notes)) - 1]), velocity)]
    if symbol == "t":
        notes = notes[1:]
    elif symbol == "b":
        notes = notes[:1]
    elif symbol == "u":
        notes = notes[-3:]
    spread = strum_ms * 1e-3 * cast.layout.tempo_bpm / 60.0 / max(1, len(notes) - 1)
    ordered = reversed(notes) if symbol == "u" else notes
    tilt = 0.02 if symbol in "Xxod" else 0.0
    return [
        BeatNote(beat + k * spread, max(0.05, length - k * spread), float(note), max(0.05, velocity * (1.0 - tilt * k)))
        for k, note in enumerate(ordered)
    ]


def play_pad(cast: Cast, part: Pad, name: str = "pad") -> tuple[BeatNote, ...]:
    """Chords held as long as they last; common notes are tied over."""
    voiced = Voiced(cast, part)
    tones: list[BeatNote] = []
    sounding: dict[float, int] = {}
    for bar in cast.layout.bars:
        if not cast.plays(name, bar):
            sounding = {}
            continue
        # A pad has few voices to keep: two touches are enough, and each note of it is made once.
        velocity = 0.75 if cast.energy[bar.position] > 0.6 else 0.625
        for start, end in _chord_beats(cast, bar):
            _, notes = voiced.at(start)
            fresh: dict[float, int] = {}
            for note in notes:
                midi = float(note)
                tied = sounding.get(midi)
                if (
                    tied is not None
                    and abs(tones[tied].beat + tones[tied].length - start) < 0.01
                    and tones[tied].length < 16
                    and start != bar.first
                ):
                    tones[tied] = tones[tied]._replace(length=end - tones[tied].beat)
                    fresh[midi] = tied
                else:
                    fresh[midi] = len(tones)
                    tones.append(BeatNote(start, end - start, midi, velocity))
            sounding = fresh
    if tones and cast.plays(name, cast.layout.bars[-1]):
        tones += [BeatNote(cast.end_beat, 4.0, float(note), 0.5) for note in voiced.ending]
    return tuple(tones)


def _chord_beats(cast: Cast, bar: ResultBar) -> list[tuple[float, float]]:
    first, end = float(bar.first), float(bar.first + bar.beats)
    starts = [first, *(s.start for s in cast.harmony if first < s.start < end)]
    return list(zip(starts, [*starts[1:], end], strict=True))


_ORDERS = ("up", "down", "up-down", "broken", "thumb")


def play_arp(cast: Cast, part: Arp) -> tuple[BeatNote, ...]:
    """A broken chord over the compass; each take breaks it another way."""
    human = cast.humaniser("arp")
    groove = cast.style.groove
    own = _ORDERS.index(part.order) + cast.seed
    tones: list[BeatNote] = []
    count = 0
    for bar in cast.layout.bars:
        if not cast.plays("arp", bar):
            count = 0
            continue
        strength = 0.5 + 0.34 * float(cast.energy[bar.position])
        # An answer breaks the chord another way.
        order = _ORDERS[(own + (phrase_at(bar).role == "answer")) % len(_ORDERS)]
        played = chords_in(part.steps, bar, groove, dice_at(cast.seed, cast.style.id, groove, "arp", bar))
        for step in lay(
            played, bar, cast.layout.meter, pace=cast.pace, swing=groove.swing, swing_unit=groove.swing_unit
        ):
            span = cast.chord(step.beat)
            ladder = _ladder(enriched(span.chord, span.key, cast.style.harmony), part.compass)
            if not ladder:
                continue
            if abs(step.beat - span.start) < 1e-3:
                count = 0
            midi = ladder[_rung(order, count, len(ladder))]
            count += 1
            velocity = strength * SYMBOL_VELOCITY[step.symbol] / 0.74 * (1.0 if step.sixteenth % 4 == 0 else 0.84)
            tones.append(
                BeatNote(
                    human.place(step.beat, step.sixteenth),
                    step.length * part.gate,
                    float(midi),
                    human.touch(min(1.0, velocity)),
                )
            )
    return tuple(tones)


def _ladder(chord: ChordSymbol, compass: tuple[int, int]) -> list[int]:
    tones = set(chord.pitch_classes)
    return notes_between(tones, *compass)[: max(4, 2 * len(tones))]


def _rung(order: str, count: int, size: int) -> int:
    match order:
        case "up":
            return count % size
        case "down":
            return size - 1 - count % size
        case "up-down":
            turn = count % max(1, 2 * size - 2)
            return turn if turn < size else 2 * size - 2 - turn
        case "broken":
            return (count % 2) * min(size - 1, 2) + (count // 2) % max(1, size - 2)
        case _:
            return 0 if count % 2 == 0 else 1 + (count // 2) % max(1, size - 1)
