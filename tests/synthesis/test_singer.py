"""A sung note is one syllable: its vowel begins where the note does, at its pitch, and a pitch that comes again is
heard to come again.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from synthesis.singer import JOINED_S, sing_notes
from synthesis.smf import Note
from synthesis.syllables import RATE, read_mouth


def speak(rng: np.random.Generator, syllables: int = 24) -> np.ndarray:
    """Hiss or a hum, then a vowel at a speaking pitch, over and over. Shape: (frames,)."""
    said: list[np.ndarray] = []
    for number in range(syllables):
        time = np.arange(int(0.16 * RATE)) / RATE
        pulses = (np.diff((time * (110 + 3 * number)) % 1, prepend=0.0) < 0).astype(float)
        mouth = sum(
            np.sin(2 * np.pi * f * time[:400]) * np.exp(-time[:400] * 700)
            for f in rng.uniform((300, 900, 2300), (800, 1900, 2900))
        )
        vowel = np.convolve(pulses, mouth)[: len(time)] * np.hanning(len(time)) ** 0.3
        hiss = rng.standard_normal(int(0.06 * RATE)) * np.hanning(int(0.06 * RATE)) * 0.15
        hum = np.sin(2 * np.pi * 120 * time[: int(0.06 * RATE)]) * 0.1
        said += [hiss if number % 2 else hum, vowel]
    return np.concatenate(said).astype(np.float32)


def compose(pitches: list[int], length_s: float, parted_s: float = 0.0) -> list[Note]:
    return [Note(0.5 + k * length_s, 0.5 + (k + 1) * length_s - parted_s, p, 100) for k, p in enumerate(pitches)]


def sing(notes: list[Note], seed: int = 1) -> tuple[np.ndarray, list[Note]]:
    rng = np.random.default_rng(seed)
    return sing_notes(notes, [speak(np.random.default_rng(0))], notes[-1].end_s + 1, rng)


def measure_pitch(sound: np.ndarray, at_s: float) -> float:
    """Pitch by the strongest repetition of 46 ms, in MIDI numbers; knows nothing of how it was sung."""
    piece = sound[int((at_s - 0.023) * RATE) : int((at_s + 0.023) * RATE)].astype(float)
    alike = np.correlate(piece, piece, "full")[len(piece) - 1 :] / np.arange(len(piece), 0, -1)
    lags = np.arange(60, 700)
    first = next(
        lag
        for lag in lags
        if alike[lag] > 0.9 * alike[lags].max() and alike[lag] >= max(alike[lag - 1], alike[lag + 1])
    )
    return 69 + 12 * np.log2(RATE / first / 440)


def measure_level(sound: np.ndarray, begin_s: float, end_s: float) -> float:
    return float(10 * np.log10(np.mean(sound[int(begin_s * RATE) : int(end_s * RATE)] ** 2) + 1e-12))


def test_speech_falls_into_its_syllables() -> None:
    mouth = read_mouth(speak(np.random.default_rng(0)))
    assert 20 <= len(mouth.syllables) <= 25
    assert all(s.begin <= s.vowel <= s.steady < s.held <= s.end for s in mouth.syllables)


def test_every_note_sounds_at_its_pitch_from_where_it_is_said_to_begin() -> None:
    sound, sung = sing(compose([60, 62, 64, 67, 67, 65, 62, 60, 64, 64, 72, 71], 0.4))
    assert len(sung) == 12
    late = [s.start_s - n.start_s for s, n in zip(sung, compose([s.pitch for s in sung], 0.4), strict=True)]
    assert max(map(abs, late)) <= 0.03 + 1e-9 and np.std(late) > 0.001
    heard = [measure_pitch(sound, s.start_s + 0.12) for s in sung]
    assert np.abs(np.array(heard) - [s.pitch for s in sung]).max() < 0.6


def test_a_pitch_that_comes_again_is_parted_from_the_one_before() -> None:
    sound, sung = sing(compose([64] * 14, 0.35))
    for before, after in pairwise(sung):
        held = min(
            measure_level(sound, before.start_s + 0.1, before.start_s + 0.14),
            measure_level(sound, after.start_s + 0.1, after.start_s + 0.14),
        )
        edges = np.arange(after.start_s - 0.13, after.start_s + 0.01, 0.012)
        assert min(measure_level(sound, t, t + 0.012) for t in edges) < held - 3


def test_a_note_is_held_until_the_next_consonant_unless_there_is_a_rest() -> None:
    _, bound = sing(compose([60, 62, 64, 65, 67] * 8, 0.3))
    gaps = np.array([b.start_s - a.end_s for a, b in pairwise(bound)])
    assert gaps.min() > -1e-9 and gaps.max() < 0.125
    assert 0.04 < np.mean(gaps < 1e-9) < 0.4, "some share a syllable"
    _, parted = sing(compose([60, 62, 64, 65, 67], 0.6, JOINED_S + 0.05))
    assert all(b.start_s - a.end_s > 0.03 for a, b in pairwise(parted))


def test_a_song_is_sung_alike_from_one_seed_cleanly_and_not_in_rests() -> None:
    notes = [Note(0.5, 1.0, 60, 100), Note(3.0, 3.4, 62, 100)]
    sound, sung = sing(notes)
    again, _ = sing(notes)
    other, _ = sing(notes, 2)
    assert np.array_equal(sound, again) and not np.array_equal(sound, other)
    assert sound.dtype == np.float32 and np.isfinite(sound).all() and np.abs(sound).max() == pytest.approx(0.7)
    held = measure_level(sound, sung[0].start_s + 0.1, sung[0].end_s)
    assert measure_level(sound, 1.3, 2.2) < held - 60
    assert measure_level(sound, 0.0, 0.05) < held - 60


def test_nothing_to_sing_is_silence() -> None:
    sound, sung = sing_notes([], [speak(np.random.default_rng(0))], 1.0, np.random.default_rng(0))
    assert not sung and not sound.any() and len(sound) == RATE
