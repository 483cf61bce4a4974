"""Down-mixing: by where channels stand, and without losing what the sides hold against each other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.speakers import Speaker, layout_of_mask, usual_layout, vorbis_layout
from remixlab.identify import fingerprint
from remixlab.signal.blocks import resampled_blocks
from remixlab.signal.downmix import mono_stretch, stereo_shares, to_mono, to_stereo

RATE = 44_100


def band(seconds: float = 8.0, seed: int = 1) -> np.ndarray:
    """Strokes, a bass and a melody. Shape: (frames,)."""
    dice, t = np.random.default_rng(seed), np.arange(round(seconds * RATE)) / RATE
    strokes = dice.normal(0, 0.2, t.size) * np.exp(-20 * (t % 0.5))
    bass = 0.3 * np.sin(2 * np.pi * 55 * 2 ** (np.floor(t) % 5 / 12) * t)
    melody = 0.1 * np.sin(2 * np.pi * 440 * 2 ** (np.floor(2 * t) % 7 / 12) * t)
    return (strokes + bass + melody).astype(np.float32)


def power_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


def test_five_one_becomes_stereo_by_bs_775() -> None:
    shares = stereo_shares(usual_layout(6), 6)
    assert shares[:, 0] == pytest.approx([1 / 2.4142, 0], abs=1e-4)
    assert shares / shares[0, 0] == pytest.approx(
        np.array([[1, 0, 0.7071, 0, 0.7071, 0], [0, 1, 0.7071, 0, 0, 0.7071]]), abs=1e-4
    )


@pytest.mark.parametrize("channels", [3, 4, 5, 6, 7, 8])
def test_the_order_of_channels_does_not_matter_where_it_is_named(channels: int) -> None:
    sound = np.random.default_rng(2).normal(0, 0.1, (channels, 500)).astype(np.float32)
    places, other = usual_layout(channels), vorbis_layout(channels)
    if set(places) == set(other):
        moved = np.stack([sound[places.index(speaker)] for speaker in other])
        assert to_stereo(moved, other) == pytest.approx(to_stereo(sound, places), abs=1e-6)


@given(st.sets(st.sampled_from(list(Speaker)), min_size=3, max_size=8))
def test_no_layout_makes_a_sound_louder_than_full_scale(speakers: set[Speaker]) -> None:
    shares = stereo_shares(tuple(sorted(speakers)), len(speakers))
    assert shares.sum(axis=1).max() == pytest.approx(1, abs=1e-5)
    assert (shares >= 0).all()


def test_what_stands_left_stays_left_of_the_middle() -> None:
    six = np.zeros((6, 1000), np.float32)
    six[0] = band()[:1000]
    left, right = to_stereo(six)
    assert power_db(left) > power_db(right) + 40


def test_a_mask_that_names_too_few_speakers_is_not_believed() -> None:
    assert layout_of_mask(0x3, 6) == usual_layout(6)
    assert layout_of_mask(0x33, 4) == (Speaker.LEFT, Speaker.RIGHT, Speaker.BACK_LEFT, Speaker.BACK_RIGHT)


def test_many_channels_are_no_stereo_by_themselves() -> None:
    with pytest.raises(InvalidAudio, match="layout"):
        Audio(np.zeros((6, 10), np.float32), RATE).stereo()


@pytest.mark.parametrize("balance", [(1.0, 1.0), (1.0, 0.4), (0.0, 1.0), (1.0, -0.2)])
def test_ordinary_stereo_becomes_mono_by_its_mean_bit_for_bit(balance: tuple[float, float]) -> None:
    sides = np.stack([band() * balance[0], band() * balance[1] + 0.2 * band(seed=5)]).astype(np.float32)
    recording = Audio(sides, RATE)
    assert np.array_equal(to_mono(recording), recording.mono())


def test_opposed_sides_are_as_loud_as_like_ones() -> None:
    one = band()
    opposed = to_mono(Audio(np.stack([one, -one]), RATE))
    assert power_db(opposed) == pytest.approx(power_db(one), abs=0.1)
    assert np.corrcoef(opposed, one)[0, 1] ** 2 > 0.99


def test_an_opposed_bass_under_drums_in_the_middle_is_heard() -> None:
    t = np.arange(8 * RATE) / RATE
    bass = (0.3 * np.sin(2 * np.pi * 55 * t)).astype(np.float32)
    drums = (np.random.default_rng(3).normal(0, 0.3, t.size) * np.exp(-20 * (t % 0.5))).astype(np.float32)
    mono = to_mono(Audio(np.stack([drums + bass, drums - bass]), RATE))
    spectrum = np.abs(np.fft.rfft(mono)) * 2 / mono.size
    assert spectrum[55 * 8] == pytest.approx(0.3, rel=0.1)
    assert np.corrcoef(np.diff(mono), np.diff(drums))[0, 1] > 0.9


def test_a_part_that_turns_opposed_for_a_while_does_not_vanish() -> None:
    one = band(24.0)
    turned = np.ones(one.size, np.float32)
    turned[8 * RATE : 16 * RATE] = -1
    mono = to_mono(Audio(np.stack([one, one * turned]), RATE))
    for second in (2, 10, 12, 14, 20):
        here = slice(second * RATE, (second + 1) * RATE)
        assert power_db(mono[here]) > power_db(one[here]) - 3


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 200_000), max_size=4), st.sampled_from([1, 2, 6]))
def test_mono_is_the_same_wherever_it_is_cut(cuts: list[int], channels: int) -> None:
    one = band(5.0)
    sides = {1: [one], 2: [one, -one], 6: [one, -one, 0 * one, one, 0 * one, 0 * one]}[channels]
    recording = Audio(np.stack(sides).astype(np.float32), RATE)
    borders = [0, *sorted(set(cuts)), recording.length_frames]
    pieces = [mono_stretch(recording, a, b) for a, b in pairwise(borders)]
    assert np.concatenate(pieces) == pytest.approx(to_mono(recording), abs=1e-6)


def test_listening_and_fingerprints_hear_opposed_sides_as_like_ones() -> None:
    one = band(12.0)
    like, opposed = Audio(np.stack([one, one]), RATE), Audio(np.stack([one, -one]), RATE)
    heard = [
        np.concatenate([b.samples[0] for b in resampled_blocks(a, 22_050, block_frames=22_050, margin_frames=0)])
        for a in (like, opposed)
    ]
    assert abs(np.corrcoef(heard[0], heard[1])[0, 1]) > 0.99
    known, found = fingerprint(like).peaks, fingerprint(opposed).peaks
    assert abs(len(known) - len(found)) <= len(known) / 20
    assert len(set(known.frames.tolist()) & set(found.frames.tolist())) > 0.9 * len(set(known.frames.tolist()))
