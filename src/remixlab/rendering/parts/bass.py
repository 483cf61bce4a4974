"""Bass lines: the style's steps on the song's chords, locked with the kick, walking into what follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from remixlab.band import nearest_note
from remixlab.domain.music import QUALITIES
from remixlab.domain.notes import BeatHit, BeatNote
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.harmony import ChordSpan
from remixlab.rendering.parts.patterns import Step, lay
from remixlab.rendering.parts.phrasing import bass_in, dice_at

_PULL = 0.5
"""How much a bass note leans to the lower third of its compass: half a semitone for each, so that lines do not climb
away."""
_LOCKED_BEATS = 0.09
"""A bass note so near to a kick is played with it."""
_DEAD_AHEAD_BEATS = 0.3
"""A dead note a sixteenth before a change already lies on the string of what comes."""


def play_bass(cast: Cast, kicks: Sequence[BeatHit]) -> tuple[BeatNote, ...]:
    """The bass over the whole result. `kicks` are the strokes of the drums that it locks with."""
    bass = cast.style.bass
    human = cast.humaniser("bass")
    struck = np.sort([s.beat for s in kicks if s.piece in ("kick", "surdo")])
    verse, chorus = cast.choose(bass.verse, 2), cast.choose(bass.chorus, 2)
    tones: list[BeatNote] = []
    root = float(sum(bass.compass)) / 2 - 4
    founded = -1.0
    groove = cast.style.groove
    for bar in cast.layout.bars:
        if not cast.plays("bass", bar):
            continue
        scene = cast.scene(bar).groove
        line = chorus if scene == "chorus" else verse
        strength = 0.62 + 0.3 * float(cast.energy[bar.position])
        played = bass_in(line.steps, bar, groove, dice_at(cast.seed, cast.style.id, groove, "bass", bar))
        steps = list(
            lay(played, bar, cast.layout.meter, pace=cast.pace, swing=groove.swing, swing_unit=groove.swing_unit)
        )
        if scene in ("break", "none"):
            steps = _held(steps, cast, bar.first, bar.beats)
        for step in steps:
            if step.beat - bar.first >= cast.drop_from(bar) - 1e-6:
                continue
            span = cast.chord(step.beat + (_DEAD_AHEAD_BEATS if step.symbol == "x" else 0.0))
            if span.start != founded and step.symbol not in "x8" and span.end - step.beat > 0.6:
                # Whatever the pattern goes on to do, a chord is first heard over its root.
                founded, step = span.start, step._replace(symbol="1")
            midi = _pitch(step, span, cast, root, tones)
            if midi is None:
                continue
            if step.symbol in "18b":
                root = midi if step.symbol == "1" else root
            locked = struck.size and float(np.abs(struck - step.beat).min()) < _LOCKED_BEATS
            velocity = (
                strength
                * (0.45 if step.symbol == "x" else 1.0)
                * (1.06 if locked else 0.96)
                * (1.0 if step.sixteenth % 4 == 0 else 0.92)
            )
            length = (
                min(0.12, step.length)
                if step.symbol == "x"
                else min(step.length * line.gate, max(0.1, span.end - step.beat + 0.02))
            )
            tones.append(BeatNote(human.place(step.beat, step.sixteenth), length, midi, human.touch(velocity)))
    return _with_ending(tuple(tones), cast)


def _held(steps: list[Step], cast: Cast, first: int, beats: int) -> list[Step]:
    """One long note for each chord of the bar."""
    starts = sorted({float(first), *(s.start for s in cast.harmony if first < s.start < first + beats)})
    ends = [*starts[1:], float(first + beats)]
    return [Step(a, "1", b - a, 0) for a, b in zip(starts, ends, strict=True)]


def _with_ending(tones: tuple[BeatNote, ...], cast: Cast) -> tuple[BeatNote, ...]:
    """The root once more where the last bar ends."""
    if not tones or not cast.plays("bass", cast.layout.bars[-1]):
        return tones
    chord = cast.ending
    root = _near(chord.root or 0, tones[-1].midi, cast.style.bass.compass)
    return (*tones, BeatNote(cast.end_beat, 3.0, root, 0.7))


def _pitch(step: Step, span: ChordSpan, cast: Cast, root: float, tones: Sequence[BeatNote]) -> float | None:
    chord, compass = span.chord, cast.style.bass.compass
    if chord.root is None:
        return None
    steps = QUALITIES[chord.quality]
    ground = _near(chord.root, root, compass)
    onset = abs(step.beat - span.start) < 1.1
    match step.symbol:
        case "1" | "x":
            if chord.bass is not None and onset:
                return _near(chord.bass, root, compass)
            return ground
        case "8":
            return ground + 12 if ground + 12 <= compass[1] + 7 else ground
        case "3":
            return _above(ground, steps[1] if len(steps) > 1 else 7, compass)
        case "5":
            return _above(ground, _fifth(steps), compass)
        case "b":
            low = ground + _fifth(steps) - 12
            return low if low >= compass[0] - 3 else low + 12
        case "7":
            return _above(ground, steps[3] if len(steps) > 3 and steps[3] < 12 else 7, compass)
        case "a":
            return _approach(step, cast, ground, span)
        case "w":
            return _walk(step, cast, tones[-1].midi if tones else ground, span)
        case _:
            return None


def _fifth(steps: tuple[int, ...]) -> int:
    return next((s for s in steps if s in (6, 7, 8)), 7)


def _near(pitch_class: int, around: float, compass: tuple[int, int]) -> float:
    """The octave of a pitch class nearest to a note, inside the compass."""
    centre = (compass[0] * 2 + compass[1]) / 3
    found = nearest_note((pitch_class % 12,), around, *compass, pull=_PULL, centre=centre)
    if found is None:
        found = nearest_note((pitch_class % 12,), centre, compass[0] - 12, compass[0] + 12)
    assert found is not None
    return float(found)


def _above(ground: float, interval: int, compass: tuple[int, int]) -> float:
    return ground + interval if ground + interval <= compass[1] + 3 else ground + interval - 12


def _approach(step: Step, cast: Cast, ground: float, span: ChordSpan) -> float:
    """A step from below or above into the root that comes next; a passing fifth where the chord stays."""
    following = cast.chord(step.beat + step.length + 0.05)
    if following.chord.root is None or following.chord.root == span.chord.root:
        return _above(ground, 7, cast.style.bass.compass)
    target = _near(following.chord.root, ground, cast.style.bass.compass)
    scale = set(following.key.scale)
    from_below = ground < target
    options = [target - 1, target - 2] if from_below else [target + 1, target + 2]
    inside = [m for m in options if int(m) % 12 in scale]
    return (inside or options)[0]


def _walk(step: Step, cast: Cast, last: float, span: ChordSpan) -> float:
    """One step of the scale towards the next root, or round the chord while there is time."""
    following = cast.chord(span.end + 0.05).chord
    compass = cast.style.bass.compass
    target = _near(following.root if following.root is not None else 0, last, compass)
    left = span.end - step.beat
    scale = sorted({*span.key.scale, *span.chord.pitch_classes})
    if left <= 1.01:
        return _approach(step, cast, last, span)
    direction = 1 if target >= last else -1
    if abs(target - last) < 3:
        direction = 1 if last < sum(compass) / 2 else -1
    strong = (step.beat - span.start + 0.1) % 2 < 0.2
    allowed = set(span.chord.pitch_classes[:3]) if strong else set(scale)
    for distance in (3, 4, 5, 2, 7) if strong else (2, 1, 3, 4):
        candidate = last + direction * distance
        if int(candidate) % 12 in allowed and compass[0] - 2 <= candidate <= compass[1] + 2:
            return candidate
    return last
