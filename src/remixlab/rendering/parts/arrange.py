"""From a plan to the parts of the result: which stems of the master sound where, and what is played anew."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import ALL_STEMS, Audio, Stem
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.song import Origin
from remixlab.plan import RemixPlan, styles
from remixlab.plan.ops import Keep, Layer, Mute, Perform, Reharmonize, Restyle
from remixlab.plan.styles import Arp, Comping, Lead, Pad, Riff, Style
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts.bass import play_bass
from remixlab.rendering.parts.cast import Cast, energy_of, liveliness_of, scenes_of, voiced_beats
from remixlab.rendering.parts.comping import play_arp, play_chords, play_pad
from remixlab.rendering.parts.drums import play_drums, play_percussion
from remixlab.rendering.parts.fills import play_intro, play_landmarks, play_outro, play_risers
from remixlab.rendering.parts.harmony import ChordSpan, harmony_of
from remixlab.rendering.parts.lines import Line, Stroke, Tone
from remixlab.rendering.parts.melody import clean_line, melody_of, play_lead
from remixlab.rendering.parts.motif import play_riff
from remixlab.rendering.parts.transcribed import play_transcribed_drums
from remixlab.signal.instruments import INSTRUMENTS, KITS

COVER_STYLE = "folk-acoustic"
STEM_OF_PART: dict[str, Stem] = {"drums": Stem.DRUMS, "percussion": Stem.DRUMS, "bass": Stem.BASS, "lead": Stem.VOCALS}
_OTHER_PARTS = ("chords", "pad", "arp", "riff", "strings", "horns")


class Demand(NamedTuple):
    """One part that somebody shall play. Shape: mask (bars,)."""

    part: str
    style: str
    mask: NDArray[np.bool_]
    origin: Origin
    stem: Stem | None
    instrument: str | None = None
    gain_db: float = 0.0
    transcribed: bool = False


class Arrangement(NamedTuple):
    """Everything that sounds: where each stem of the master does, and the new lines. Shape: masks (bars,)."""

    master: dict[Stem, NDArray[np.bool_]]
    lines: tuple[Line, ...]
    harmony: tuple[ChordSpan, ...]
    melody: tuple[Tone, ...]
    lead_style: Style | None
    energy: NDArray[np.float64]


def arrange(plan: RemixPlan, layout: Layout, recording: Audio | None) -> Arrangement:
    """Write every new part of the result. `recording` lends its dynamics; a cover has none."""
    master, demands = demands_of(plan, layout)
    if not demands:
        return Arrangement(master, (), (), (), None, np.ones(len(layout.bars)))
    harmony = harmony_of(plan, layout)
    melody = melody_of(layout, harmony)
    heard = master[Stem.VOCALS].any() or any(d.part == "lead" for d in demands)
    accompanied = any(master[s].mean() > 0.5 for s in (Stem.DRUMS, Stem.BASS, Stem.OTHER))
    lively = liveliness_of(layout, recording)
    lines: list[Line] = []
    for style_id, origin in dict.fromkeys((d.style, d.origin) for d in demands):
        style = styles.load(style_id)
        scenes = scenes_of(layout, style, lively)
        voiced = voiced_beats(layout, melody if heard else ())
        layered = origin == "layered"
        cast = Cast(
            style, layout, harmony, melody, voiced, energy_of(layout, scenes, lively), plan.seed, layered or accompanied, layered, scenes
        )
        lines += _lines_for(cast, [d for d in demands if d.style == style_id and d.origin == origin])
    style = styles.load(next((d.style for d in demands if d.origin == "performed"), demands[0].style))
    energy = energy_of(layout, scenes_of(layout, style, lively), lively)
    return Arrangement(master, tuple(line for line in lines if not line.is_empty), harmony, melody, style, energy)


def demands_of(plan: RemixPlan, layout: Layout) -> tuple[dict[Stem, NDArray[np.bool_]], list[Demand]]:
    """Who owns which bars of each stem: the master, a style, or nobody."""
    count = len(layout.bars)
    cover = plan.kind == "cover"
    owner: dict[Stem, list[str | None]] = {
        stem: [COVER_STYLE if cover else ("" if stem in plan.stems else None)] * count for stem in ALL_STEMS
    }
    for op in plan.ops:
        if isinstance(op, Restyle):
            styles.load(op.style)
            for stem in op.on:
                if cover or stem in plan.stems:
                    _give(owner[stem], layout.mask_of(op.at), op.style)
    _cede_to_new_chords(plan, layout, owner)
    for op in plan.ops:
        if isinstance(op, Mute):
            for stem in op.on:
                _give(owner[stem], layout.mask_of(op.at), None)
    master = {stem: np.array([name == "" for name in owner[stem]]) for stem in ALL_STEMS}
    demands = [d for stem in ALL_STEMS for d in _performed(stem, owner[stem], plan)]
    return master, [*demands, *_added(plan, layout)]


def _give(owner: list[str | None], mask: NDArray[np.bool_], to: str | None) -> None:
    for index in np.flatnonzero(mask):
        owner[index] = to


def _cede_to_new_chords(plan: RemixPlan, layout: Layout, owner: dict[Stem, list[str | None]]) -> None:
    """Where the chords change, bass and other of the master would clash: they are played anew unless the plan keeps them."""
    if plan.kind == "cover":
        return
    kept = {stem for op in plan.ops if isinstance(op, Keep) for stem in op.on}
    style = next((op.style for op in plan.ops if isinstance(op, Restyle)), COVER_STYLE)
    for op in plan.ops:
        if isinstance(op, Reharmonize):
            mask = layout.mask_of(op.at)
            for stem in (Stem.BASS, Stem.OTHER):
                if stem not in kept:
                    for index in np.flatnonzero(mask):
                        owner[stem][index] = style if owner[stem][index] == "" else owner[stem][index]


def _performed(stem: Stem, owner: list[str | None], plan: RemixPlan) -> list[Demand]:
    """The parts that take a stem's place, for each style that owns some of its bars."""
    demands: list[Demand] = []
    for style in dict.fromkeys(name for name in owner if name):
        mask = np.array([name == style for name in owner])
        match stem:
            case Stem.VOCALS:
                parts: tuple[str, ...] = ("lead",)
            case Stem.DRUMS:
                parts = ("drums", "percussion")
            case Stem.BASS:
                parts = ("bass",)
            case Stem.OTHER:
                parts = _OTHER_PARTS
        chosen = _chosen_instruments(plan)
        for part in parts:
            line = {"lead": "melody", "drums": "drums", "bass": "bass", "chords": "chords"}.get(part, "")
            instrument = chosen.get(line, _band(style, part, plan.seed)) if plan.kind == "cover" else None
            demands.append(Demand(part, style, mask, "performed", stem, instrument))
    return demands


def _chosen_instruments(plan: RemixPlan) -> dict[str, str]:
    return {op.line: op.instrument for op in plan.ops if isinstance(op, Perform)}


def _band(style_id: str, part: str, seed: int) -> str | None:
    """Who plays a part of a cover: in the first take the style's own band, in others whoever else knows the part."""
    style = styles.load(style_id)
    match part:
        case "lead":
            first, others = style.cover.melody, style.lead.instruments
        case "chords":
            first, others = style.cover.chords, style.chords.instruments
        case "bass":
            first, others = style.cover.bass, style.bass.instruments
        case "drums":
            return style.cover.kit
        case _:
            return None
    options = list(dict.fromkeys((first, *others)))
    return options[seed % len(options)]


def _added(plan: RemixPlan, layout: Layout) -> list[Demand]:
    """Layers, and in a remix the lines that are played beside the master."""
    demands: list[Demand] = []
    for op in plan.ops:
        if isinstance(op, Layer):
            demands.append(Demand(op.part, op.style, layout.mask_of(op.at), "layered", STEM_OF_PART.get(op.part), None, op.gain_db))
        elif isinstance(op, Perform):
            _check_instrument(op)
            if plan.kind == "remix":
                part = {"melody": "lead", "chords": "chords", "bass": "bass", "drums": "drums"}[op.line]
                style = next((o.style for o in plan.ops if isinstance(o, Restyle | Layer)), COVER_STYLE)
                demands.append(
                    Demand(
                        part, style, layout.mask_of(op.at), "layered", STEM_OF_PART.get(part), op.instrument, op.gain_db, transcribed=True
                    )
                )
    return demands


def _check_instrument(op: Perform) -> None:
    known = KITS if op.line == "drums" else INSTRUMENTS
    if op.instrument not in known:
        kind = "kit" if op.line == "drums" else "instrument"
        raise InvalidPlan(
            [f"there is no {kind} '{op.instrument}'"], code="plan.unknown_instrument", hint=f"There are {', '.join(sorted(known))}."
        )


# ---------------------------------------------------------------- the lines of one style


def _lines_for(cast: Cast, demands: list[Demand]) -> list[Line]:
    lines: list[Line] = []
    kicks: tuple[Stroke, ...] = ()
    for demand in sorted(demands, key=lambda d: ("drums", "percussion").index(d.part) if d.part in ("drums", "percussion") else 2):
        made = [_masked(line, demand, cast.layout) for line in _play(cast, demand, kicks)]
        kicks = next((line.strokes for line in made if line.part == "drums"), kicks)
        lines += made
    if any(d.part == "drums" and d.origin == "performed" for d in demands) and not cast.partial:
        lines.append(_line(cast, "landmarks", "landmarks", cast.style.groove.kit, demands[0], strokes=play_landmarks(cast)))
    return lines


def _masked(line: Line, demand: Demand, layout: Layout) -> Line:
    """The line in its own bars only; a riser belongs to the bar that it arrives at."""
    if demand.mask.all() or demand.part == "riser":
        return line
    firsts = np.array([bar.first for bar in layout.bars])

    def inside(beat: float) -> bool:
        index = max(0, int(np.searchsorted(firsts, beat + 0.12, side="right")) - 1)
        return bool(demand.mask[index]) and (index < len(layout.bars) - 1 or beat < layout.beats_s.size - 0.5)

    return replace(line, tones=tuple(t for t in line.tones if inside(t.beat)), strokes=tuple(s for s in line.strokes if inside(s.beat)))


def _line(cast: Cast, name: str, part: str, instrument: str, demand: Demand, **played: object) -> Line:
    line = Line(name, part, instrument, demand.origin, cast.style.id, demand.stem, gain_db=demand.gain_db)
    return replace(line, **played)  # pyright: ignore[reportArgumentType]


def _play(cast: Cast, demand: Demand, kicks: tuple[Stroke, ...]) -> list[Line]:
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
                    cast, "percussion", "percussion", style.groove.percussion_kit or style.groove.kit, demand, strokes=play_percussion(cast)
                )
            ]
        case "bass":
            instrument = demand.instrument or cast.choose(style.bass.instruments)
            tones = _transcribed_bass(cast) if demand.transcribed else play_bass(cast, kicks)
            return [_line(cast, "bass", "bass", instrument, demand, tones=tones, level_db=style.bass.level_db, effects=style.bass.effects)]
        case "riser":
            return [_line(cast, "riser", "landmarks", style.groove.kit, demand, strokes=play_risers(cast, demand.mask))]
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
            return [_line(cast, part, part, instrument, demand, tones=tones, level_db=spec.level_db, pan=spec.pan, effects=spec.effects)]
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
                guest = Riff(instruments=(instrument,), compass=compass, density=0.9)
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
    """A part that was asked for by name where the style has no idea of its own for it: its chords' sound, held or broken."""
    if part == "pad":
        return Pad(instruments=style.chords.instruments)
    return Arp(instruments=style.chords.instruments) if part == "arp" else None


def _for_instrument(spec: Comping, instrument: str) -> Comping:
    """Comping in the compass, and for a guitar in the hand, of the instrument that was asked for."""
    found = INSTRUMENTS[instrument]
    low = max(spec.compass[0], found.lowest)
    high = min(spec.compass[1], found.highest)
    if high - low < 14:
        low, high = max(found.lowest, 48), min(found.highest, max(found.lowest, 48) + 24)
    changes: dict[str, object] = {"compass": (low, high)}
    if found.family == "guitar":
        changes |= {"voicing": "guitar", "strum_ms": max(spec.strum_ms, 14.0), "compass": (found.lowest, found.highest)}
    elif spec.voicing == "guitar":
        changes |= {"voicing": "close"}
    return spec.model_copy(update=changes)


def _compass_of(instrument: str, wished: tuple[int, int]) -> tuple[int, int]:
    """The singing range of an instrument, near the wished one."""
    found = INSTRUMENTS[instrument]
    low, high = max(wished[0], found.lowest), min(wished[1], found.highest)
    return (low, high) if high - low >= 14 else (found.lowest + 2, min(found.highest - 2, found.lowest + 28))


def _is_sparse(cast: Cast) -> bool:
    """Whether too little of a tune was heard to carry a cover."""
    bars = [bar for bar in cast.layout.bars if bar.label not in ("intro", "outro", "break")] or list(cast.layout.bars)
    sung = sum(1 for bar in bars if cast.voiced[bar.first : bar.first + bar.beats].any())
    return sung < 0.35 * len(bars)


def _transcribed_bass(cast: Cast) -> tuple[Tone, ...]:
    """The recording's own bass line, cleaned."""
    line = clean_line(cast.layout, cast.layout.source.bass, cast.harmony, centre=None)
    low, high = cast.style.bass.compass
    return tuple(t._replace(midi=t.midi + 12 * round(((low + high) / 2 - t.midi) / 12), velocity=0.75) for t in line)
