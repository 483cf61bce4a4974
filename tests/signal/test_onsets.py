from __future__ import annotations

import numpy as np
import pytest

from remixlab.signal import faded, find_onsets

RATE = 44100


@pytest.mark.parametrize("tempo", [92.0, 140.0])
def test_attacks_of_drums_are_found_to_the_millisecond(drums, tempo):
    sound, truth = drums(6.0, tempo)
    heard = find_onsets(sound, RATE).frames
    nearest = np.abs(heard[:, None] - truth[None, :]).min(axis=0) / RATE * 1000
    assert np.mean(nearest < 10) >= 0.97
    assert np.median(nearest) < 1.5
    assert abs(heard.size - truth.size) <= max(1, 0.03 * truth.size)


def test_more_sensitive_ears_hear_no_less(drums):
    sound, _ = drums(4.0)
    counts = [find_onsets(sound, RATE, sensitivity=value).frames.size for value in (0.0, 0.5, 1.0)]
    assert counts == sorted(counts)


def test_there_are_none_in_silence_in_a_steady_tone_and_in_next_to_nothing(tone):
    assert find_onsets(np.zeros((2, RATE), np.float32), RATE).frames.size == 0
    assert find_onsets(faded(tone(440.0, 2.0), out_frames=8000), RATE).frames.size <= 1
    assert find_onsets(np.ones((2, 20), np.float32), RATE).frames.size == 0


def test_onsets_rise_and_loud_ones_are_strong(drums):
    sound, _ = drums(5.0)
    heard = find_onsets(sound, RATE)
    assert (np.diff(heard.frames) > 0).all()
    assert (heard.strengths > 0).all()


def test_real_drums_fall_on_their_grid(excerpt):
    sound = excerpt("stems/rubidium/drums.ogg", 40.0, 20.0)
    step = 60.0 / 132 / 4
    off = ((find_onsets(sound, RATE).frames / RATE + 40.0) / step + 0.5) % 1 - 0.5
    assert np.median(np.abs(off)) * step * 1000 < 3
