"""Another seed is another good idea: two takes of a style differ in what is played, not only in how long a hand
hesitates.
"""

from __future__ import annotations

import pytest

from remixlab.domain.material import Material
from remixlab.plan import cover, styles
from remixlab.rendering import timeline
from remixlab.rendering.parts.arrange import Arrangement
from remixlab.rendering.parts.lines import Line

PARTS = ("drums", "bass", "chords", "riff", "arp", "lead", "pad")


def arranged(song: Material, style: str, seed: int) -> Arrangement:
    return timeline(cover("x").restyle("vocals", "drums", "bass", "other", style=style).seeded(seed), song).arrangement


def notes_of(line: Line) -> set[tuple[int, object]]:
    """What is played on which sixteenth, without the hand's own timing."""
    return {(round(s.beat * 4), s.piece) for s in line.strokes} | {
        (round(t.beat * 4), round(t.midi)) for t in line.tones
    }


def difference(one: Arrangement, other: Arrangement, part: str) -> float:
    """Share of the notes of a part that only one of two takes plays; 1 where another instrument plays it."""
    first, second = (next((line for line in a.lines if line.part == part), None) for a in (one, other))
    if first is None or second is None:
        return 0.0 if first is second else 1.0
    a, b = notes_of(first), notes_of(second)
    return 1.0 if first.instrument != second.instrument else 1 - len(a & b) / max(1, len(a | b))


@pytest.mark.parametrize("style", styles.ids())
def test_three_takes_differ_in_at_least_three_parts(song: Material, style: str) -> None:
    takes = [arranged(song, style, seed) for seed in (0, 1, 2)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        different = [part for part in PARTS if difference(takes[one], takes[other], part) > 0.15]
        assert len(different) >= 3, (one, other, different)


def test_the_same_seed_is_the_same_take(song: Material) -> None:
    assert arranged(song, "house", 2).lines == arranged(song, "house", 2).lines


@pytest.mark.parametrize("style", ["house", "folk-acoustic", "reggae"])
def test_a_counter_melody_answers_only_where_no_new_syllable_falls(song: Material, style: str) -> None:
    made = arranged(song, style, 0)
    riff = next((line for line in made.lines if line.part == "riff"), None)
    assert riff is not None and riff.tones
    sung = [tone.beat for tone in made.melody]
    clashes = [t for t in riff.tones if any(abs(int(t.beat + 0.1) - int(b + 0.1)) == 0 for b in sung)]
    assert len(clashes) <= 0.15 * len(riff.tones)
