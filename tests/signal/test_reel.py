"""Sound that arrives in blocks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.signal.reel import Reel, blocks_of, make_ahead, measure_rms, resample_blocks
from remixlab.signal.resample import resample


def noise(channels: int, frames: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.1, (channels, frames)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(
    frames=st.integers(1, 30_000), channels=st.sampled_from([1, 2, 5]), block=st.integers(500, 9000),
    rates=st.sampled_from([(44100, 44100), (48000, 44100), (22050, 44100), (44100, 96000)]),
)  # fmt: skip
def test_resampled_blocks_joined_are_the_resampled_whole(
    frames: int, channels: int, block: int, rates: tuple[int, int]
) -> None:
    samples = noise(channels, frames)
    parts = list(resample_blocks(blocks_of(Audio(samples, rates[0]), block), *rates))
    whole = resample(samples, *rates)
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_a_reel_gives_silence_before_the_start_and_after_the_end() -> None:
    reel = Reel(blocks_of(Audio(np.ones((2, 10), np.float32), 44100), 3))
    assert not reel.reach(11)
    assert reel.reach(10)
    assert reel.read(-2, 12).tolist() == [[0.0] * 2 + [1.0] * 10 + [0.0] * 2] * 2


def test_what_was_forgotten_cannot_be_read() -> None:
    reel = Reel(blocks_of(Audio(noise(1, 100), 44100), 10))
    assert reel.reach(100)
    reel.forget(55)
    assert np.array_equal(reel.read(55, 100), noise(1, 100)[:, 55:])
    with pytest.raises(IndexError, match="forgotten"):
        reel.read(40, 60)


def test_the_level_of_blocks_is_the_level_of_the_whole() -> None:
    samples = noise(2, 5000)
    assert measure_rms(blocks_of(Audio(samples, 44100), 700)) == pytest.approx(
        float(np.sqrt(np.mean(samples**2))), rel=1e-5
    )
    assert measure_rms([]) == 0.0


def test_what_is_made_ahead_comes_in_order_and_its_errors_too() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number
        raise RuntimeError("at the end")

    found: list[int] = []
    with pytest.raises(RuntimeError, match="at the end"):
        found.extend(make_ahead(items()))
    assert found == made == [0, 1, 2, 3, 4]
    begun = make_ahead(iter(range(10)))
    assert next(begun) == 0
    assert list(begun) == list(range(1, 10))
