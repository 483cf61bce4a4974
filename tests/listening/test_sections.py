"""What musicians call the parts of a song."""

from __future__ import annotations

import numpy as np

from remixlab.listening.sections import BarFeatures, find_sections, name_parts

Part = tuple[str, float, float]
"""What it repeats, its energy, its voice."""


def name(parts: list[Part], bars: int = 8) -> list[str]:
    energy, voice = (np.repeat([p[row] for p in parts], bars).astype(np.float64) for row in (1, 2))
    nothing = np.zeros((24, len(energy)))
    letters = sorted({p[0] for p in parts}, key=[p[0] for p in parts].index)
    features = BarFeatures(nothing, nothing, energy, voice, energy * 0, energy * 0)
    return list(name_parts(features, list(range(0, len(energy), bars)), [letters.index(p[0]) for p in parts]))


INTRO, VERSE, CHORUS, OUTRO = ("i", 0.2, 0.03), ("a", 0.5, 0.7), ("b", 0.8, 0.8), ("o", 0.2, 0.03)


def test_what_returns_louder_after_the_verse_is_the_chorus() -> None:
    assert name([INTRO, VERSE, CHORUS, VERSE, CHORUS, OUTRO]) == [
        "intro",
        "verse",
        "chorus",
        "verse",
        "chorus",
        "outro",
    ]


def test_of_two_equally_loud_parts_the_one_sung_first_is_the_verse_though_it_comes_more_often() -> None:
    even = ("b", 0.5, 0.7)
    assert name([INTRO, VERSE, VERSE, even, VERSE, even, VERSE, OUTRO])[1:7] == [
        "verse",
        "verse",
        "chorus",
        "verse",
        "chorus",
        "verse",
    ]


def test_a_returning_part_that_nobody_sings_is_no_verse() -> None:
    played = ("p", 0.7, 0.05)
    assert name([INTRO, VERSE, CHORUS, played, VERSE, CHORUS, played, CHORUS, OUTRO])[3:7:3] == ["solo", "solo"]
    quiet = ("p", 0.1, 0.05)
    assert name([VERSE, CHORUS, quiet, VERSE, CHORUS, quiet, VERSE, CHORUS, CHORUS])[2:6:3] == ["break", "break"]


def test_music_without_any_voice_still_has_verse_and_chorus() -> None:
    labels = name([(letter, loud, 0.0) for letter, loud, _ in (INTRO, VERSE, CHORUS, VERSE, CHORUS, OUTRO)])
    assert labels[1:5] == ["verse", "chorus", "verse", "chorus"]


def test_a_song_that_dies_away_in_several_parts_has_one_outro() -> None:
    ends = [("x", 0.3, 0.3), ("y", 0.05, 0.05)]
    labels = name([INTRO, VERSE, CHORUS, VERSE, CHORUS, *ends], bars=4)
    assert labels[-2:] == ["outro", "outro"]
    bars = np.arange(28.0)
    energy = np.repeat([0.2, 0.5, 0.8, 0.5, 0.8, 0.3, 0.05], 4)
    shape = np.random.default_rng(1).normal(size=(4, 24))
    timbre = np.repeat(shape[[0, 1, 2, 1, 2, 3, 3]], 4, axis=0).T
    harmony = np.abs(np.repeat(np.tile(shape[[0, 1, 2, 1, 2, 3, 0]], 2), 4, axis=0).T)
    harmony /= np.linalg.norm(harmony, axis=0) / 2
    sections = find_sections(bars, BarFeatures(timbre, harmony, energy, energy, energy * 0, energy * 0), 28.0)
    assert [s.label for s in sections].count("outro") <= 1
    assert sections[-1].label == "outro"
