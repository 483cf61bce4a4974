"""Chord progression and reharmonisation: what was heard, moved to the key of the result, with other chords where
the plan asks."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

import numpy as np

from remixlab.domain.music import QUALITIES, Analysis, ChordSymbol, Key
from remixlab.plan.ops import Harmony, Reharmonize
from remixlab.plan.styles import Richness
from remixlab.rendering.layout import Layout, ResultBar


class ChordSpan(NamedTuple):
    """A chord over beats of the result, and the key it stands in."""

    start: float
    end: float
    chord: ChordSymbol
    key: Key


def harmony_of(layout: Layout) -> tuple[ChordSpan, ...]:
    """The chords of the whole result without gaps; at most two to a bar, changing where the bar divides."""
    source = _chords_by_bar(layout)
    changed = _reharmonized(layout, source)
    spans: list[ChordSpan] = []
    for bar in layout.bars:
        key = layout.key_at(bar)
        for start, end, chord in _halves(bar, changed[bar.position]):
            moved = chord.transposed(bar.semitones)
            if spans and spans[-1].chord == moved and spans[-1].key == key:
                spans[-1] = spans[-1]._replace(end=end)
            else:
                spans.append(ChordSpan(start, end, moved, key))
    return tuple(spans)


def chord_at(spans: tuple[ChordSpan, ...], beat: float) -> ChordSpan:
    """The chord that sounds at a beat; the last one rings on behind the end."""
    return spans[max(0, bisect_right(spans, beat + 1e-6, key=_start_of) - 1)]


def _start_of(span: ChordSpan) -> float:
    return span.start


def _halves(bar: ResultBar, chords: tuple[ChordSymbol, ...]) -> list[tuple[float, float, ChordSymbol]]:
    if len(chords) == 1 or chords[0] == chords[1]:
        return [(float(bar.first), float(bar.first + bar.beats), chords[0])]
    middle = bar.first + _division(bar.beats)
    return [(float(bar.first), float(middle), chords[0]), (float(middle), float(bar.first + bar.beats), chords[1])]


def _division(beats: int) -> int:
    """Where a bar divides: the third beat of four, the last of three, the fourth eighth of six."""
    return beats // 2 if beats % 2 == 0 else max(1, beats - 1)


def _chords_by_bar(layout: Layout) -> list[tuple[ChordSymbol, ...]]:
    """One or two chords for each bar of the result, as heard in the source."""
    analysis = layout.source
    heard = _believable(analysis)
    tonic = ChordSymbol(layout.key.tonic, "maj" if layout.key.mode == "major" else "min")
    memory: dict[int, tuple[ChordSymbol, ...]] = {}
    result: list[tuple[ChordSymbol, ...]] = []
    last = next((c for _, _, c in heard if c.root is not None), tonic)
    for bar in layout.bars:
        if bar.source not in memory:
            middle = bar.source_s[_division(bar.beats)] if bar.beats > 1 else bar.source_s[-1]
            first = _loudest(heard, bar.source_s[0], middle) or last
            second = _loudest(heard, middle, bar.source_s[-1]) or first
            memory[bar.source] = (first, second)
        result.append(memory[bar.source])
        last = memory[bar.source][1]
    return result


def _believable(analysis: Analysis) -> list[tuple[float, float, ChordSymbol]]:
    """What was heard without the chords that are foreign to the key and hardly ever come: those were misheard."""
    heard = [(c.start_s, c.end_s, c.parsed) for c in analysis.chords]
    lasting: Counter[ChordSymbol] = Counter()
    for start, end, chord in heard:
        lasting[chord] += end - start  # pyright: ignore[reportArgumentType]
    total = max(1e-6, sum(t for chord, t in lasting.items() if chord.root is not None))
    key = analysis.parsed_key
    scale = {*key.scale, (key.tonic + 11) % 12} if key.mode == "minor" else set(key.scale)

    def fits(chord: ChordSymbol) -> bool:
        foreign = sum(1 for pc in chord.pitch_classes[:3] if pc not in scale)
        return chord.root is not None and (foreign == 0 or lasting[chord] / total > (0.035 if foreign == 1 else 0.08))

    return [(start, end, chord) for start, end, chord in heard if fits(chord)]


def _loudest(heard: list[tuple[float, float, ChordSymbol]], start: float, end: float) -> ChordSymbol | None:
    """The chord that sounds longest between two moments."""
    lasting: Counter[ChordSymbol] = Counter()
    for begin, stop, chord in heard:
        overlap = min(stop, end) - max(begin, start)
        if overlap > 0 and chord.root is not None:
            lasting[chord] += overlap  # pyright: ignore[reportArgumentType]
    return lasting.most_common(1)[0][0] if lasting else None


# ---------------------------------------------------------------- other chords under the same melody


def _reharmonized(layout: Layout, chords: list[tuple[ChordSymbol, ...]]) -> list[tuple[ChordSymbol, ...]]:
    result = list(chords)
    for op, inside in layout.verbs:
        if not isinstance(op, Reharmonize):
            continue
        given = _given_chords(op, layout.key)
        turn = 0
        for bar in layout.bars:
            if not inside[bar.position]:
                turn = 0
                continue
            if given:
                chord = given[turn % len(given)]
                result[bar.position] = (chord, chord)
            elif op.manner:
                melody = [_melody_weights(layout, bar, half) for half in (0, 1)]
                result[bar.position] = _in_manner(op.manner, result[bar.position], layout.key, melody, bar)
            turn += 1
    return result


def _given_chords(op: Reharmonize, key: Key) -> list[ChordSymbol]:
    """Given chords in the key of the source; written in another key they move along."""
    move = 0 if op.key is None else (key.tonic - Key.parse(op.key).tonic) % 12
    return [ChordSymbol.parse(text).transposed(move) for text in op.chords or ()]


def _melody_weights(layout: Layout, bar: ResultBar, half: int) -> np.ndarray:
    """How long each pitch class is sung in a half of the source bar."""
    middle = bar.source_s[_division(bar.beats)] if bar.beats > 1 else bar.source_s[-1]
    start, end = (bar.source_s[0], middle) if half == 0 else (middle, bar.source_s[-1])
    weights = np.zeros(12)
    for note in layout.source.melody:
        overlap = min(note.end_s, end) - max(note.start_s, start)
        if overlap > 0:
            weights[round(note.midi) % 12] += overlap
    return weights


def _in_manner(
    manner: Harmony, chords: tuple[ChordSymbol, ...], key: Key, melody: list[np.ndarray], bar: ResultBar
) -> tuple[ChordSymbol, ...]:
    return tuple(_best(_candidates(manner, chord, key, bar, half), melody[half]) for half, chord in enumerate(chords))


def _best(candidates: list[tuple[ChordSymbol, float]], melody: np.ndarray) -> ChordSymbol:
    """The candidate that the melody fits best; its own weight decides where there is no melody."""
    sung = melody / max(1e-6, melody.sum())

    def merit(item: tuple[ChordSymbol, float]) -> float:
        chord, weight = item
        tones = set(chord.pitch_classes)
        rubs = {(pc + 1) % 12 for pc in tones} - tones
        return weight + 1.2 * sum(sung[pc] for pc in tones) - 1.5 * sum(sung[pc] for pc in rubs)

    return max(candidates, key=merit)[0]


def _candidates(
    manner: Harmony, chord: ChordSymbol, key: Key, bar: ResultBar, half: int
) -> list[tuple[ChordSymbol, float]]:
    if chord.root is None:
        return [(chord, 0.0)]
    root, minor = chord.root, _is_minor(chord)
    scale = set(key.scale)
    relative = ChordSymbol((root + 9) % 12, "min") if not minor else ChordSymbol((root + 3) % 12, "maj")
    match manner:
        case "minor":
            mediant = ChordSymbol((root + 4) % 12, "min")
            return [(chord, 0.6)] if minor else [(relative, 1.0), (mediant, 0.7 if mediant.root in scale else 0.2)]
        case "major":
            under = ChordSymbol((root + 8) % 12, "maj")
            return [(relative, 1.0), (under, 0.7 if under.root in scale else 0.2)] if minor else [(chord, 0.6)]
        case "jazz":
            return _jazz(chord, key, bar, half)
        case "dark":
            low = (
                ChordSymbol((key.tonic + 8) % 12, "maj7")
                if key.mode == "minor"
                else ChordSymbol((key.tonic + 9) % 12, "min7")
            )
            own = ChordSymbol(root, "minadd9") if minor else relative._replace(quality="min7")
            return [(own, 1.0), (low, 0.55), (ChordSymbol(root, "sus2"), 0.35)]
        case "simple":
            degrees = (0, 5, 7, 9) if key.mode == "major" else (0, 5, 7, 8)
            home = [ChordSymbol((key.tonic + d) % 12, _diatonic_triad((key.tonic + d) % 12, key)) for d in degrees]
            return [(c, 1.0 if c.root == root else 0.3) for c in home]


def _jazz(chord: ChordSymbol, key: Key, bar: ResultBar, half: int) -> list[tuple[ChordSymbol, float]]:
    """Four-note chords; the second half of a bar may prepare what follows."""
    rich = enriched(chord, key, "ninth")
    found = [(rich, 1.0)]
    root = chord.root or 0
    if half == 1 and bar.place % 2 == 1:
        found.append((ChordSymbol((root + 7) % 12, "min7"), 0.8))
        found.append((ChordSymbol((root + 1) % 12, "7"), 0.45))
    if not _is_minor(chord):
        found.append((ChordSymbol((root + 9) % 12, "min7"), 0.5))
    return found


_WITHOUT_NINTH = {
    "9": "7", "13": "7", "7b9": "7", "7alt": "7", "maj9": "maj7", "min9": "min7", "add9": "maj", "minadd9": "min",
}  # fmt: skip


def _is_minor(chord: ChordSymbol) -> bool:
    return 3 in QUALITIES[chord.quality] and 4 not in QUALITIES[chord.quality]


def _diatonic_triad(root: int, key: Key) -> str:
    scale = set(key.scale)
    third = 3 if (root + 3) % 12 in scale and (root + 4) % 12 not in scale else 4
    return "min" if third == 3 else "maj"


def enriched(chord: ChordSymbol, key: Key, richness: Richness) -> ChordSymbol:
    """The chord with the colour that a style likes, from the notes of the key; what is already rich stays, but plain
    styles play no ninths."""
    if richness == "triad":
        return chord._replace(quality=_WITHOUT_NINTH.get(chord.quality, chord.quality))
    if chord.root is None or chord.quality not in ("maj", "min", "7", "maj7", "min7"):
        return chord
    scale = set(key.scale)
    root, base = chord.root, chord.quality[:3]
    if richness == "sixth":
        return chord._replace(
            quality="maj6" if base == "maj" and (root + 9) % 12 in scale else {"min": "min7"}.get(base, chord.quality)
        )
    ninth = richness == "ninth" and (root + 2) % 12 in scale
    if base == "min":
        return chord._replace(quality="min9" if ninth else "min7")
    dominant = base == "7" or ((root + 10) % 12 in scale and (root - key.tonic) % 12 == 7)
    if dominant:
        return chord._replace(quality="9" if ninth else "7")
    if (root + 11) % 12 in scale:
        return chord._replace(quality="maj9" if ninth else "maj7")
    return chord._replace(quality="add9" if ninth else chord.quality)
