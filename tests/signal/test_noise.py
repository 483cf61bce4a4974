from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from remixlab.signal import uniform, white_noise


@given(seed=st.integers(0, 2**63), first=st.integers(0, 10**9), begin=st.integers(0, 500), length=st.integers(0, 500))
def test_noise_depends_on_seed_and_place_alone(seed, first, begin, length):
    whole = white_noise(seed, first, 1000)
    assert np.array_equal(white_noise(seed, first + begin, length), whole[:, begin : begin + length])


def test_noise_is_even_without_dc_and_white():
    sound = white_noise(7, 0, 200_000)
    assert abs(sound.mean()) < 0.005 and abs(sound.std() - 1 / np.sqrt(3)) < 0.003
    assert abs(np.corrcoef(sound)[0, 1]) < 0.01
    assert abs(np.corrcoef(sound[0, 1:], sound[0, :-1])[0, 1]) < 0.01


def test_neighbouring_seeds_have_nothing_in_common():
    one, other = (uniform(seed, np.arange(50_000).astype(np.uint64)) for seed in (1, 2))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.02
