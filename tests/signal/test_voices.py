from __future__ import annotations

import numpy as np
import pytest

from remixlab.signal import (
    TimeMap,
    analyse_singing,
    choir,
    deep,
    doubled,
    find_pitch,
    harmony,
    high,
    robot,
    tuned,
    whisper,
)

RATE = 44100
SCALE = (9, 11, 0, 2, 4, 5, 7)
MANNERS = {
    "robot": lambda x, s, *span, **more: robot(x, s, *span, hz=110.0, **more),
    "tuned": lambda x, s, *span, **more: tuned(x, s, SCALE, *span, **more),
    "tuned-hard": lambda x, s, *span, **more: tuned(x, s, SCALE, *span, hard=True, **more),
    "doubled": doubled,
    "choir": choir,
    "harmony": lambda x, s, *span, **more: harmony(x, s, SCALE, *span, **more),
    "deep": deep,
    "high": high,
}


@pytest.fixture(scope="module")
def sung(voice):
    samples, _ = voice(2.5, 130.0)
    return samples, analyse_singing(samples, RATE)


@pytest.mark.parametrize("manner", MANNERS)
def test_every_manner_sounds_along_a_map_and_in_segments_as_in_the_whole(sung, manner):
    samples, singing = sung
    path = TimeMap.uniform(1.1, samples.shape[1])
    whole = MANNERS[manner](samples, singing, time_map=path)
    assert whole.shape == (2, path.length_frames) and np.isfinite(whole).all()
    assert 0.3 < whole.std() / samples.std() < 2.0
    part = MANNERS[manner](samples, singing, 31000, 52345, time_map=path)
    assert np.array_equal(part, whole[:, 31000:52345])


@pytest.mark.parametrize("manner", MANNERS)
def test_silence_sings_silence(manner):
    nothing = np.zeros((2, RATE), np.float32)
    assert not MANNERS[manner](nothing, analyse_singing(nothing, RATE)).any()


@pytest.mark.parametrize(("manner", "ratio"), [(deep, 0.5), (high, 2.0)])
def test_deep_and_high_are_an_octave_away(sung, manner, ratio):
    samples, singing = sung
    heard = find_pitch(manner(samples, singing), RATE, low_hz=45.0)
    both = heard.voiced & singing.contour.voiced
    assert np.median(heard.f0_hz[both] / singing.contour.f0_hz[both]) == pytest.approx(ratio, rel=0.01)


def test_several_singers_spread_over_the_sides(sung):
    samples, singing = sung
    mono = np.repeat(samples[:1], 2, axis=0)
    for manner in (choir, doubled):
        assert np.corrcoef(manner(mono, singing))[0, 1] < 0.97


def test_doubles_come_17_and_26_ms_late_six_decibels_down_on_either_side():
    burst = np.zeros((2, RATE), np.float32)
    burst[:, 20000:20200] = np.random.default_rng(2).standard_normal(200).astype(np.float32) * 0.2
    made = doubled(burst, analyse_singing(burst, RATE))
    assert np.abs(made[:, :20200] - burst[:, :20200]).max() < 1e-5
    heard = []
    for late_s in (0.017, 0.026):
        begin = 20000 + round(late_s * RATE)
        heard.append(
            [
                float(made[c, begin : begin + 200] @ burst[c, 20000:20200] / np.square(burst[c, 20000:20200]).sum())
                for c in (0, 1)
            ]
        )
    (near_left, near_right), (far_left, far_right) = heard
    assert near_left > 2 * near_right and far_right > 2 * far_left
    for one, other in heard:
        assert 10 * np.log10((one**2 + other**2) / 2) == pytest.approx(-6.0, abs=0.5)


def test_another_seed_is_another_choir(sung):
    assert not np.array_equal(choir(*sung, seed=1), choir(*sung, seed=2))
    assert np.array_equal(choir(*sung, seed=1), choir(*sung, seed=1))


def test_a_whisper_has_the_mouth_but_not_the_tone_of_the_voice(sung):
    samples, _ = sung
    made = whisper(samples)
    assert made.shape == samples.shape
    assert find_pitch(made, RATE).voiced.mean() < 0.1
    assert 0.15 < made.std() / samples.std() < 1.5
    spectrum = np.abs(np.fft.rfft(made[0])) ** 2
    bins = np.arange(spectrum.size) * RATE / made.shape[1]
    assert spectrum[(bins > 600) & (bins < 1400)].mean() > 5 * spectrum[(bins > 1700) & (bins < 2200)].mean()
    assert np.array_equal(whisper(samples, 20000, 33333), made[:, 20000:33333])
    assert not whisper(np.zeros((1, 5000), np.float32)).any()
