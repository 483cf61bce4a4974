"""Voicings: what a hand can hold, and what tells a chord from its neighbours."""

from __future__ import annotations

from itertools import pairwise

import pytest

from remixlab.band import next_voicing
from remixlab.domain.music import QUALITIES, ChordSymbol

GUITAR = (40, 84)


@pytest.mark.parametrize("quality", sorted(QUALITIES))
def test_a_guitar_holds_the_root_below_and_the_third_above(quality: str) -> None:
    for root in range(12):
        chord = ChordSymbol(root, quality)
        notes = next_voicing(chord, "guitar", GUITAR, ())
        assert min(4, len(chord.pitch_classes) + 1) <= len(notes) <= 6 and notes[0] % 12 == root
        assert all(low < high for low, high in pairwise(notes))
        assert set(chord.pitch_classes[:2]) <= {n % 12 for n in notes}, (chord, notes)
        assert all(high - low >= 3 for low, high in pairwise(notes) if low < 48), (chord, notes)


def test_a_minor_ninth_on_the_guitar_is_not_the_chord_a_fifth_above() -> None:
    notes = {n % 12 for n in next_voicing(ChordSymbol.parse("D:min9"), "guitar", GUITAR, ())}
    assert {2, 5} <= notes
