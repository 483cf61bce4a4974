"""Who is added to a pool sings or plays what was written: in its key, at its pitch, and a voice sung again is another
voice.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soxr", reason="training resamples with soxr")
pytest.importorskip("soundfile")
sys.path.insert(0, str(Path(__file__).parents[2]))

from remixlab.signal.measure.contour import find_pitch
from synthesis.sound_files import RATE
from training.material.cast import LINE_S, add_cast, harmonise, play_lead, sing_again
from training.material.pool import Pool
from training.songs.lead_sheet import MAJOR, MINOR
from training.songs.lines import compose_line


@pytest.mark.parametrize("steps", [-5, -2, 2, 4, 7])
def test_a_harmony_stays_in_the_key_and_moves_with_the_line(steps: int) -> None:
    for seed in range(8):
        notes, key = compose_line(np.random.default_rng(seed), LINE_S)
        scale = MINOR if key >= 12 else MAJOR
        other = harmonise(notes, key, steps)
        assert all((note.pitch - key) % 12 in scale for note in other)
        assert all(np.sign(b.pitch - a.pitch) == np.sign(steps) for a, b in zip(notes, other, strict=True))
        assert [(n.start_s, n.end_s) for n in other] == [(n.start_s, n.end_s) for n in notes]


def test_a_synthesizer_carries_a_tune_at_a_level_of_its_own() -> None:
    levels = []
    for seed in range(3):
        sound = play_lead(np.random.default_rng(seed))
        assert sound.shape == (int(LINE_S * RATE), 2)
        assert np.isfinite(sound).all()
        levels.append(np.sqrt(np.mean(sound**2)))
        pitch = find_pitch(np.ascontiguousarray(sound.T, np.float32), RATE)
        assert pitch.voiced.mean() > 0.2
    assert np.allclose(levels, 0.1, atol=0.01)


def test_a_voice_sung_again_has_another_pitch_and_the_same_length() -> None:
    time = np.arange(2 * RATE) / RATE
    voice = sum(np.sin(2 * np.pi * 200 * k * time) / k for k in range(1, 12)) * 0.1
    stereo = np.repeat(np.asarray(voice, np.float32)[:, None], 2, axis=1)
    for seed in range(4):
        again = sing_again(stereo, np.random.default_rng(seed))
        assert again.shape == stereo.shape
        pitch = find_pitch(np.ascontiguousarray(again.T), RATE)
        away = abs(12 * np.log2(np.median(pitch.f0_hz[pitch.voiced]) / 200))
        assert 1.4 < away < 5.1


def test_a_published_voice_is_sung_again_under_the_name_of_its_song(tmp_path: Path) -> None:
    pool, time = Pool(tmp_path), np.arange(2 * RATE) / RATE
    voice = np.repeat((0.2 * np.sign(np.sin(2 * np.pi * 220 * time)))[:, None], 2, axis=1)
    pool.add("vocals", "evr_sodium", "evr_sodium", "CC0-1.0", voice)
    add_cast(pool, tmp_path, np.random.default_rng(1), lines=0, leads=1, takes=2)
    pool.close()
    told = [(e["kind"], e["song"], e["source"]) for e in json.loads((tmp_path / "index.json").read_text())]
    assert told == [
        ("vocals", "evr_sodium", "evr_sodium"), ("other", "synth_lines_000", "synth_lines"),
        ("vocals", "evr_sodium_again0", "evr_sodium"), ("vocals", "evr_sodium_again1", "evr_sodium"),
    ]  # fmt: skip
