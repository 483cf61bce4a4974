"""The surroundings of the trained networks, with stand-ins that say what is known."""

from __future__ import annotations

import itertools
from typing import Any

import mir_eval
import numpy as np
import pytest

import feature_formulas
from remixlab.domain.audio import Audio
from remixlab.listening import Ears, listen
from remixlab.listening.features import BEATS, CHORDS, NOTES, Feature, hear_feature
from remixlab.listening.network_heads import NoteSigns, hear_beat_signs, hear_note_signs
from remixlab.listening.pitches import read_notes

RATE = 22050


@pytest.mark.parametrize(("feature", "name"), [(BEATS, "hear_beats"), (CHORDS, "hear_chords"), (NOTES, "hear_notes")])
def test_networks_are_shown_what_the_formulas_say(feature: Feature, name: str) -> None:
    sound = np.random.default_rng(2).normal(0, 0.1, 31 * RATE + 77).astype(np.float32)
    sound += 0.2 * np.sin(np.arange(len(sound)) * 0.03).astype(np.float32)
    expected = getattr(feature_formulas, name)(feature_formulas.set_loudness(sound))
    found = hear_feature(Audio(sound[None], RATE), feature)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-4


class Echo:
    """A network that gives back the loudness it is shown, frame by frame."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def __call__(self, given: np.ndarray) -> dict[str, np.ndarray]:
        self.lengths.append(given.shape[1])
        level = given.mean(axis=2, keepdims=True)
        return {
            "activations": np.repeat(level, 3, 2),
            "meter": np.repeat(level, 3, 2),
            "drums": np.repeat(level, 3, 2),
            "frame": np.broadcast_to(level[..., None], (*level.shape[:2], 88, 3)),
            "onset": np.broadcast_to(level[..., None], (*level.shape[:2], 88, 3)),
        }


def test_long_recordings_are_heard_in_chunks_without_a_seam() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, (1, 95 * RATE)).astype(np.float32)
    sound *= np.linspace(0.1, 1, sound.shape[1], dtype=np.float32)
    recording, network = Audio(sound, RATE), Echo()
    voice, _, _ = hear_note_signs(recording, network)
    assert len(network.lengths) == 4
    assert max(network.lengths) <= 31 * NOTES.fps + 1
    assert np.allclose(voice.frame[:, 0], hear_feature(recording, NOTES).mean(axis=1), atol=1e-6)
    assert len(hear_beat_signs(recording, network).events) == 1 + sound.shape[1] // BEATS.hop


def signs(notes: list[tuple[int, int, int]], frames: int = 200) -> NoteSigns:
    frame, onset = np.zeros((frames, 88), np.float32), np.zeros((frames, 88), np.float32)
    for start, end, midi in notes:
        frame[start:end, midi - 21] = 0.9
        onset[start, midi - 21] = 0.9
    return NoteSigns(frame, onset, 50.0)


def test_notes_are_read_from_onsets_and_frames() -> None:
    notes = read_notes(signs([(10, 40, 60), (40, 70, 60), (90, 120, 64)]))
    assert [(round(n.start_s * 50), round(n.end_s * 50), n.midi) for n in notes] == [
        (10, 40, 60),
        (40, 70, 60),
        (90, 120, 64),
    ]


def test_a_single_voice_sings_one_note_at_a_time() -> None:
    notes = read_notes(signs([(10, 60, 60), (40, 80, 64)]))
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(notes))
    assert [n.midi for n in notes] == [60, 64]
    both = read_notes(signs([(10, 60, 60), (40, 80, 64)]), one_at_a_time=False)
    assert both[0].end_s > both[1].start_s


def test_what_a_beat_network_says_of_downbeats_is_believed(song: Any) -> None:
    """The stand-in hears the bars two beats later than the harmony says."""
    shifted = song.downbeats[:-1] + 1.0

    def network(given: np.ndarray) -> dict[str, np.ndarray]:
        frames = given.shape[1]
        events = np.full((1, frames, 3), 0.02, np.float32)
        for column, times in ((0, song.beats), (1, shifted), (2, shifted[:1])):
            events[0, np.round(times * 50).astype(int), column] = 0.98
        shares = np.tile(np.array([0.05, 0.9, 0.05], np.float32), (1, frames, 1))
        drums = np.zeros((1, frames, 3), np.float32)
        drums[0, np.round(song.beats[::2] * 50).astype(int), 0] = 0.9
        return {"activations": events, "meter": shares, "drums": drums}

    found = listen(song.recording, ears=Ears(beats=network))
    assert found.listener == "networks/5"
    inside = np.array([t for t in found.downbeats if shifted[0] - 0.1 < t < shifted[-1] + 0.1])
    assert mir_eval.beat.f_measure(shifted, inside) > 0.9
    assert {h.piece for h in found.drums} == {"kick"}
    assert len(found.drums) == len(song.beats[::2])


def test_without_networks_the_untrained_chain_says_so(song: Any) -> None:
    assert listen(song.recording, ears=Ears()).listener == "untrained/4"
