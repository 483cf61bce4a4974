"""Scales and registers: what a line may use over a chord, and the nearest octave."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from remixlab.band import inversions, movement, nearest_note, notes_between, scale_over
from remixlab.domain.music import QUALITIES, ChordSymbol, Key

KEYS = st.builds(Key, st.integers(0, 11), st.sampled_from(["major", "minor"]))
CHORDS = st.builds(ChordSymbol, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))


@given(CHORDS, KEYS)
def test_a_scale_over_a_chord_holds_the_chord_and_nothing_that_rubs_against_its_foreign_tones(
    chord: ChordSymbol, key: Key
) -> None:
    own = set(chord.pitch_classes)
    scale = scale_over(chord.pitch_classes, key)
    foreign = own - set(key.scale)
    assert own <= set(scale) <= own | set(key.scale)
    assert list(scale) == sorted(set(scale))
    assert not {(pc + step) % 12 for pc in foreign for step in (1, 11)} & (set(scale) - own)


def test_the_third_of_a_dominant_takes_the_place_of_the_seventh_of_a_minor_key() -> None:
    names = set(scale_over(ChordSymbol.parse("E:maj").pitch_classes, Key.parse("A minor")))
    assert {4, 8, 11} <= names
    assert not {7, 9} & names, "G and A are a semitone from G sharp"


@given(st.integers(0, 11), st.floats(30, 90), st.integers(30, 60))
def test_the_nearest_note_lies_within_a_tritone_where_the_compass_allows(
    pitch_class: int, around: float, low: int
) -> None:
    high = low + 30
    found = nearest_note((pitch_class,), around, low, high)
    assert found is not None and found % 12 == pitch_class and low <= found <= high
    if low + 6 <= around <= high - 6:
        assert abs(found - around) <= 6


def test_where_no_note_fits_there_is_none() -> None:
    assert nearest_note((1,), 60, 60, 60) is None


@given(CHORDS, st.integers(36, 60))
def test_inversions_hold_every_tone_once_and_close(chord: ChordSymbol, low: int) -> None:
    tones = chord.pitch_classes
    found = list(inversions(tones, low, low + 11))
    assert len(found) == len(tones)
    for turn, notes in found:
        assert [note % 12 for note in notes] == [*tones[turn:], *tones[:turn]]
        assert notes[0] in notes_between(tones, low, low + 11)
        assert all(0 < b - a <= 12 for a, b in pairwise(notes))
        assert movement(notes, notes) == 0
