"""A recording that arrives in blocks: the same stems as of the whole, in memory that its length does not make grow."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio, Samples, Stems, StemsBlock
from remixlab.domain.ports.engines import BlockSeparator, Separator
from remixlab.separation import MaskSeparator, NetworkSeparator, blockwise, measure_level, take_apart
from remixlab.separation import mask_separator as mask_room
from remixlab.separation import network_separator as network_room

RATE = 44100


class Wavering:
    """Masks that differ from frame to frame and bin to bin, and sum to one."""

    def __call__(self, given: np.ndarray) -> dict[str, np.ndarray]:
        loudness = np.abs(given[0, 0]) / (1 + np.abs(given[0, 0]))
        shares = np.stack([loudness, (1 - loudness) / 2, (1 - loudness) / 4, (1 - loudness) / 4])
        return {"masks": np.broadcast_to(shares[None, :, None], (1, 4, 2, *loudness.shape)).astype(np.float32)}


class Halves:
    """Knows only wholes: half is the voice, a quarter each are drums and bass."""

    name, trained = "halves/1", False

    def separate(self, recording: Audio, *, progress: object = None) -> Stems:
        half = Audio(recording.samples * np.float32(0.5), recording.sample_rate)
        quarter = Audio(recording.samples * np.float32(0.25), recording.sample_rate)
        return Stems(
            half, quarter, quarter, Audio(np.zeros_like(recording.samples), recording.sample_rate), separator=self.name
        )


def noise(channels: int, frames: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).normal(0, 0.1, (channels, frames)).astype(np.float32)


def cut(samples: Samples, lengths: list[int]) -> Iterator[Samples]:
    place = 0
    while place < samples.shape[1]:
        for length in lengths:
            yield samples[:, place : place + length]
            place += length


def joined(blocks: Iterator[StemsBlock]) -> np.ndarray:
    return np.concatenate([np.stack(block) for block in blocks], axis=2)


@settings(max_examples=8, deadline=None)
@given(
    make=st.sampled_from([MaskSeparator, lambda: NetworkSeparator(Wavering())]),
    frames=st.one_of(st.integers(1, 5000), st.integers(120_000, 180_000)),
    channels=st.sampled_from([1, 2, 3]),
    rate=st.sampled_from([22050, 44100, 48000]),
    lengths=st.lists(st.integers(1000, 90_000), min_size=1, max_size=4),
)
def test_blocks_joined_are_the_stems_of_the_whole_however_it_was_cut(
    make: Callable[[], BlockSeparator], frames: int, channels: int, rate: int, lengths: list[int]
) -> None:
    samples = noise(channels, frames)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network_room, "_CHUNK", 96)
        patch.setattr(mask_room, "_CHUNK_HOPS", 64)
        recording, separator = Audio(samples, rate), make()
        blocks = joined(take_apart(separator, cut(samples, lengths), rate, level_rms=measure_level(recording)))
        whole = np.stack([stem.samples for stem in separator.separate(recording).values()])
    assert blocks.shape == whole.shape
    assert np.abs(blocks - whole).max() < 1e-6
    assert np.abs(blocks.sum(axis=0) - samples).max() < 1e-6


def peak_bytes(separator: Separator, blocks: int) -> int:
    """The highest of the memory that taking apart so many half seconds needs, each forgotten when it was given."""
    one = noise(1, RATE // 2)
    tracemalloc.start()
    try:
        length = sum(
            block.length_frames for block in take_apart(separator, (one for _ in range(blocks)), RATE, level_rms=0.1)
        )
        assert length == blocks * one.shape[1]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("make", [MaskSeparator, lambda: NetworkSeparator(Wavering(), refined=False), Halves])
def test_four_times_the_length_takes_no_more_memory(
    make: Callable[[], Separator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_room, "_CHUNK", 96)
    monkeypatch.setattr(mask_room, "_CHUNK_HOPS", 64)
    monkeypatch.setattr(blockwise, "WINDOW_S", 1.0)
    monkeypatch.setattr(blockwise, "FADE_S", 0.2)
    peak_bytes(make(), 4)
    short, long = peak_bytes(make(), 11), peak_bytes(make(), 44)
    assert long < 1.15 * short  # what is made ahead may or may not be there at the highest moment


def test_a_separator_that_knows_only_wholes_goes_window_by_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blockwise, "WINDOW_S", 1.0)
    monkeypatch.setattr(blockwise, "FADE_S", 0.25)
    samples = noise(2, 5 * RATE + 321)
    assert not isinstance(Halves(), BlockSeparator)
    blocks = joined(take_apart(Halves(), cut(samples, [30_000]), RATE, level_rms=1.0))
    assert np.abs(blocks[0] - samples / 2).max() < 1e-6
    assert np.abs(blocks.sum(axis=0) - samples).max() < 1e-6
