"""The parts of the chain, each on its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.music import Chord, Key, Note
from remixlab.listening.chords import likeliest_path
from remixlab.listening.grid import find_attacks
from remixlab.listening.key import chord_trust, guess_key
from remixlab.listening.network_heads import ChordSigns
from remixlab.listening.notes import snap_notes, write_notes
from remixlab.listening.salience import Contour


@given(tonic=st.integers(0, 11))
def test_transposing_the_music_transposes_the_key(tonic: int) -> None:
    chroma = np.zeros((12, 4), np.float32)
    chroma[[0, 2, 4, 5, 7, 9, 11]] = np.array([4, 2, 3, 2, 3.5, 2, 1.5], np.float32)[:, None]
    assert guess_key(np.roll(chroma, tonic, axis=0)).key == Key(tonic, "major")


def test_no_pitch_classes_give_no_confidence() -> None:
    assert guess_key(np.zeros((12, 3), np.float32)).confidence == 0
    assert guess_key(np.ones((12, 3), np.float32)).confidence == 0


def test_the_chords_on_which_music_rests_part_a_minor_key_from_its_relative() -> None:
    chroma = np.zeros((12, 4), np.float32)
    chroma[[0, 2, 4, 5, 7, 9, 11]] = np.array([3.2, 2, 3, 2, 3, 3, 1.6], np.float32)[:, None]
    resting = [
        Chord(start_s=4.0 * k, end_s=4.0 * k + 4, symbol=name)
        for k, name in enumerate(("A:min", "F:maj7", "D:min", "E:7", "A:min7", "N"))
    ]
    assert guess_key(chroma).key == Key(0, "major")
    assert guess_key(chroma, resting, 1.0).key == Key(9, "minor")
    assert guess_key(chroma, resting, 0.0) == guess_key(chroma)


def test_chords_of_a_network_that_guesses_are_not_trusted() -> None:
    guessing, sure = (np.full((9, 13), rest, np.float32) for rest in (0.05, 0.005))
    guessing[:, 3], sure[:, 3] = 0.4, 0.94
    nothing = np.zeros((9, 12), np.float32)
    assert chord_trust(ChordSigns(guessing, guessing, nothing, np.zeros(24, np.float32), 10.0)) == 0
    assert chord_trust(ChordSigns(sure, sure, nothing, np.zeros(24, np.float32), 10.0)) == 1


@settings(max_examples=30, deadline=None)
@given(offset_ms=st.floats(-25, 25))
def test_an_attack_is_found_to_the_millisecond(offset_ms: float) -> None:
    rate, at_s = 44100, 0.5 + offset_ms / 1000
    samples = np.zeros((2, rate), np.float32)
    begin = round(at_s * rate)
    t = np.arange(6000) / rate
    samples[:, begin : begin + 6000] = np.sin(2 * np.pi * 180 * t) * np.exp(-t / 0.05)
    found, strength = find_attacks(samples, rate, np.array([0.5]))
    assert found[0] == pytest.approx(at_s, abs=0.004)
    assert strength[0] > 1


def test_a_short_wrong_moment_does_not_change_the_path() -> None:
    evidence = np.zeros((20, 2))
    evidence[:, 0] = 1
    evidence[9, 1] = 1.8
    assert likeliest_path(evidence, 2.0).tolist() == [0] * 20
    assert 1 in likeliest_path(evidence, 0.1).tolist()


def sung(midi: np.ndarray, level: np.ndarray | None = None) -> Contour:
    return Contour(midi, np.ones(len(midi)), np.ones(len(midi)) * 0.1 if level is None else level, fps=86.0)


def test_vibrato_is_one_note() -> None:
    t = np.arange(90) / 86
    notes = write_notes(sung(64 + 0.45 * np.sin(2 * np.pi * 5.5 * t)))
    assert [round(n.midi) for n in notes] == [64]


def test_a_step_is_two_notes_and_silence_none() -> None:
    midi = np.concatenate([np.full(40, 60.1), np.full(40, 62.1), np.zeros(30)])
    notes = write_notes(sung(midi))
    assert [n.midi for n in notes] == [pytest.approx(60.1, abs=0.05), pytest.approx(62.1, abs=0.05)]
    assert notes[0].end_s == pytest.approx(40 / 86, abs=0.03)
    assert write_notes(sung(np.zeros(50))) == ()


def test_a_repeated_note_is_parted_where_the_level_rises() -> None:
    level = np.full(80, 0.1)
    level[34:42] = 0.005
    notes = write_notes(sung(np.full(80, 57.0), level))
    assert len(notes) == 2
    assert notes[1].start_s == pytest.approx(42 / 86, abs=0.06)


@given(late_ms=st.floats(-30, 80))
def test_bass_notes_are_pulled_to_the_line_they_belong_to(late_ms: float) -> None:
    beats = np.arange(0, 8, 0.5)
    note = Note(start_s=2.0 + late_ms / 1000, end_s=2.4, midi=40)
    (snapped,) = snap_notes((note,), beats, lines_per_beat=2)
    assert snapped.start_s == pytest.approx(2.0)
