"""Drums and percussion: patterns by scene, fills at the borders of the form, humanised."""

from __future__ import annotations

from remixlab.band import SYMBOL_VELOCITY, Humaniser, hat_accent
from remixlab.domain.notes import BeatHit
from remixlab.plan.styles import steps_of
from remixlab.rendering.layout import ResultBar
from remixlab.rendering.parts.builds import builds_in
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.patterns import lay
from remixlab.rendering.parts.phrasing import dice_at, fill_beats, fill_strength, kit_in

_RIGHT_HAND = frozenset({"hat", "open-hat", "pedal-hat", "ride", "shaker", "tambourine", "cowbell", "guiro"})
_PERCUSSION_CHANGES_MAX = 1
"""A conga or a shaker keeps its pattern nearly as it is: others vary over it."""


def play_drums(cast: Cast) -> tuple[BeatHit, ...]:
    """The kit over the whole result."""
    groove = cast.style.groove
    human = cast.humaniser("drums")
    strokes: list[BeatHit] = []
    filled = False
    for bar in cast.layout.bars:
        if not cast.plays("drums", bar) or cast.scene(bar).groove == "none":
            filled = False
            continue
        if filled or (bar.place == 0 and bar.position > 0 and bar.label in ("chorus", "solo")):
            strokes += _crash(cast, bar)
        fill_from = _fill_from(cast, bar)
        until = min(fill_from, cast.drop_from(bar))
        pattern = kit_in(_pattern(cast, bar), bar, groove, dice_at(cast.seed, cast.style.id, groove, "drums", bar))
        strokes += strike_bar(cast, bar, pattern, human, 0.0, until)
        filled = fill_from < bar.beats
        if filled:
            fill = groove.fill[(bar.section + bar.place // 8 + cast.seed) % len(groove.fill)]
            led = strike_bar(cast, bar, fill, human, fill_from, cast.drop_from(bar))
            strokes += fill_strength(led, bar, fill_from)
        if cast.is_last_bar(bar):
            strokes += [BeatHit(cast.end_beat, "kick", 0.8)]
            strokes += [BeatHit(cast.end_beat, "crash", 0.6)] if groove.crash else []
    return tuple(strokes)


def play_percussion(cast: Cast) -> tuple[BeatHit, ...]:
    """Shakers, congas and their kin; from the style's percussion, or a shaker where it names none."""
    patterns = cast.style.groove.percussion or ({"shaker": "o.x.o.x.o.x.o.x."},)
    human = cast.humaniser("percussion")
    groove, pattern = cast.style.groove, cast.choose(patterns)
    strokes: list[BeatHit] = []
    for bar in cast.layout.bars:
        if cast.plays("percussion", bar):
            dice = dice_at(cast.seed, cast.style.id, groove, "percussion", bar)
            played = kit_in(pattern, bar, groove, dice, _PERCUSSION_CHANGES_MAX)
            strokes += strike_bar(cast, bar, played, human, 0.0, cast.drop_from(bar))
    return tuple(strokes)


def _pattern(cast: Cast, bar: ResultBar) -> dict[str, str]:
    """A take's pattern for the scene; the second half of a long section turns to its neighbour."""
    groove = cast.style.groove
    scene = cast.scene(bar).groove
    if scene == "break" and groove.break_ and not cast.partial:
        return cast.choose(groove.break_)
    options = groove.chorus if scene == "chorus" else groove.verse
    turn = 1 if bar.length >= 8 and bar.place >= bar.length // 2 and bar.occurrence > 1 else 0
    return options[(cast.seed + turn) % len(options)]


def _fill_from(cast: Cast, bar: ResultBar) -> float:
    """The beat from which a fill takes over; the bar's length when there is none."""
    if cast.scene(bar).groove == "break" and bar.next_label != "chorus":
        return float(bar.beats)
    if builds_in(cast, bar):
        return float(bar.beats)  # a roll leads there
    if bar.is_last_of_section and bar.next_label is not None:
        return bar.beats - fill_beats(bar, dice_at(cast.seed, cast.style.id, cast.style.groove, "fill", bar))
    every = cast.style.groove.fill_every_bars
    if bar.length > every and (bar.place + 1) % every == 0:
        return bar.beats - 1.0
    return float(bar.beats)


def _crash(cast: Cast, bar: ResultBar) -> list[BeatHit]:
    if not cast.style.groove.crash or (bar.place and bar.label not in ("chorus", "solo")):
        return []
    return [BeatHit(float(bar.first), "crash", 0.45 + 0.4 * float(cast.energy[bar.position]))]


def strike_bar(
    cast: Cast, bar: ResultBar, pattern: dict[str, str], human: Humaniser, begin: float, end: float
) -> list[BeatHit]:
    """The strokes of one bar between two of its beats."""
    groove = cast.style.groove
    strength = 0.66 + 0.36 * float(cast.energy[bar.position])
    strokes: list[BeatHit] = []
    for piece, steps in pattern.items():
        late = groove.late_ms.get(piece, 0.0)
        for step in lay(
            steps_of(steps), bar, cast.layout.meter, pace=cast.pace, swing=groove.swing, swing_unit=groove.swing_unit
        ):
            inside = step.beat - bar.first
            if not begin - 1e-6 <= inside < end - 1e-6:
                continue
            velocity = SYMBOL_VELOCITY[step.symbol] * strength
            if piece in _RIGHT_HAND:
                velocity *= hat_accent(groove.accents, step.sixteenth)
            strokes.append(BeatHit(human.place(step.beat, step.sixteenth, late), piece, human.touch(velocity)))
    return strokes
