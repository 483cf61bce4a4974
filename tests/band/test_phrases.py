"""Phrases and variations: bars that are never twice alike and always the same style, by one seed."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.band import Phrase, changes_of, phrase_of, shared_push, vary_bass, vary_chords, vary_kit
from remixlab.plan import styles
from remixlab.plan.styles import steps_of

ROCK = {"kick": "X.......X.x.....", "snare": "....X.......X...", "hat": "x.x.x.x.x.x.x.x."}
HOUSE = {"kick": "X...X...X...X...", "clap": "....x.......x...", "open-hat": "..x...x...x...x."}
EVERY_ROLE = tuple(phrase_of(place, 8) for place in range(8))


def test_eight_bars_say_vary_answer_and_lead_on_twice() -> None:
    roles = [phrase.role for phrase in EVERY_ROLE]
    assert roles == ["statement", "variation", "answer", "turnaround"] * 2
    assert [phrase.number for phrase in EVERY_ROLE] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert [phrase.closes for phrase in EVERY_ROLE] == [False] * 7 + [True]


def test_the_last_bar_of_any_section_leads_on_and_a_single_bar_states() -> None:
    assert phrase_of(4, 5) == Phrase("turnaround", 1, closes=True)
    assert phrase_of(0, 1).role == "statement"


def test_people_change_something_in_every_bar_and_a_machine_begins_as_written() -> None:
    assert all(changes_of(phrase, "people") >= 1 for phrase in EVERY_ROLE)
    assert changes_of(EVERY_ROLE[0], "machine") == 0 < changes_of(EVERY_ROLE[7], "machine")


@pytest.mark.parametrize("style_id", styles.ids())
def test_the_bones_of_every_style_stay(style_id: str) -> None:
    """The strokes on the beat of kick and backbeat, and the first of every pattern; only a machine's foot may stop in
    the last beat of a turnaround."""
    groove = styles.load(style_id).groove
    for pattern in (*groove.verse, *groove.chorus):
        for phrase in EVERY_ROLE:
            for seed in range(6):
                for hand in ("people", "machine"):
                    made = vary_kit(pattern, phrase, hand, np.random.default_rng(seed))
                    for piece in ("kick", "snare", "clap", "rim"):
                        if piece not in pattern:
                            continue
                        written, played = steps_of(pattern[piece]), made[piece]
                        beat = groove.steps_per_beat
                        last = 3 * beat if hand == "machine" and phrase.role == "turnaround" else 4 * beat
                        for step in range(0, len(written), beat):
                            if step % (4 * beat) < last and written[step] != ".":
                                assert played[step] == written[step], (style_id, piece, step)
                    assert all(len(steps) % (4 * groove.steps_per_beat) == 0 for steps in made.values())


def test_the_same_dice_play_the_same_bar_and_others_another() -> None:
    answer = EVERY_ROLE[2]
    twice = [vary_kit(ROCK, answer, "people", np.random.default_rng(3)) for _ in range(2)]
    assert twice[0] == twice[1]
    many = {str(sorted(vary_kit(ROCK, answer, "people", np.random.default_rng(k)).items())) for k in range(20)}
    assert len(many) > 10


def test_a_machine_states_its_pattern_unchanged() -> None:
    assert vary_kit(HOUSE, EVERY_ROLE[0], "machine", np.random.default_rng(1)) == HOUSE


@pytest.mark.parametrize("style_id", styles.ids())
def test_lines_keep_their_first_note_their_length_and_their_letters(style_id: str) -> None:
    style = styles.load(style_id)
    for lines, vary, letters in (
        ((*style.bass.verse, *style.bass.chorus), vary_bass, "13578bawx._"),
        ((*style.chords.verse, *style.chords.chorus), vary_chords, "Xxog._123456dutb"),
    ):
        for line in lines:
            written = steps_of(line.steps)
            for phrase in EVERY_ROLE:
                made = vary(written, phrase, "people", np.random.default_rng(phrase.number))
                assert len(made) == len(written) and set(made) <= set(letters)
                assert made[0] == written[0]
                assert any(symbol not in "._" for symbol in made)


def test_a_bass_changes_its_rhythm_within_four_bars() -> None:
    made = {vary_bass("1.1.1.1.1.1.1.1.", p, "people", np.random.default_rng(k)) for k, p in enumerate(EVERY_ROLE[:4])}
    assert len(made) == 4


def test_a_band_pushes_together_within_two_spreads_and_comes_home() -> None:
    lean = np.zeros(4000)
    push = shared_push(np.random.default_rng(1), lean, 10.0)
    assert np.abs(push).max() <= 0.020
    assert 0.008 < push.std() < 0.012 and abs(push.mean()) < 0.002
    near, far = (float(np.corrcoef(push[:-k], push[k:])[0, 1]) for k in (1, 16))
    assert near > 0.7 and abs(far) < 0.2
