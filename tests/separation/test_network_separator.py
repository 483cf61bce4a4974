"""The network's surroundings, with stand-in networks whose masks are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio, Stem
from remixlab.separation import NetworkSeparator
from remixlab.separation import network_separator as room
from remixlab.separation.refine import refine_masks, soften, sung_gain

RATE = 44100


class Steady:
    """Gives every bin of a stem the same share, and remembers what it was shown."""

    def __init__(self, shares: tuple[float, float, float, float]) -> None:
        self.shares = shares
        self.shown: list[tuple[int, ...]] = []
        self.loudest = 0.0

    def __call__(self, given: np.ndarray) -> dict[str, np.ndarray]:
        self.shown.append(given.shape)
        self.loudest = max(self.loudest, float(np.abs(given).max()))
        masks = np.empty((1, 4, 2, *given.shape[2:]), np.float32)
        masks[:] = np.array(self.shares, np.float32)[None, :, None, None, None]
        return {"masks": masks}


class Sides(Steady):
    """Sends the middle to the vocals and the sides to the drums."""

    def __call__(self, given: np.ndarray) -> dict[str, np.ndarray]:
        masks = super().__call__(given)["masks"]
        masks[:] = 0
        masks[:, 0, 0] = 1
        masks[:, 1, 1] = 1
        return {"masks": masks}


def noise(channels: int, frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, (channels, frames)).astype(np.float32)


@settings(max_examples=15, deadline=None)
@given(frames=st.one_of(st.integers(1, 9000), st.integers(40_000, 90_000)), channels=st.sampled_from([1, 2, 3]))
def test_shares_of_a_flat_mask_are_shares_of_the_samples(frames: int, channels: int) -> None:
    samples = noise(channels, frames)
    stems = NetworkSeparator(Steady((0.5, 0.25, 0.25, 0.0)), refined=False).separate(Audio(samples, RATE))
    assert np.abs(stems.vocals.samples - 0.5 * samples).max() < 1e-5
    assert np.abs(stems.drums.samples - 0.25 * samples).max() < 1e-5
    assert np.abs(stems.mix().samples - samples).max() < 1e-6


def test_chunks_fade_into_each_other_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_CHUNK", 96)
    samples = noise(2, 12 * RATE)
    network = Steady((0.7, 0.1, 0.1, 0.1))
    stems = NetworkSeparator(network, refined=False).separate(Audio(samples, RATE))
    assert len(network.shown) > 5
    assert all(shape[2] % 8 == 0 and shape[2] <= 96 and shape[1] == 4 and shape[3] == 2048 for shape in network.shown)
    assert np.abs(stems.vocals.samples - 0.7 * samples).max() < 1e-5


def test_middle_and_sides_are_masked_apart() -> None:
    samples = noise(2, 50_000)
    stems = NetworkSeparator(Sides((0, 0, 0, 0)), refined=False).separate(Audio(samples, RATE))
    middle = samples.mean(axis=0)
    assert np.abs(stems.vocals.samples - middle).max() < 1e-5
    assert np.abs(stems.drums.samples - (samples - middle)).max() < 1e-5


@pytest.mark.parametrize("rate", [22050, 48000, 96000])
def test_other_rates_come_back_in_their_own_rate(rate: int) -> None:
    t = np.arange(2 * rate) / rate
    samples = np.stack([np.sin(2 * np.pi * 440 * t), np.sin(2 * np.pi * 660 * t)]).astype(np.float32) * 0.3
    stems = NetworkSeparator(Steady((1, 0, 0, 0)), refined=False).separate(Audio(samples, rate))
    inside = slice(rate // 10, -rate // 10)
    assert np.abs(stems.vocals.samples - samples)[:, inside].max() < 2e-3
    assert np.abs(stems.mix().samples - samples).max() < 1e-6
    assert stems[Stem.OTHER].sample_rate == rate


def test_the_network_hears_quiet_and_loud_masters_alike() -> None:
    quiet, loud = Steady((1, 0, 0, 0)), Steady((1, 0, 0, 0))
    samples = noise(2, 60_000)
    NetworkSeparator(quiet, refined=False).separate(Audio(samples * np.float32(0.01), RATE))
    NetworkSeparator(loud, refined=False).separate(Audio(samples, RATE))
    assert quiet.loudest == pytest.approx(loud.loudest, rel=1e-3)


def test_silence_stays_silent() -> None:
    stems = NetworkSeparator(Steady((0.25, 0.25, 0.25, 0.25)), refined=False).separate(
        Audio(np.zeros((2, RATE), np.float32), RATE)
    )
    assert all(not stem.samples.any() for stem in stems.values())


def test_refined_masks_sum_to_one_and_share_doubt_more_evenly() -> None:
    masks = np.random.default_rng(3).random((4, 2, 40, 2048)).astype(np.float32)
    masks /= masks.sum(axis=0)
    refined = refine_masks(masks, np.ones((40, 2048), np.float32), RATE / 4096)
    assert np.abs(refined.sum(axis=0) - 1).max() < 1e-5
    for sung in (0.0, 0.5, 1.0):
        softened = soften(masks, np.full(40, sung, np.float32))
        assert np.array_equal(softened[0] > 0.5, masks[0] > 0.5)
        assert np.array_equal(softened[1:].argmax(axis=0), masks[1:].argmax(axis=0))
        assert (np.abs(softened[0] - 0.5) < np.abs(masks[0] - 0.5)).mean() > 0.99


def test_the_voice_is_shut_where_the_mask_takes_only_crumbs_and_open_where_it_is_sure() -> None:
    loudness, sure = np.ones((300, 2048), np.float32), np.full((300, 2048), 0.02, np.float32)
    sure[100:200, 50:400] = 0.9
    gain = sung_gain(sure, loudness, RATE / 4096)
    assert gain[100:200].min() > 0.99
    assert gain[:70].max() < 0.2
    assert gain[230:].max() < 0.2


def test_refined_stems_still_sum_to_the_recording() -> None:
    samples = noise(2, 5 * RATE)
    stems = NetworkSeparator(Steady((0.4, 0.3, 0.1, 0.2))).separate(Audio(samples, RATE))
    assert np.abs(stems.mix().samples - samples).max() < 1e-6
