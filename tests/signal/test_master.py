from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from remixlab.signal import limit, master, measure_loudness_lufs, measure_peak_dbtp
from remixlab.signal.kernels.metering import limited


def plain_peak_dbtp(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.abs(resample_poly(samples, 4, 1, axis=1)).max()))


@settings(max_examples=15, deadline=None)
@given(gain_db=st.floats(-40, 12), seed=st.integers(0, 99), target=st.sampled_from([-14.0, -16.0, -11.0]))
def test_any_music_like_sound_lands_on_its_loudness_under_its_ceiling(gain_db, seed, target):
    dice = np.random.default_rng(seed)
    sound = dice.standard_normal((2, 2 * 44100)) * (0.3 + np.abs(np.sin(np.arange(2 * 44100) / 9000)))
    sound = (sound * 0.1 * 10 ** (gain_db / 20)).astype(np.float32)
    made = master(sound, 44100, target)
    assert made.on_target
    assert made.loudness_lufs == pytest.approx(target, abs=0.3)
    assert made.loudness_lufs == pytest.approx(measure_loudness_lufs(made.samples, 44100), abs=1e-6)
    assert made.peak_dbtp <= -1.0
    assert plain_peak_dbtp(made.samples) <= -0.98


def test_a_quiet_sound_with_room_above_is_only_turned_up(tone):
    sound = tone(300.0, 2.0, 0.02, 44100, 2)
    made = master(sound, 44100, -30.0)
    assert made.reduction_db == 0.0
    ratio = made.samples[:, 1000:] / np.where(np.abs(sound[:, 1000:]) < 1e-4, np.nan, sound[:, 1000:])
    assert np.nanstd(ratio) < 1e-4


def test_silence_stays_silence():
    made = master(np.zeros((2, 44100), np.float32), 44100)
    assert not made.samples.any()
    assert not made.on_target


def test_what_is_told_is_read_from_what_leaves_also_where_its_end_is_faded(noise):
    """The second half is quiet: once faded it no longer counts, and what is left is louder than the whole was."""
    sound, fade = noise(3.0, gain=0.1), np.linspace(1.0, 0.0, 2 * 44100, dtype=np.float32) ** 2
    sound[:, 44100:] *= 0.35
    made, whole = master(sound, 44100, fade_out=fade), master(sound, 44100)
    assert made.loudness_lufs == pytest.approx(measure_loudness_lufs(made.samples, 44100), abs=1e-6)
    assert made.peak_dbtp == pytest.approx(measure_peak_dbtp(made.samples), abs=1e-6)
    assert made.loudness_lufs == pytest.approx(-14.0, abs=0.15) and made.gain_db < whole.gain_db - 0.3
    assert not made.samples[:, -1].any() and whole.samples[:, -1].all()


def test_a_fade_that_changes_no_reading_changes_no_gain(noise):
    sound = noise(4.0, gain=0.1)
    made = master(sound, 44100, fade_out=np.linspace(1.0, 0.0, 1000, dtype=np.float32))
    assert np.array_equal(made.samples[:, :-1000], master(sound, 44100).samples[:, :-1000])


def test_single_spikes_are_not_pressed_without_end_and_the_answer_says_so():
    sound = np.full((2, 5 * 44100), 0.0, np.float32)
    sound[:, ::8000] = 0.9
    sound += (np.random.default_rng(1).standard_normal(sound.shape) * 1e-3).astype(np.float32)
    made = master(sound, 44100, -14.0, reduction_db_max=6.0)
    assert not made.on_target
    assert made.reduction_db <= 6.5
    assert made.peak_dbtp <= -1.0


def test_the_limiter_leaves_alone_what_is_under_its_ceiling(noise):
    sound = noise(0.5, gain=0.05)
    made, reduction = limit(sound, 44100, ceiling_dbtp=-1.0)
    assert np.array_equal(made, sound)
    assert reduction == 0.0


def test_the_limiter_turns_all_channels_down_together(noise):
    sound = noise(1.0, gain=0.3)
    sound[1] = 0.5 * sound[0]
    made, reduction = limit(sound, 44100, gain_db=6.0)
    assert reduction > 3.0
    assert np.allclose(made[1], 0.5 * made[0], atol=1e-6)
    assert measure_peak_dbtp(made) <= -0.9


@settings(max_examples=40, deadline=None)
@given(frames=st.integers(1, 900), look=st.sampled_from([1, 2, 3, 7, 50, 220]), seed=st.integers(0, 999))
def test_the_limiter_is_the_mean_of_a_slowly_recovering_lowest_gain(frames, look, seed):
    dice = np.random.default_rng(seed)
    sound = (dice.standard_normal((2, frames)) * dice.uniform(0, 1, (1, frames)) ** 3).astype(np.float32)
    peaks, ceiling, gain, release = np.abs(sound).max(axis=0), np.float32(0.5), np.float32(1.5), np.float32(0.99)
    made = np.empty_like(sound)
    lowest = limited(sound, peaks, ceiling, gain, look, release, made)

    need = np.concatenate((np.ones(look), np.minimum(1.0, ceiling / np.maximum(peaks * gain, 1e-9)), np.ones(look)))
    level, held = 1.0, [1.0] * look
    for k in range(frames + look):
        floor = need[k : k + look + 1].min()
        level = floor if floor < level else floor + (level - floor) * float(release)
        held.append(level)
    wanted = np.array([np.mean(held[k + 1 + look : k + 1 + 2 * look]) for k in range(frames)])
    assert np.allclose(made, sound * wanted * gain, atol=2e-6)
    assert lowest == pytest.approx(wanted.min(), abs=2e-6)


def test_a_segment_limited_with_its_pre_roll_has_the_bits_of_the_whole(noise):
    sound = noise(4.0, gain=0.4)
    whole, _ = limit(sound, 44100)
    part, _ = limit(sound[:, 60000 : 130000 + 400], 44100)
    assert np.abs(part[:, 45000:70000] - whole[:, 105000:130000]).max() < 1e-6


def test_a_pool_changes_no_bit_even_across_the_pieces_in_which_peaks_are_sought():
    """The loudest place lies where two pieces meet."""
    rng = np.random.default_rng(5)
    sound = (rng.standard_normal((2, (1 << 21) + 50_000)) * 0.1).astype(np.float32)
    sound[:, (1 << 21) - 3 : (1 << 21) + 3] *= 12.0
    alone = master(sound, 44_100)
    with ThreadPoolExecutor(2) as pool:
        together = master(sound, 44_100, pool=pool)
    assert np.array_equal(alone.samples, together.samples)
    assert (alone.loudness_lufs, alone.peak_dbtp, alone.reduction_db) == (
        together.loudness_lufs,
        together.peak_dbtp,
        together.reduction_db,
    )
    assert plain_peak_dbtp(alone.samples[:, (1 << 21) - 4000 : (1 << 21) + 4000]) <= -1.0 + 0.05
