"""What a musician expects of each style before hearing it: pace, kit, where kick and backbeat land, how bass and chords
move.

The facts are written from the tradition of each style, not read from its file; the last tests hold them against what is
played.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from remixlab.band import PAIR_BEATS, swung
from remixlab.domain.material import Material
from remixlab.plan import cover, styles
from remixlab.plan.styles import steps_of, steps_per_beat_of
from remixlab.rendering import timeline
from remixlab.rendering.parts.patterns import pace_of

FOUR, TWO_FOUR, ONE_THREE, THREE = (0, 4, 8, 12), (4, 12), (0, 8), (8,)


class Fact(NamedTuple):
    """Unit: steps are sixteenths of a bar; the backbeat is what falls on them, whichever piece plays it."""

    bpm: float
    kit: str
    kick: tuple[int, ...]
    backbeat: tuple[str, tuple[int, ...]]
    feel: str
    bass: str
    chords: str


FACTS = {
    "afrobeats": Fact(104, "afro-kit", (0, 6), ("snare", (3, 6)), "swung", "syncopated", "syncopated"),
    "amapiano": Fact(112, "afro-kit", FOUR, ("log-drum", (0, 3, 13)), "swung", "syncopated", "syncopated"),
    "ambient": Fact(66, "brush-kit", (), ("tom-low", (0,)), "straight", "long", "broken"),
    "bluegrass": Fact(130, "brush-kit", ONE_THREE, ("rim", TWO_FOUR), "straight", "two-beat", "boom-chick"),
    "blues": Fact(92, "acoustic-kit", ONE_THREE, ("snare", TWO_FOUR), "triplets", "walking", "shuffled"),
    "boom-bap": Fact(92, "lofi-kit", (0,), ("snare", TWO_FOUR), "swung", "syncopated", "syncopated"),
    "bossa-nova": Fact(72, "brush-kit", (0, 3), ("rim", (0, 3, 6, 10, 13)), "straight", "two-beat", "syncopated"),
    "chiptune": Fact(140, "chip-kit", (0,), ("snare", TWO_FOUR), "straight", "octaves", "broken"),
    "country": Fact(112, "acoustic-kit", ONE_THREE, ("snare", TWO_FOUR), "straight", "two-beat", "boom-chick"),
    "deep-house": Fact(121, "909-kit", FOUR, ("clap", TWO_FOUR), "swung", "syncopated", "syncopated"),
    "disco": Fact(118, "acoustic-kit", FOUR, ("open-hat", (2, 6, 10, 14)), "straight", "octaves", "sixteenths"),
    "drum-and-bass": Fact(172, "jungle-kit", (0, 10), ("snare", TWO_FOUR), "straight", "long", "held"),
    "dub": Fact(72, "acoustic-kit", THREE, ("snare", THREE), "swung", "riff", "off-beats"),
    "dubstep": Fact(140, "808-kit", (0,), ("snare", THREE), "straight", "syncopated", "held"),
    "folk-acoustic": Fact(100, "brush-kit", (0,), ("tambourine", TWO_FOUR), "straight", "two-beat", "strummed"),
    "funk": Fact(104, "acoustic-kit", (0, 2), ("snare", TWO_FOUR), "swung", "syncopated", "sixteenths"),
    "gospel": Fact(92, "acoustic-kit", (0,), ("clap", TWO_FOUR), "swung", "eighths", "eighths"),
    "house": Fact(124, "909-kit", FOUR, ("clap", TWO_FOUR), "swung", "off the beat", "syncopated"),
    "hyperpop": Fact(150, "909-kit", (0, 3, 6), ("clap", TWO_FOUR), "straight", "syncopated", "syncopated"),
    "jazz-swing": Fact(150, "brush-kit", (0,), ("pedal-hat", TWO_FOUR), "swung", "walking", "syncopated"),
    "lo-fi-hip-hop": Fact(78, "lofi-kit", (0,), ("snare", TWO_FOUR), "swung", "syncopated", "syncopated"),
    "lullaby": Fact(70, "brush-kit", (), ("shaker", (0, 8)), "straight", "long", "broken"),
    "metal": Fact(132, "rock-kit", (0, 2, 4, 6, 8), ("snare", TWO_FOUR), "straight", "eighths", "held"),
    "orchestral": Fact(92, "orchestral-kit", (), ("timpani", ONE_THREE), "straight", "long", "sixteenths"),
    "piano-ballad": Fact(70, "brush-kit", (0,), ("snare", TWO_FOUR), "straight", "long", "broken"),
    "punk": Fact(176, "rock-kit", FOUR, ("snare", (2, 6, 10, 14)), "straight", "eighths", "strummed"),
    "reggae": Fact(76, "acoustic-kit", THREE, ("snare", THREE), "swung", "riff", "off-beats"),
    "reggaeton": Fact(94, "808-kit", FOUR, ("snare", (3, 6, 11, 14)), "straight", "syncopated", "syncopated"),
    "rock": Fact(120, "rock-kit", ONE_THREE, ("snare", TWO_FOUR), "straight", "eighths", "held"),
    "salsa": Fact(96, "latin-kit", (14,), ("clave", (0, 3, 6, 12, 14)), "straight", "syncopated", "syncopated"),
    "samba": Fact(100, "latin-kit", (), ("surdo", (4, 12)), "straight", "syncopated", "syncopated"),
    "sixties-soul": Fact(112, "acoustic-kit", ONE_THREE, ("snare", FOUR), "straight", "syncopated", "eighths"),
    "ska": Fact(140, "acoustic-kit", FOUR, ("open-hat", (2, 6, 10, 14)), "swung", "eighths", "off-beats"),
    "soul": Fact(76, "acoustic-kit", (0,), ("snare", TWO_FOUR), "swung", "syncopated", "syncopated"),
    "synthpop": Fact(116, "909-kit", FOUR, ("snare", TWO_FOUR), "straight", "octaves", "syncopated"),
    "synthwave": Fact(98, "808-kit", ONE_THREE, ("snare", TWO_FOUR), "straight", "octaves", "syncopated"),
    "techno": Fact(132, "909-kit", FOUR, ("open-hat", (2, 6, 10, 14)), "straight", "off the beat", "syncopated"),
    "trance": Fact(136, "909-kit", FOUR, ("clap", TWO_FOUR), "straight", "off the beat", "syncopated"),
    "trap": Fact(140, "808-kit", (0,), ("clap", THREE), "straight", "long", "broken"),
    "trip-hop": Fact(84, "jungle-kit", (0,), ("snare", TWO_FOUR), "swung", "syncopated", "held"),
    "uk-garage": Fact(132, "909-kit", (0,), ("snare", TWO_FOUR), "swung", "syncopated", "syncopated"),
}


def struck(steps: str) -> list[int]:
    """Places of the first bar, in sixteenths."""
    per_beat = steps_per_beat_of(steps)
    bar = steps_of(steps)[: 4 * per_beat]
    return [k * 4 // per_beat for k, symbol in enumerate(bar) if symbol not in "._"]


def symbols(steps: str) -> str:
    return "".join(c for c in steps_of(steps)[: 4 * steps_per_beat_of(steps)] if c not in "._")


BASS = {
    "eighths": lambda s: len([k for k in struck(s) if k % 2 == 0]) >= 7,
    "octaves": lambda s: symbols(s).count("8") >= 3,
    "walking": lambda s: set(struck(s)) >= {0, 4, 8, 12},
    "two-beat": lambda s: set(struck(s)) >= {0, 8} and symbols(s)[0] == "1" and any(c in symbols(s) for c in "5b"),
    "off the beat": lambda s: 0 not in struck(s),
    "long": lambda s: len(struck(s)) <= 4,
    "syncopated": lambda s: any(k % 4 for k in struck(s)),
    "riff": lambda s: set("135") <= set(symbols(s)),
}
CHORDS = {
    "off-beats": lambda s: {k for k in struck(s) if k % 2 == 0} == {2, 6, 10, 14},
    "held": lambda s: len(struck(s)) <= 6 and ("_" in s or len(struck(s)) <= 2),
    "syncopated": lambda s: any(k % 4 for k in struck(s)) and any(k in struck(s) for k in range(16)),
    "eighths": lambda s: len([k for k in struck(s) if k % 2 == 0]) >= 7,
    "sixteenths": lambda s: len(struck(s)) >= 10,
    "strummed": lambda s: set(symbols(s)) & set("du") != set(),
    "boom-chick": lambda s: {"b"} < set(symbols(s)) and set(symbols(s)) & set("du") != set(),
    "broken": lambda s: sum(c.isdigit() for c in symbols(s)) >= 3,
    "shuffled": lambda s: steps_per_beat_of(s) == 3,
}


def test_every_style_has_its_facts() -> None:
    assert set(FACTS) == set(styles.ids())


@pytest.mark.parametrize("style_id", styles.ids())
def test_a_style_is_paced_and_equipped_as_its_tradition_is(style_id: str) -> None:
    style, fact = styles.load(style_id), FACTS[style_id]
    low, high = style.tempo_bpm
    assert low <= fact.bpm <= high
    assert fact.kit in (style.groove.kit, style.cover.kit)
    swung = style.groove.swing >= 0.12
    assert (fact.feel == "swung") == swung
    assert (fact.feel == "triplets") == (style.groove.steps_per_beat == 3)


@pytest.mark.parametrize("style_id", styles.ids())
def test_kick_and_backbeat_of_a_style_land_where_they_belong(style_id: str) -> None:
    style, fact = styles.load(style_id), FACTS[style_id]
    piece, places = fact.backbeat
    patterns = (*style.groove.verse, *style.groove.chorus)
    assert any(set(places) <= set(struck(p.get(piece, "." * 16))) for p in style.groove.chorus)
    if fact.kick:
        kicked = [set(struck(p["kick"])) for p in patterns if "kick" in p]
        assert sum(set(fact.kick) <= places for places in kicked) >= 1
    else:
        assert all(len(struck(p.get("kick", "." * 16))) <= 4 for p in patterns)


@pytest.mark.parametrize("style_id", styles.ids())
def test_bass_and_chords_of_a_style_move_as_they_should(style_id: str) -> None:
    style, fact = styles.load(style_id), FACTS[style_id]
    assert any(BASS[fact.bass](line.steps) for line in style.bass.chorus)
    assert any(CHORDS[fact.chords](line.steps) for line in style.chords.chorus)


@pytest.mark.parametrize("style_id", styles.ids())
def test_what_is_played_is_what_the_style_says(song: Material, style_id: str) -> None:
    style, fact = styles.load(style_id), FACTS[style_id]
    line = timeline(cover("x").restyle("drums", "bass", "other", style=style_id), song)
    pace = pace_of(style, line.layout)
    piece = fact.backbeat[0]
    patterns = [
        p[piece]
        for group in (style.groove.verse, style.groove.chorus, style.groove.break_)
        for p in group
        if piece in p
    ]
    unit = style.groove.swing_unit if pace >= 1.0 else "16th"  # in half time the song's own beats stay straight
    allowed = {
        round(swung(k / steps_per_beat_of(steps), style.groove.swing, PAIR_BEATS[unit]) / pace % 1.0, 2) % 1.0
        for steps in patterns
        for k, symbol in enumerate(steps_of(steps))
        if symbol != "."
    }
    plain = {bar.first + beat for bar in line.layout.bars if not bar.is_last_of_section for beat in range(bar.beats)}
    strokes = [
        s
        for one in line.arrangement.lines
        if one.part in ("drums", "percussion")
        for s in one.strokes
        if s.piece == piece
    ]
    # Ghosts and pick-ups are a bar's own; what is struck is where the style says.
    loud = 0.6 * max(s.velocity for s in strokes)
    strokes = [s for s in strokes if s.velocity > loud]
    played = [s.beat % 1.0 for s in strokes if int(s.beat) in plain]
    assert played
    off = [min(min(abs(b - a), 1 - abs(b - a)) for a in allowed) for b in played]
    assert np.quantile(off, 0.9) < 0.09


@pytest.mark.parametrize("style_id", styles.ids())
def test_the_first_note_of_the_bass_over_a_chord_is_its_root(song: Material, style_id: str) -> None:
    arrangement = timeline(cover("x").restyle("drums", "bass", "other", style=style_id), song).arrangement
    tones = next(one.tones for one in arrangement.lines if one.part == "bass")
    firsts = [next((t for t in tones if s.start - 0.12 <= t.beat < s.end - 0.6), None) for s in arrangement.harmony]
    roots = [
        round(t.midi) % 12 == s.chord.root
        for t, s in zip(firsts, arrangement.harmony, strict=True)
        if t is not None and s.start > 0
    ]
    assert len(roots) >= 4
    assert np.mean(roots) == 1.0
