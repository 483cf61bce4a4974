"""Another performance of the same tune and chords is told as a candidate, and refuses nothing."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.identify import Fingerprint, Harmony, Index, Peaks, fingerprint, identify, screen

RATE = 44100


def perform(work: int, *, tempo_bpm: float, semitones: int, brightness: float, dice_seed: int) -> Audio:
    """One work of 64 beats: each has its own chords and tune; players, key and tempo differ."""
    octave = 60 + 12 * (dice_seed % 2)
    score = np.random.default_rng(work)
    player = np.random.default_rng(dice_seed)
    beat_s = 60 / tempo_bpm
    sound = np.zeros(int((64 * beat_s + 1) * RATE))

    def play(start_s: float, length_s: float, midi: float, level: float) -> None:
        time = np.arange(int(length_s * RATE)) / RATE
        wave = np.zeros(time.size)
        for harmonic in range(1, 8):
            wave += brightness ** (harmonic - 1) * np.sin(2 * np.pi * harmonic * 440 * 2 ** ((midi + semitones - 69) / 12) * time)
        start = int((start_s + abs(player.normal(0, 0.025))) * RATE)
        end = min(start + time.size, sound.size)
        sound[start:end] += (level * wave * np.exp(-2 * time / length_s))[: end - start]

    for bar in range(16):
        root = 48 + int(score.choice([0, 2, 4, 5, 7, 9]))
        third = 3 if root in (50, 52, 57) else 4
        for beat in range(4):
            at = (bar * 4 + beat) * beat_s
            for step in (0, third, 7, 12):
                play(at + beat_s / 2 * int(player.integers(0, 2)), beat_s, root + step + 12 * int(player.integers(0, 2)), 0.06)
            play(at, beat_s, octave + int(score.choice([0, 2, 4, 5, 7, 9, 11, 12])), 0.12)
            hit = player.normal(size=1500) * np.exp(-np.arange(1500) / 200)
            sound[int(at * RATE) : int(at * RATE) + 1500] += 0.05 * hit
    return Audio.checked(sound[None].astype(np.float32), RATE)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(
        {f"work-{n}": fingerprint(perform(n, tempo_bpm=100 + 6 * n, semitones=n, brightness=0.5, dice_seed=n)) for n in range(4)}
    )


def test_a_cover_in_another_key_and_tempo_is_a_candidate_for_its_work(index: Index) -> None:
    cover = perform(2, tempo_bpm=98, semitones=7, brightness=0.75, dice_seed=77)
    [match, *rest] = [m for m in identify(cover, index) if m.kind == "same_work"]
    assert match.recording_id == "work-2"
    assert match.tempo_ratio == pytest.approx(98 / 112, rel=0.05)
    assert match.pitch_semitones == 5
    assert all(m.score < match.score for m in rest)
    assert screen(cover, index, frozenset()).clean


def test_another_work_is_no_candidate(index: Index) -> None:
    stranger = perform(9, tempo_bpm=106, semitones=1, brightness=0.6, dice_seed=5)
    assert identify(stranger, index) == []


def play_chords(chords: list[int], beats_a_chord: float, beat_s: float, seed: int) -> Fingerprint:
    """Major triads over their roots, with a little of everything else, counted in the beats that somebody hears."""
    dice = np.random.default_rng(seed)
    beats = int(len(chords) * beats_a_chord)
    chroma = dice.uniform(0, 60, (beats, 24))
    for beat in range(beats):
        root = chords[int(beat / beats_a_chord)]
        chroma[beat, [root, *(12 + (root + step) % 12 for step in (0, 4, 7))]] += 150
    none = Peaks(np.zeros(0, np.int32), np.zeros(0, np.float32))
    return Fingerprint(none, Harmony(chroma.astype(np.uint8), (np.arange(beats) * beat_s).astype(np.float32)), beats * beat_s)


def write_chords(seed: int, bars: int = 24) -> list[int]:
    return [int(root) for root in np.random.default_rng(seed).integers(0, 12, bars)]


@pytest.mark.parametrize("pace", [1 / 2, 2 / 3, 3 / 4, 1, 4 / 3, 3 / 2, 2])
@pytest.mark.parametrize("songs", [1, 8])
def test_a_cover_is_found_at_whatever_level_its_beat_is_heard(pace: float, songs: int) -> None:
    known = Index.build({f"song-{n}": play_chords(write_chords(n), 4, 0.5, n) for n in range(songs)})
    cover = play_chords([(root + 3) % 12 for root in write_chords(0)[4:20]], 4 * pace, 0.45 / pace, 99)
    [match] = identify(cover, known)
    assert (match.recording_id, match.kind, match.pitch_semitones) == ("song-0", "same_work", 3)
    assert match.tempo_ratio == pytest.approx(0.5 / 0.45, rel=0.05)
    assert match.reference_start_s == pytest.approx(8, abs=1.5)
    assert match.score > 0.99


def test_a_loop_of_chords_that_many_songs_share_names_none_of_them() -> None:
    known = Index.build({f"song-{n}": play_chords([0, 7, 9, 5] * 6, 4, 0.5, n) for n in range(6)})
    assert identify(play_chords([0, 7, 9, 5] * 4, 4, 0.5, 99), known) == []


def test_two_chords_in_fifteen_seconds_are_too_little_to_name_a_work() -> None:
    known = Index.build({"song": play_chords(write_chords(1), 4, 0.5, 1)})
    assert identify(play_chords([5, 5, 5, 5, 7, 7, 7, 7], 4, 0.5, 99), known) == []
