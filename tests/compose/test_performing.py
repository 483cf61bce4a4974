"""A performance, its stems and its truth."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.compose import sketch
from remixlab.domain.audio import Stem
from remixlab.signal import measure_loudness_lufs, measure_peak_dbtp


@pytest.fixture(scope="module")
def waltz():
    return sketch("folk-waltz", seed=3, form="verse4 chorus4")


def test_the_stems_sum_to_the_mix_and_all_four_sound(waltz):
    stems = waltz.stems
    total = stems.vocals.samples + stems.drums.samples + stems.bass.samples + stems.other.samples
    assert np.array_equal(total, waltz.recording.samples)
    assert all(np.isfinite(stems[stem].samples).all() and np.abs(stems[stem].samples).max() > 0.01 for stem in Stem)


def test_the_mix_is_level_and_does_not_clip(waltz):
    samples = waltz.recording.samples
    assert measure_peak_dbtp(samples) <= -1.0
    assert -20.0 < measure_loudness_lufs(samples, 44_100) < -14.0
    assert waltz.truth.loudness_lufs == pytest.approx(measure_loudness_lufs(samples, 44_100), abs=0.05)


def test_the_truth_covers_the_piece(waltz):
    truth, score = waltz.truth, waltz.score
    assert len(truth.beats) == score.beats and len(truth.downbeats) == score.bars
    assert truth.beats[1] - truth.beats[0] == pytest.approx(60 / score.tempo_bpm)
    assert truth.chords[0].start_s == 0.0 and truth.chords[-1].end_s == pytest.approx(truth.duration_s)
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in zip(truth.chords, truth.chords[1:], strict=False))
    assert [section.label for section in truth.sections] == ["verse", "chorus"]


def test_drum_hits_sound_where_the_truth_says(waltz):
    power = (waltz.stems.drums.samples**2).sum(axis=0)
    loud = [hit for hit in waltz.truth.drums if hit.velocity > 0.6 and hit.time_s > 0.1]
    rises = 0
    for hit in loud:
        at = round(hit.time_s * 44_100)
        rises += power[at : at + 1500].max() > 4 * power[at - 400 : at - 60].max()
    assert rises > 0.8 * len(loud)


def test_the_same_seed_gives_the_same_samples():
    one, two = (sketch("house", seed=4, form="chorus2").recording.samples for _ in range(2))
    assert np.array_equal(one, two)
    assert not np.array_equal(
        one, sketch("house", seed=5, form="chorus2", tempo_bpm=120, key="A minor").recording.samples[:, : one.shape[1]]
    )
