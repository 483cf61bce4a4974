"""Stems are what they sound like, not what their files are called."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soxr", reason="training resamples with soxr")
soundfile = pytest.importorskip("soundfile")
sys.path.insert(0, str(Path(__file__).parents[2]))

from synthesis.sound_files import RATE  # noqa: E402
from training.material.pool import read_song  # noqa: E402
from training.separation.scores import score_guess  # noqa: E402


def write_song(folder: Path, bass_hz: float) -> dict[str, np.ndarray]:
    time = np.arange(2 * RATE) / RATE
    tones = {"vocals": 400.0, "bass": bass_hz, "other": 1500.0}
    sounds = {stem: np.repeat(0.2 * np.sin(2 * np.pi * hz * time)[:, None], 2, axis=1) for stem, hz in tones.items()}
    sounds["drums"] = np.zeros((2 * RATE, 2))
    for stem, sound in sounds.items():
        soundfile.write(folder / f"{stem}.ogg", sound, RATE)
    return sounds


def test_a_bass_without_a_low_end_belongs_to_the_rest_and_silence_is_no_stem(tmp_path: Path) -> None:
    written = write_song(tmp_path, 900.0)
    read = read_song(tmp_path)
    assert set(read) == {"vocals", "other"}
    both = written["bass"] + written["other"]
    assert np.abs(read["other"] - both)[RATE // 2 : -RATE // 2].max() < 0.05


def test_a_bass_with_a_low_end_stays_one(tmp_path: Path) -> None:
    write_song(tmp_path, 80.0)
    assert set(read_song(tmp_path)) == {"vocals", "bass", "other"}


def test_where_nobody_published_a_bass_what_is_found_of_it_counts_as_the_rest() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.standard_normal((4, 2, RATE)) * 0.1).astype(np.float32)
    truth[2] = 0
    guess = truth.copy()
    guess[2], guess[3] = truth[3] * 0.5, truth[3] * 0.5
    assert "bass" not in score_guess(truth, guess)
    assert score_guess(truth, guess)["other"] > 60
