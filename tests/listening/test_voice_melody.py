"""The sung line: read from what the network believes, parted where a pitch is sung anew, steady where it was sung with
vibrato.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.music import Analysis, Note
from remixlab.listening.network_heads import NoteSigns
from remixlab.listening.notes import write_notes
from remixlab.listening.picture import draw, trace_singing
from remixlab.listening.pitches import read_every_note
from remixlab.listening.salience import VOICE, follow_pitch
from remixlab.listening.voice_melody import drop_unsung, read_sung

FRAMES, PITCH = 200, 60 - 21


def believed(
    *held: tuple[int, int, int], belief: float = 0.9, onsets: tuple[tuple[int, int, float], ...] = ()
) -> NoteSigns:
    """Frames held (begin, end, MIDI) and onsets (frame, MIDI, belief)."""
    frame, onset = np.full((2, FRAMES, 88), 0.01, np.float32)
    for begin, end, midi in held:
        frame[begin:end, midi - 21] = belief
    for at, midi, height in onsets:
        onset[at, midi - 21] = height
    return NoteSigns(frame, onset, 50.0)


def sounding(signs: NoteSigns, *breaths: tuple[int, int]) -> NoteSigns:
    """The same with a spectrum of one steady tone that rests during the breaths."""
    heard = np.full((FRAMES, 264), 0.05, np.float32)
    heard[20:160, 3 * PITCH + 1] = 4.0
    for begin, end in breaths:
        heard[begin:end, 3 * PITCH + 1] = 0.3
    return signs._replace(heard=heard)


def spans(signs: NoteSigns) -> list[tuple[int, int, int]]:
    return [(round(n.start_s * 50), round(n.end_s * 50), round(n.midi)) for n in read_sung(signs)]


def test_a_pitch_that_is_held_is_sung_though_its_onset_was_hardly_heard() -> None:
    assert spans(believed((20, 90, 60), onsets=((20, 60, 0.3),))) == [(20, 90, 60)]


def test_an_onset_that_nothing_holds_is_no_note() -> None:
    assert spans(believed(onsets=((20, 60, 0.9),))) == []


def test_a_steady_tone_whose_onset_is_heard_twice_is_one_note() -> None:
    twice = believed((20, 160, 60), onsets=((20, 60, 0.9), (80, 60, 0.6)))
    assert spans(sounding(twice)) == [(20, 160, 60)]


def test_a_pitch_that_is_sung_anew_after_a_breath_is_two_notes() -> None:
    anew = believed((20, 160, 60), onsets=((20, 60, 0.9), (86, 60, 0.4)))
    found = spans(sounding(anew, (78, 86)))
    assert [midi for *_, midi in found] == [60, 60]
    assert found[0][0] == 20 and abs(found[1][0] - 86) <= 2 and found[1][1] == 160


def test_a_voice_moves_where_the_belief_moves() -> None:
    found = spans(believed((20, 60, 60), (60, 100, 64), onsets=((20, 60, 0.8), (60, 64, 0.8))))
    assert found == [(20, 60, 60), (60, 100, 64)]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_belief_makes_notes_that_overlap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame, onset = rng.random((2, 120, 88)).astype(np.float32) ** 2
    notes = read_sung(NoteSigns(frame, onset, 50.0, rng.random((120, 264)).astype(np.float32) * 5))
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in itertools.pairwise(notes))
    assert all(0 <= n.start_s < n.end_s <= 120 / 50 for n in notes)


def test_a_lead_instrument_in_a_passage_without_singing_is_no_singer() -> None:
    rate, rng = 8000, np.random.default_rng(1)
    mix = rng.normal(0, 0.1, (2, 20 * rate)).astype(np.float32)
    voice = mix * np.float32(0.01)
    voice[:, : 5 * rate] = mix[:, : 5 * rate] * np.float32(0.3)
    sung, soon, solo = (Note(start_s=at, end_s=at + 1, midi=60.0) for at in (2.0, 7.5, 12.0))
    assert drop_unsung((sung, soon, solo), Audio(voice, rate), Audio(mix, rate)) == (sung, soon)
    assert drop_unsung((sung, soon, solo), Audio(np.zeros_like(mix), rate), Audio(mix, rate)) == ()
    shorter = Audio(np.ascontiguousarray(voice[:, : 15 * rate]), rate)
    assert drop_unsung((sung, soon, solo), shorter, Audio(mix, rate)) == (sung, soon)
    late = Note(start_s=19.5, end_s=25.0, midi=60.0)
    assert drop_unsung((late,), Audio(mix, rate), Audio(mix, rate)) == (late,)


def test_what_two_parts_claim_at_one_moment_has_sounded_once() -> None:
    voice = believed((20, 60, 60), onsets=((20, 60, 0.9),))
    other = believed((21, 60, 60), (21, 60, 64), belief=0.7, onsets=((21, 60, 0.9), (21, 64, 0.9)))
    bass = believed((20, 60, 36), onsets=((20, 36, 0.9),))
    assert [round(n.midi) for n in read_every_note(voice, bass, other)] == [36, 60, 64]


RATE, VIBRATO_HZ = 44_100, 5.5


@pytest.fixture(scope="module")
def voice() -> Audio:
    """Three seconds of an E, 0.4 semitones up and down."""
    time = np.arange(3 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((64 + 0.4 * np.sin(2 * np.pi * VIBRATO_HZ * time) - 69) / 12)) / RATE
    partials = np.stack([np.sin(k * phase) / k for k in range(1, 9)])
    return Audio((0.2 * partials.sum(axis=0)).astype(np.float32)[None], RATE)


def test_vibrato_is_shown_as_sung_and_left_out_of_the_notes(voice: Audio) -> None:
    contour = follow_pitch(voice, VOICE)
    notes = write_notes(contour)
    assert [round(n.midi) for n in notes] == [64]
    assert abs(notes[0].midi - 64) < 0.1
    at, pitch = trace_singing(contour, notes)
    wobble = pitch[(at > 0.5) & (at < 2.5)] - 64
    assert np.isfinite(wobble).all() and 0.2 < np.ptp(wobble) / 2 < 0.6
    strongest = np.argmax(np.abs(np.fft.rfft(wobble - wobble.mean())))
    assert abs(np.fft.rfftfreq(len(wobble), 1 / contour.fps)[strongest] - VIBRATO_HZ) < 0.6


def test_a_picture_shows_the_singing_where_it_is_given(voice: Audio) -> None:
    sung = Analysis(
        duration_s=3.0, tempo_bpm=120, beats=(0.0,), downbeats=(0.0,), key="E minor", key_confidence=1,
        melody=(Note(start_s=0.0, end_s=3.0, midi=64.0, velocity=0.8),),
    )  # fmt: skip
    assert draw(voice, sung, sung=voice) != draw(voice, sung)
