"""What stands apart in the stereo picture is told apart; what does not stays as the masks had it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remixlab.separation.places import Places

FRAMES, BINS = 120, 16
Spectrum = NDArray[np.complex64]


def noise(rng: np.random.Generator, *shape: int) -> Spectrum:
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)


def placed(rng: np.random.Generator, left: float, right: float) -> Spectrum:
    """A source at one place, loud and soft by turns. Shape: (2, frames, bins)."""
    source = noise(rng, FRAMES, BINS) * rng.uniform(0.0, 1.0, (FRAMES, BINS)).astype(np.float32)
    return np.stack([source * np.float32(left), source * np.float32(right)])


def error_db(truth: Spectrum, guess: Spectrum) -> float:
    return float(10 * np.log10(np.sum(np.abs(truth - guess) ** 2) / np.sum(np.abs(truth) ** 2)))


def test_players_at_different_places_are_told_apart_better_than_by_masks() -> None:
    rng = np.random.default_rng(1)
    sources = np.stack([placed(rng, 1.0, 0.2), placed(rng, 0.2, 1.0)])
    mix = sources.sum(axis=0)
    loud = np.abs(sources).sum(axis=1)
    blurred = (loud + 0.3 * loud.sum(axis=0)) / (1.6 * loud.sum(axis=0) + 1e-9)
    masked = (blurred[:, None] * mix).astype(np.complex64)
    shared = masked[:1].copy()
    Places(1, BINS).share(mix, shared)
    found = (shared[0], mix - shared[0])
    for source, before, after in zip(sources, masked, found, strict=True):
        assert error_db(source, after) < error_db(source, before) - 3


@given(seed=st.integers(0, 1000), right=st.sampled_from([1.0, 0.5, -1.0, 0.0]))
@settings(max_examples=20)
def test_what_stands_at_one_place_stays_as_the_masks_had_it(seed: int, right: float) -> None:
    rng = np.random.default_rng(seed)
    mix = placed(rng, 1.0, right)
    masks = rng.dirichlet(np.ones(4), (FRAMES, BINS)).astype(np.float32)
    parts = np.stack([(mix * masks[..., number]).astype(np.complex64) for number in range(3)])
    shared = parts.copy()
    Places(3, BINS).share(mix, shared)
    assert np.abs(shared - parts).max() < 1e-3 * np.abs(mix).max()


@given(seed=st.integers(0, 1000), level=st.sampled_from([0.0, 1e-6, 1.0, 30.0]))
@settings(max_examples=20)
def test_no_part_is_louder_than_its_place_allows_and_silence_stays_silent(seed: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    mix = noise(rng, 2, FRAMES, BINS) * np.float32(level)
    mix[:, ::3] = 0
    masks = rng.dirichlet(np.ones(4), (2, FRAMES, BINS)).astype(np.float32)
    parts = np.stack([(mix * masks[..., number]).astype(np.complex64) for number in range(3)])
    Places(3, BINS).share(mix, parts)
    assert np.isfinite(parts).all()
    assert np.abs(parts[:, :, ::3]).max() == 0
    assert np.sum(np.abs(parts.sum(axis=0)) ** 2) < 1.05 * np.sum(np.abs(mix) ** 2) + 1e-12


def test_places_are_learned_from_piece_to_piece() -> None:
    rng = np.random.default_rng(3)
    left, right = placed(rng, 1.0, 0.05), placed(rng, 0.05, 1.0)
    mix = left + right
    known, fresh = Places(1, BINS), Places(1, BINS)
    known.share(mix, left[None].copy())
    again = (0.5 * mix[None]).astype(np.complex64)
    informed, guessed = again.copy(), again.copy()
    known.share(mix, informed)
    fresh.share(mix, guessed)
    assert error_db(left, informed[0]) < error_db(left, guessed[0]) - 3
