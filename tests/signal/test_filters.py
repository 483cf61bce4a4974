from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import Curve, Equaliser, Filter, apply, sweep, tilt


def response_db(effect, hz: float) -> float:
    impulse = np.zeros((1, 44100), np.float32)
    impulse[0, 0] = 1.0
    heard = np.fft.rfft(apply(effect, impulse, 44100)[0].astype(float))
    return float(20 * np.log10(abs(heard[round(hz)]) + 1e-12))


@pytest.mark.parametrize("mode", ["low-pass", "high-pass"])
@pytest.mark.parametrize("slope", [12, 24])
def test_a_pass_filter_is_3_db_down_at_its_cutoff_and_falls_with_its_slope(mode, slope):
    effect = Filter(mode, 1000.0, slope_db=slope)
    assert response_db(effect, 1000) == pytest.approx(-3.0, abs=0.1)
    far, farther = (2000, 4000) if mode == "low-pass" else (500, 250)
    assert response_db(effect, far) - response_db(effect, farther) == pytest.approx(slope, abs=1.5)


def test_a_band_passes_its_centre_and_a_notch_takes_it_away():
    assert response_db(Filter("band-pass", 1000.0, 2.0), 1000) == pytest.approx(0.0, abs=0.1)
    assert response_db(Filter("band-pass", 1000.0, 2.0), 100) < -20
    assert response_db(Filter("notch", 1000.0), 1000) < -60


@pytest.mark.parametrize("gain", [-9.0, 6.0])
def test_peak_and_shelves_reach_their_gain(gain):
    assert response_db(Filter("peak", 1000.0, 1.0, gain), 1000) == pytest.approx(gain, abs=0.1)
    assert response_db(Filter("low-shelf", 1000.0, 0.707, gain), 20) == pytest.approx(gain, abs=0.1)
    assert response_db(Filter("low-shelf", 1000.0, 0.707, gain), 20000) == pytest.approx(0.0, abs=0.1)
    assert response_db(Filter("high-shelf", 1000.0, 0.707, gain), 20) == pytest.approx(0.0, abs=0.1)
    assert response_db(Filter("high-shelf", 1000.0, 0.707, gain), 20000) == pytest.approx(gain, abs=0.3)


def test_a_tilt_turns_about_its_pivot():
    assert response_db(tilt(6.0), 700) == pytest.approx(0.0, abs=0.3)
    assert response_db(tilt(6.0), 15000) - response_db(tilt(6.0), 40) == pytest.approx(6.0, abs=0.7)


def test_a_sweep_opens_as_time_goes(noise):
    made = apply(Filter("low-pass", sweep(200.0, 12000.0, 0.0, 2.0)), noise(2.0), 44100)
    levels = [float(part.std()) for part in np.array_split(made, 4, axis=1)]
    assert levels == sorted(levels) and levels[-1] > 3 * levels[0]


def test_a_filter_that_moves_wildly_stays_finite(noise):
    wild = Curve(tuple(np.arange(0, 1, 0.01).tolist()), tuple([30.0, 18000.0] * 50), logarithmic=True)
    made = apply(Filter("low-pass", wild, 15.0), noise(1.0), 44100)
    assert np.isfinite(made).all() and np.abs(made).max() < 20


def test_no_filters_change_nothing(noise):
    sound = noise(0.1)
    assert np.array_equal(apply(Equaliser(()), sound, 44100), sound)


def test_nonsense_is_refused():
    with pytest.raises(InvalidAudio):
        Filter("low-pass", 1000.0, 0.0)
    with pytest.raises(InvalidAudio):
        Curve((0.0, 0.0), (1.0, 2.0))
    with pytest.raises(InvalidAudio):
        Curve((0.0, 1.0), (0.0, 2.0), logarithmic=True)
