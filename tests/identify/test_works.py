"""Another performance of the same tune and chords is told as a candidate, and refuses nothing."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.identify import Index, fingerprint, identify, screen

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
