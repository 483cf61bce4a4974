"""FLAC of our own: every reader hears what was written, and libsndfile writes nothing better."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.stores.flac import RATE_CODES, encode_flac
from remixlab.stores.kernels import BLOCK_FRAMES


def whole_numbers(samples: np.ndarray) -> np.ndarray:
    """The samples as 24 bits hold them. Shape: (frames, 2)."""
    return np.clip(np.rint(samples.astype(np.float64) * 2**23), -(2**23), 2**23 - 1).astype(np.int32).T


def read(data: bytes) -> np.ndarray:
    return sf.read(io.BytesIO(data), dtype="int32")[0] >> 8


def by_libsndfile(samples: np.ndarray, level: float) -> bytes:
    sink = io.BytesIO()
    with sf.SoundFile(sink, "w", 44_100, 2, "PCM_24", format="FLAC", compression_level=level) as file:
        file.write(samples.T)
    return sink.getvalue()


def music(frames: int, seed: int = 0) -> np.ndarray:
    """Tones, a hit and a noise floor, different on both sides."""
    dice = np.random.default_rng(seed)
    time = np.arange(frames) / 44_100
    tones = sum(0.2 / k * np.sin(2 * np.pi * 196 * k * time + k) for k in range(1, 6)) * np.exp(-(time % 0.5) * 4)
    return np.array([tones + 0.001 * dice.standard_normal(frames), 0.8 * tones + 0.001 * dice.standard_normal(frames)], np.float32)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 3 * BLOCK_FRAMES),
    st.integers(0, 2**32 - 1),
    st.floats(-150, 12),
    st.sampled_from(["noise", "steps", "alike", "one side"]),
)
def test_every_sample_comes_back(frames: int, seed: int, level_db: float, kind: str) -> None:
    dice = np.random.default_rng(seed)
    samples = (dice.standard_normal((2, frames)) * 10 ** (level_db / 20)).astype(np.float32)
    match kind:
        case "steps":
            samples = np.sign(samples) * (np.abs(samples) > 2 * 10 ** (level_db / 20)).astype(np.float32)
        case "alike":
            samples[1] = samples[0]
        case "one side":
            samples[1] = 0
        case _:
            pass
    assert np.array_equal(read(encode_flac(Audio(samples, 44_100), 1)), whole_numbers(samples))


@pytest.mark.parametrize("frames", [1, 3, BLOCK_FRAMES - 1, BLOCK_FRAMES, BLOCK_FRAMES + 1, 130 * BLOCK_FRAMES + 17])
def test_any_length_and_any_number_of_frames(frames: int) -> None:
    samples = music(frames)
    made = encode_flac(Audio(samples, 44_100), 2)
    assert np.array_equal(read(made), whole_numbers(samples))
    assert sf.info(io.BytesIO(made)).frames == frames


def test_a_late_frame_has_its_number_in_three_bytes() -> None:
    silence = Audio(np.zeros((2, 2100 * BLOCK_FRAMES), np.float32), 44_100)
    silence.samples[:, -1] = 0.5
    made = encode_flac(silence, 1)
    assert read(made)[-1].tolist() == [2**22, 2**22]
    assert len(made) < 2100 * 20


@pytest.mark.parametrize("rate", sorted(RATE_CODES))
def test_every_rate_is_named(rate: int) -> None:
    samples = music(5000)
    made = encode_flac(Audio(samples, rate), 1)
    assert sf.info(io.BytesIO(made)).samplerate == rate
    assert np.array_equal(read(made), whole_numbers(samples))


def test_the_bytes_are_the_same_with_any_number_of_workers() -> None:
    sound = Audio(music(20 * 44_100), 44_100)
    assert encode_flac(sound, 1) == encode_flac(sound, 2) == encode_flac(sound, 5)


def test_the_digest_in_the_header_is_that_of_the_sound() -> None:
    samples = music(100_001)
    packed = np.ascontiguousarray(whole_numbers(samples)).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    assert encode_flac(Audio(samples, 44_100), 2)[26:42] == hashlib.md5(packed).digest()


def test_the_file_is_as_small_as_libsndfile_makes_it_at_its_faster_levels() -> None:
    samples = music(10 * 44_100)
    assert len(encode_flac(Audio(samples, 44_100), 1)) < 1.01 * len(by_libsndfile(samples, 0.25))


def test_silence_costs_next_to_nothing() -> None:
    assert len(encode_flac(Audio(np.zeros((2, 60 * 44_100), np.float32), 44_100), 1)) < 12_000
