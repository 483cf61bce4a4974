"""Taking apart: nothing is lost, whatever the shape of the recording, and each stem holds mostly its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.networks.load import has_network
from remixlab.separation import MaskSeparator, choose_separator, separate
from remixlab.separation import mask_separator as room

RATE = 44100


def energy(samples: np.ndarray) -> float:
    return float((samples.astype(np.float64) ** 2).sum())


def loudness_ratio_db(kept: np.ndarray, lost: np.ndarray) -> float:
    return 10 * np.log10(energy(kept) / (energy(lost) + 1e-12))


@settings(max_examples=12, deadline=None)
@given(
    frames=st.one_of(st.integers(1, 3000), st.integers(30_000, 60_000)),
    channels=st.sampled_from([1, 2, 6]),
    rate=st.sampled_from([8000, 22050, 44100, 48000, 96000]),
    seed=st.integers(0, 99),
)
def test_the_stems_sum_to_the_recording_whatever_its_shape(frames: int, channels: int, rate: int, seed: int) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, (channels, frames)).astype(np.float32)
    stems = MaskSeparator().separate(Audio(samples, rate))
    assert all(stem.samples.shape == samples.shape and stem.sample_rate == rate for stem in stems.values())
    assert all(np.isfinite(stem.samples).all() for stem in stems.values())
    assert np.abs(stems.mix().samples - samples).max() < 1e-6


def test_chunks_leave_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.random.default_rng(1).normal(0, 0.2, (2, 5 * RATE)).astype(np.float32)
    whole = MaskSeparator().separate(Audio(samples, RATE))
    monkeypatch.setattr(room, "_CHUNK_HOPS", 64)
    parts = MaskSeparator().separate(Audio(samples, RATE))
    for stem in ("drums", "bass"):
        assert np.abs(whole[stem].samples - parts[stem].samples).max() < 1e-4  # type: ignore[index]


def test_silence_stays_silent() -> None:
    stems = separate(Audio(np.zeros((2, RATE), np.float32), RATE))
    assert all(not stem.samples.any() for stem in stems.values())


def test_clicks_go_to_the_drums_low_tones_to_the_bass_and_wide_tones_to_the_rest() -> None:
    rng = np.random.default_rng(5)
    t = np.arange(6 * RATE) / RATE
    clicks = np.zeros_like(t)
    for beat in range(11):
        begin = int((0.25 + beat * 0.5) * RATE)
        clicks[begin : begin + 900] += rng.normal(0, 0.5, 900) * np.exp(-np.arange(900) / 200)
    low = 0.3 * np.sin(2 * np.pi * 70 * t)
    wide = 0.2 * np.sin(2 * np.pi * 660 * t)
    mix = np.stack([clicks + low + wide, clicks + low - 0.2 * wide]).astype(np.float32)
    stems = MaskSeparator().separate(Audio(mix, RATE))
    inside = slice(RATE // 2, -RATE // 2)
    assert (
        loudness_ratio_db(
            stems.bass.samples[:, inside], stems.bass.samples[:, inside] - np.stack([low, low])[:, inside]
        )
        > 10
    )
    drums = stems.drums.samples[:, inside]
    assert loudness_ratio_db(drums, drums - np.stack([clicks, clicks])[:, inside]) > 5
    rest = stems.other.samples[0, inside] + stems.vocals.samples[0, inside]
    assert loudness_ratio_db(rest, rest - wide[inside]) > 5
    assert energy(stems.other.samples[:, inside]) > 4 * energy(stems.vocals.samples[:, inside])


def test_progress_ends_at_one() -> None:
    told: list[float] = []
    MaskSeparator().separate(
        Audio(np.zeros((1, 3 * RATE), np.float32), RATE), progress=lambda _stage, share: told.append(share)
    )
    assert told[-1] == 1.0


def test_stems_name_the_separator_that_made_them() -> None:
    best = choose_separator()
    assert best.trained is has_network("remixlab.separation", "separator")
    assert MaskSeparator().trained is False
    assert separate(Audio(np.zeros((1, 100), np.float32), RATE)).separator == best.name
