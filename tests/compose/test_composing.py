"""What a composed piece keeps to."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.compose import Brief, band_names, compose
from remixlab.compose.band import read_band
from remixlab.compose.score import BEATS_PER_BAR, STEPS_PER_BEAT
from remixlab.domain.errors import InvalidPlan
from remixlab.signal.instruments import INSTRUMENTS, KITS, PIECES


@pytest.mark.parametrize("style", band_names())
def test_every_band_has_known_players_and_patterns_of_whole_bars(style: str):
    band = read_band(style)
    bar = BEATS_PER_BAR[band.meter] * STEPS_PER_BEAT[band.meter]
    assert {band.bass, band.hook, *(comper.instrument for comper in band.compers)} <= set(INSTRUMENTS)
    assert band.kit in KITS
    for groove in (*band.grooves, *band.fills):
        assert set(groove) <= set(PIECES)
        assert all(len(pattern) % bar == 0 for pattern in groove.values())
    patterns = [*band.bass_patterns, *(pattern for comper in band.compers for pattern in comper.patterns)]
    assert [pattern for pattern in patterns if len(pattern) % bar] == []


@settings(max_examples=25, deadline=None)
@given(style=st.sampled_from(band_names()), seed=st.integers(0, 2**31))
def test_a_score_is_whole_and_in_its_key(style: str, seed: int):
    score = compose(Brief(style=style, seed=seed))
    assert sum(section.bars for section in score.sections) == score.bars
    assert abs(sum(chord.length_beats for chord in score.chords) - score.beats) < 1e-9
    assert score.chords[-1].symbol.root == score.key.tonic
    assert score.melody and score.bass and score.drummer.hits
    for player in score.players:
        assert all(0 <= note.beat < score.beats and note.length > 0 and 0 < note.velocity <= 1 for note in player.notes)
    in_key = [note.midi % 12 in {*score.key.scale, *score.chord_at(note.beat).pitch_classes} for note in score.melody]
    assert all(in_key)


@settings(max_examples=25, deadline=None)
@given(style=st.sampled_from(band_names()), seed=st.integers(0, 2**31))
def test_a_tune_is_one_voice_with_breaths(style: str, seed: int):
    score = compose(Brief(style=style, seed=seed, singer="high"))
    lead = next(player for player in score.players if player.name == "lead voice").notes
    gaps = [later.beat - (note.beat + note.length) for note, later in itertools.pairwise(lead)]
    assert min(gaps) > -1e-9
    assert max(gaps) >= 0.5
    steps = [abs(b.midi - a.midi) for a, b in itertools.pairwise(lead)]
    assert sum(step <= 5 for step in steps) > 0.8 * len(steps)


def test_repeated_sections_have_the_same_chords_and_tune():
    score = compose(Brief(style="indie-rock", seed=5, singer="low"))
    first, second = (s for s in score.sections if s.label == "verse")
    per_bar = score.beats_per_bar

    def tune(first_bar: int) -> list[tuple[float, int]]:
        begin, end = first_bar * per_bar, (first_bar + 8) * per_bar
        return [(n.beat - begin, n.midi) for n in score.melody if begin <= n.beat < end]

    assert tune(first.first_bar) == tune(second.first_bar)
    assert [score.chord_at((first.first_bar + i) * per_bar) for i in range(8)] == [
        score.chord_at((second.first_bar + i) * per_bar) for i in range(8)
    ]


def test_choruses_are_fuller_than_verses():
    score = compose(Brief(style="synthpop", seed=1))
    density = {
        label: sum(
            any(s.first_bar <= n.beat / 4 < s.first_bar + s.bars for s in score.sections if s.label == label)
            for p in score.players
            for n in p.notes
        )
        / sum(s.bars for s in score.sections if s.label == label)
        for label in ("verse", "chorus")
    }
    assert density["chorus"] > density["verse"]


def test_a_brief_is_kept():
    score = compose(Brief(style="folk-waltz", seed=2, key="Bb major", tempo_bpm=97, form="verse8", singer="nobody"))
    assert (str(score.key), score.tempo_bpm, score.meter, score.bars) == ("Bb major", 97, "3/4", 8)
    assert not any(player.name == "lead voice" for player in score.players)


@pytest.mark.parametrize(
    "brief",
    [
        Brief(style="polka-core"),
        Brief(style="house", form="verse"),
        Brief(style="house", singer="bass"),
        Brief(style="house", tempo_bpm=9),
    ],
)
def test_a_brief_that_cannot_be_kept_is_refused(brief: Brief):
    with pytest.raises(InvalidPlan):
        compose(brief)
