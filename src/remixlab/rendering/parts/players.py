"""The players of one style at work: what each demanded part becomes, on which instrument."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from remixlab.domain.notes import BeatHit
from remixlab.plan.styles import Arp, Comping, Lead, Pad, Riff, Style
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts.bass import play_bass
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.comping import play_arp, play_chords, play_pad
from remixlab.rendering.parts.demands import Demand
from remixlab.rendering.parts.drums import play_drums, play_percussion
from remixlab.rendering.parts.fills import LANDMARKS, play_intro, play_outro, play_risers, play_risers_and_impacts
from remixlab.rendering.parts.lines import Line
from remixlab.rendering.parts.melody import play_lead
from remixlab.rendering.parts.motif import play_riff
from remixlab.rendering.parts.transcribed import play_transcribed_bass, play_transcribed_drums
from remixlab.signal.instruments import INSTRUMENTS, KITS

_EARLY_BEATS = 0.12
"""How much before a bar line a note still belongs to the bar that it leads into: a player who rushes has not changed
the bar."""
_LEAST_COMPASS = 14
"""Semitones, an octave and a tone: in less than that chords cannot change their inversion, nor tunes be sung."""
_STRUM_MS = 14.0
"""The least that a guitar spreads its strings by."""
_SUNG_SHARE_MIN = 0.35
"""Of the bars: with less of a tune than that a cover's lead also plays riffs of its own."""
_GUEST_DENSITY = 0.9
"""How dense these riffs are: nearly all bars, since nobody else leads."""


def lines_of(cast: Cast, demands: list[Demand]) -> list[Line]:
    """Play every part that is demanded of one style; bass and chords hear the drums that were played before them."""
    lines: list[Line] = []
    kicks: tuple[BeatHit, ...] = ()
    for demand in sorted(
        demands, key=lambda d: ("drums", "percussion").index(d.part) if d.part in ("drums", "percussion") else 2
    ):
        made = [_masked(line, demand, cast.layout) for line in _play(cast, demand, kicks)]
        kicks = next((line.strokes for line in made if line.part == "drums"), kicks)
        lines += made
    if any(d.part == "drums" and d.origin == "performed" for d in demands) and not cast.partial:
        lines.append(
            _line(cast, LANDMARKS, LANDMARKS, cast.style.groove.kit, demands[0], strokes=play_risers_and_impacts(cast))
        )
    return lines


def _masked(line: Line, demand: Demand, layout: Layout) -> Line:
    """The line in its own bars only; a riser belongs to the bar that it arrives at."""
    if demand.mask.all() or demand.part == "riser":
        return line
    firsts = np.array([bar.first for bar in layout.bars])

    def inside(beat: float) -> bool:
        index = max(0, int(np.searchsorted(firsts, beat + _EARLY_BEATS, side="right")) - 1)
        return bool(demand.mask[index]) and (index < len(layout.bars) - 1 or beat < layout.beats_s.size - 0.5)

    return replace(
        line,
        tones=tuple(t for t in line.tones if inside(t.beat)),
        strokes=tuple(s for s in line.strokes if inside(s.beat)),
    )


def _line(cast: Cast, name: str, part: str, instrument: str, demand: Demand, **played: object) -> Line:
    line = Line(
        name=name,
        part=part,
        instrument=instrument,
        origin=demand.origin,
        style=cast.style.id,
        stem=demand.stem,
        gain_db=demand.gain_db,
    )
    return replace(line, **played)  # pyright: ignore[reportArgumentType]


def _play(cast: Cast, demand: Demand, kicks: tuple[BeatHit, ...]) -> list[Line]:
    """What one demand becomes."""
    style, part = cast.style, demand.part
    kit = demand.instrument if demand.instrument in KITS else style.groove.kit
    match part:
        case "drums":
            strokes = play_transcribed_drums(cast) if demand.transcribed else play_drums(cast)
            return [_line(cast, "drums", "drums", kit or style.groove.kit, demand, strokes=strokes)]
        case "percussion":
            return [
                _line(
                    cast,
                    "percussion",
                    "percussion",
                    style.groove.percussion_kit or style.groove.kit,
                    demand,
                    strokes=play_percussion(cast),
                )
            ]
        case "bass":
            instrument = demand.instrument or cast.choose(style.bass.instruments)
            tones = play_transcribed_bass(cast) if demand.transcribed else play_bass(cast, kicks)
            return [
                _line(
                    cast,
                    "bass",
                    "bass",
                    instrument,
                    demand,
                    tones=tones,
                    level_db=style.bass.level_db,
                    effects=style.bass.effects,
                )
            ]
        case "riser":
            return [_line(cast, "riser", LANDMARKS, style.groove.kit, demand, strokes=play_risers(cast, demand.mask))]
        case "intro" | "outro":
            strokes = play_intro(cast, demand.mask) if part == "intro" else play_outro(cast, demand.mask)
            return [_line(cast, part, "drums", style.groove.kit, demand, strokes=strokes)]
        case _:
            return _play_pitched(cast, demand)


def _play_pitched(cast: Cast, demand: Demand) -> list[Line]:
    style, part = cast.style, demand.part
    spec = _spec(style, part) or (_stand_in(style, part) if demand.origin == "layered" else None)
    if spec is None:
        return []
    instrument = demand.instrument or cast.choose(spec.instruments)
    match spec:
        case Comping():
            if demand.instrument:
                spec = _for_instrument(spec, demand.instrument)
            tones = play_chords(cast, spec, part)
            return [
                _line(
                    cast,
                    part,
                    part,
                    instrument,
                    demand,
                    tones=tones,
                    level_db=spec.level_db,
                    pan=spec.pan,
                    effects=spec.effects,
                )
            ]
        case Pad():
            tones = play_pad(cast, spec, part)
        case Arp():
            tones = play_arp(cast, spec)
        case Riff():
            tones = play_riff(cast, spec)
        case Lead():
            compass = _compass_of(instrument, spec.compass)
            tones = play_lead(cast, cast.melody, spec, compass)
            if _is_sparse(cast):
                guest = Riff(instruments=(instrument,), compass=compass, density=_GUEST_DENSITY)
                tones = tuple(sorted((*tones, *play_riff(cast, guest, everywhere=True))))
    return [_line(cast, part, part, instrument, demand, tones=tones, level_db=spec.level_db, effects=spec.effects)]


def _spec(style: Style, part: str) -> Comping | Pad | Arp | Riff | Lead | None:
    match part:
        case "chords":
            return style.chords
        case "horns":
            return style.horns
        case "pad":
            return style.pad
        case "strings":
            return style.strings
        case "arp":
            return style.arp
        case "riff":
            return style.riff
        case "lead":
            return style.lead
        case _:
            raise AssertionError(part)


def _stand_in(style: Style, part: str) -> Pad | Arp | None:
    """A part that was asked for by name where the style has no idea of its own for it: its chords' sound, held or
    broken."""
    if part == "pad":
        return Pad(instruments=style.chords.instruments)
    return Arp(instruments=style.chords.instruments) if part == "arp" else None


def _for_instrument(spec: Comping, instrument: str) -> Comping:
    """Comping in the compass, and for a guitar in the hand, of the instrument that was asked for."""
    found = INSTRUMENTS[instrument]
    low = max(spec.compass[0], found.lowest)
    high = min(spec.compass[1], found.highest)
    if high - low < _LEAST_COMPASS:
        low, high = max(found.lowest, 48), min(found.highest, max(found.lowest, 48) + 24)
    changes: dict[str, object] = {"compass": (low, high)}
    if found.family == "guitar":
        changes |= {
            "voicing": "guitar",
            "strum_ms": max(spec.strum_ms, _STRUM_MS),
            "compass": (found.lowest, found.highest),
        }
    elif spec.voicing == "guitar":
        changes |= {"voicing": "close"}
    return spec.model_copy(update=changes)


def _compass_of(instrument: str, wished: tuple[int, int]) -> tuple[int, int]:
    """The singing range of an instrument, near the wished one."""
    found = INSTRUMENTS[instrument]
    low, high = max(wished[0], found.lowest), min(wished[1], found.highest)
    return (
        (low, high) if high - low >= _LEAST_COMPASS else (found.lowest + 2, min(found.highest - 2, found.lowest + 28))
    )


def _is_sparse(cast: Cast) -> bool:
    """Whether too little of a tune was heard to carry a cover."""
    bars = [bar for bar in cast.layout.bars if bar.label not in ("intro", "outro", "break")] or list(cast.layout.bars)
    sung = sum(1 for bar in bars if cast.voiced[bar.first : bar.first + bar.beats].any())
    return sung < _SUNG_SHARE_MIN * len(bars)
