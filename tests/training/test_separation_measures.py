"""The measures say what their words say, and a page says which of its goals hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch, which the product does not")
sys.path.insert(0, str(Path(__file__).parents[2]))

from synthesis.sound_files import RATE  # noqa: E402
from training.separation.excerpts import Excerpt  # noqa: E402
from training.separation.measure import Fold, Judge, list_unheard, measure, read_fold, take_means  # noqa: E402
from training.separation.net import Separator  # noqa: E402
from training.separation.page import Row, list_goals, write_page  # noqa: E402
from training.separation.scores import (  # noqa: E402
    apply_oracle,
    measure_isolation,
    measure_kept,
    measure_leak,
    measure_sdr,
    measure_si_sdr,
    score_guess,
)


def make_stems(length_s: float = 4.0) -> np.ndarray:
    """A voice in the first half, a beat, a low tone and a high one. Shape: (4, 2, frames)."""
    time = np.arange(int(length_s * RATE)) / RATE
    rng = np.random.default_rng(0)
    parts = [
        np.sin(2 * np.pi * 400 * time) * (time < length_s / 2),
        rng.standard_normal(len(time)) * np.exp(-(time % 0.5) * 30),
        np.sin(2 * np.pi * 60 * time),
        np.sin(2 * np.pi * 1500 * time),
    ]
    return np.repeat(np.stack(parts)[:, None] * 0.1, 2, axis=1).astype(np.float32)


def test_an_error_of_a_tenth_is_twenty_decibels() -> None:
    truth = make_stems()[0]
    assert measure_sdr(truth, truth * 0.9) == pytest.approx(20.0, abs=0.01)
    assert measure_si_sdr(truth, truth * 0.9) > 60
    noise = np.random.default_rng(1).standard_normal(truth.shape).astype(np.float32)
    noise *= np.sqrt((truth**2).sum() / (noise**2).sum()) / 10
    assert measure_si_sdr(truth, truth + noise) == pytest.approx(20.0, abs=0.2)


def test_a_perfect_separation_has_all_its_energy_in_place_and_loses_no_singing() -> None:
    truth = make_stems()
    scores = score_guess(truth, truth)
    assert scores["isolation"] == pytest.approx(1.0, abs=1e-4) and scores["kept"] == 1.0 and scores["leak_db"] < -60
    assert measure_isolation(truth, np.repeat(truth.sum(0)[None] / 4, 4, 0)) < 0.5


def test_leak_is_measured_where_nobody_sings_and_loss_where_somebody_does() -> None:
    truth = make_stems()
    guess = truth.copy()
    guess[0, :, 2 * RATE :] = truth.sum(0)[:, 2 * RATE :] * 0.1
    assert measure_leak(truth, guess) == pytest.approx(-20.0, abs=0.1)
    assert measure_kept(truth, guess) == 1.0
    guess[0, :, :RATE] *= 0.1
    assert measure_kept(truth, guess) == pytest.approx(0.5, abs=0.06)
    assert measure_leak(np.ones_like(truth), guess) is None


def test_the_oracle_shares_out_all_of_a_mix_also_beyond_one_stretch() -> None:
    truth = make_stems(34.0)
    found = apply_oracle(truth)
    assert np.abs(found.sum(0) - truth.sum(0)).max() < 1e-4
    assert measure_sdr(truth[0], found[0]) > 10


def test_each_song_is_scored_by_the_network_that_never_heard_it_and_only_once(tmp_path: Path) -> None:
    folds: list[Fold] = []
    for number, songs in enumerate(("a,b", "rubidium")):
        torch.manual_seed(number)
        torch.save({"smooth": Separator().state_dict()}, tmp_path / f"{number}.pt")
        folds.append(read_fold(f"{songs}={tmp_path / f'{number}.pt'}", "AB"[number]))
    assert folds[0].songs == ("a", "b") and folds[0].sha256 != folds[1].sha256
    excerpts = [
        Excerpt(name, song, make_stems(2.0)) for name, song in (("a", "a"), ("rubidium", "rubidium"), ("c", "c"))
    ]
    judge = Judge(tmp_path / "rows.json")
    rows = list(measure({"whole songs": iter(excerpts)}, folds, {}, judge))
    assert [row.name for row in rows if row.who == "network"] == ["a", "rubidium"]
    assert next(r.scores for r in rows if r.name == "a") != next(r.scores for r in rows if r.name == "rubidium")
    again = Judge(tmp_path / "rows.json")
    before = dict(again.known)
    assert list(measure({"whole songs": iter(excerpts)}, folds, {}, again)) == rows and again.known == before
    keys = [name for name in json.loads((tmp_path / "rows.json").read_text()) if "/network/" in name]
    assert [any(fold.sha256[:12] in key for key in keys) for fold in folds] == [True, True]
    assert take_means(rows)["whole songs"]["network"] == pytest.approx(rows[0].scores)


def test_a_network_is_not_scored_on_songs_that_it_heard(tmp_path: Path) -> None:
    torch.save({"smooth": {}, "held_out": ["evr_a", "evr_b"]}, tmp_path / "c.pt")
    assert list_unheard(read_fold(f"a={tmp_path / 'c.pt'}", "A")) == ["a", "b"]
    with pytest.raises(SystemExit, match="heard c"):
        list_unheard(read_fold(f"a,c={tmp_path / 'c.pt'}", "A"))
    (tmp_path / "unknown.onnx").write_bytes(b"?")
    with pytest.raises(SystemExit, match="nobody knows"):
        list_unheard(read_fold(f"a={tmp_path / 'unknown.onnx'}", "A"))


def test_a_page_says_which_goals_hold() -> None:
    good = {"vocals": 7.0, "accompaniment": 9.0, "kept": 0.99, "leak_db": -35.0}
    rows = [
        Row("whole songs", "a", who, {**good, "vocals": level})
        for who, level in (("network", 5.0), ("untrained", 2.5), ("oracle", 11.0))
    ]
    means = take_means(rows)
    verdicts = {words: found >= wanted for words, found, wanted in list_goals(means, rows)}
    assert [words for words, holds in verdicts.items() if not holds] == [
        "vocals of real songs never heard, at least 3 dB above the untrained separator",
        "the long-term goal: vocals of real songs never heard, 6 dB",
    ]
    page = write_page(
        rows, means, [("A", ("a",), "0" * 64), ("B", ("b",), "1" * 64)], ["Demucs (no weights)"], 30.0, shipped="1" * 64
    )
    assert "Network B is the one that ships." in page
    assert "**fails**: the long-term goal" in page and "network B (sha256 `111111111111`) never heard b" in page
    assert "| a | network | 5.0 |" in page and "Not measured: Demucs (no weights)." in page
