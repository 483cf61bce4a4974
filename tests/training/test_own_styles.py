"""The product's own styles in the training pool: every part in its stem, nobody sings, the same from the same seed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

from remixlab.domain.notes import BeatHit, BeatNote
from remixlab.plan import styles
from remixlab.rendering.parts.lines import Line
from synthesis.sound_files import RATE
from training.material import own_styles
from training.material.pool import Pool


def make_pool(folder: Path) -> list[dict[str, object]]:
    pool = Pool(folder)
    own_styles.add_own_styles(pool, np.random.default_rng(3), 1)
    pool.close()
    return json.loads((folder / "index.json").read_text())


def test_every_style_is_dealt_and_the_electronic_ones_twice() -> None:
    deck = own_styles.deal_styles(np.random.default_rng(0))
    assert set(deck) == set(styles.ids())
    assert all(deck.count(style) == (2 if own_styles.is_electronic(style) else 1) for style in deck)


def test_nobody_imitates_a_voice_and_rising_noise_is_no_drum() -> None:
    tones, strokes = (BeatNote(0, 1, 60, 0.8),), (BeatHit(0, "riser", 0.5), BeatHit(8, "crash", 0.5))
    written = [
        Line(name, name, name, "performed", "ambient", tones=tones)
        for name in ("ooh-voice", "aah-voice", "sung-voice-low", "pad")
    ]
    written.append(Line("landmarks", "landmarks", "909-kit", "performed", "ambient", strokes=strokes))
    made = list(own_styles.recast(tuple(written), "ambient", np.random.default_rng(0)))
    assert not any("voice" in line.instrument for line in made)
    assert made[3].instrument == "pad"
    stems = {
        own_styles.stem_of(line.part, line.name).value: [s.piece for s in line.strokes] for line in made if line.strokes
    }
    assert stems == {"other": ["riser"], "drums": ["crash"]}


def test_a_style_becomes_three_stems_the_same_from_one_seed(tmp_path: Path) -> None:
    index = make_pool(tmp_path / "a")
    assert index == make_pool(tmp_path / "b")
    assert {entry["kind"] for entry in index} == {"drums", "bass", "other"}
    assert {(entry["source"], entry["licence"], entry["weak"]) for entry in index} == {
        ("own_styles", "Apache-2.0", False)
    }
    for entry in index:
        sound, again = (np.load(tmp_path / name / str(entry["file"])) for name in "ab")
        assert sound.dtype == np.int16 and sound.shape[1] == 2 and np.array_equal(sound, again)
        power = np.abs(np.fft.rfft(sound[:, 0].astype(float))) ** 2
        low = power[: int(300 * len(sound) / RATE)].sum() / power.sum()
        assert (low > 0.4) == (entry["kind"] == "bass") or entry["kind"] == "drums"
