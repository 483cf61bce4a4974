from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import TimeMap

gaps = st.lists(st.tuples(st.floats(10, 50000), st.floats(10, 50000)), min_size=1, max_size=12)


def a_map(steps) -> TimeMap:
    result, source = np.cumsum([(0.0, 0.0), *steps], axis=0).T
    return TimeMap(result, source)


@given(gaps, st.floats(-1e5, 1e6))
def test_there_and_back_is_the_same_moment(steps, moment):
    path = a_map(steps)
    assert path.result_at(path.source_at(moment)) == pytest.approx(moment, abs=1e-3)
    assert path.inverse().source_at(path.source_at(moment)) == pytest.approx(moment, abs=1e-3)


@given(gaps, gaps, gaps)
def test_maps_can_be_joined_in_any_order_of_brackets(a, b, c):
    one, two, three = a_map(a), a_map(b), a_map(c)
    moments = np.linspace(0, one.result_frames[-1], 50)
    left = one.then(two).then(three).source_at(moments)
    right = one.then(two.then(three)).source_at(moments)
    assert np.allclose(left, right, rtol=1e-6, atol=0.5)
    assert np.allclose(one.then(two).source_at(moments), two.source_at(one.source_at(moments)), rtol=1e-6, atol=0.5)


@given(st.floats(0.5, 2.0), st.lists(st.integers(2000, 400000), min_size=1, max_size=40))
def test_attacks_stay_where_the_map_puts_them_and_are_crossed_at_the_speed_of_the_source(ratio, onsets):
    path = TimeMap.uniform(ratio, 441000)
    islands = path.with_islands(np.array(onsets), 44100)
    places = np.unique(onsets)
    assert np.allclose(islands.result_at(places), path.result_at(places), atol=0.01)
    assert np.allclose(islands.source_at(islands.result_at(places) + 3), places + 3, atol=3.1)
    assert islands.length_frames == path.length_frames
    far = places[np.concatenate(([True], np.diff(places) > 20000)) & np.concatenate((np.diff(places) > 20000, [True]))]
    far = far[(far > 20000) & (far < 420000)]
    for shift in (-1300, 2600):
        assert np.allclose(islands.source_at(islands.result_at(far) + shift), far + shift, atol=0.01)


@given(gaps, st.integers(-500, 20000), st.integers(0, 3000))
def test_a_range_of_frames_is_mapped_as_each_of_them(steps, begin, length):
    path = a_map(steps)
    assert np.array_equal(path.source_of(begin, begin + length), path.source_at(np.arange(begin, begin + length)))


def test_a_map_that_stands_still_or_goes_back_is_refused():
    with pytest.raises(InvalidAudio):
        TimeMap(np.array([0.0, 1.0]), np.array([5.0, 5.0]))
    with pytest.raises(InvalidAudio):
        TimeMap(np.array([0.0]), np.array([0.0]))
    with pytest.raises(InvalidAudio):
        TimeMap.uniform(0.0, 100)
