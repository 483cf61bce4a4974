from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.signal import frames_of, istft, mel_filterbank, overlap_add, power_spectrum, stft


@settings(max_examples=25, deadline=None)
@given(
    frames=st.integers(1, 9000),
    shape=st.sampled_from([(512, 128), (1024, 256), (2048, 512), (1000, 250)]),
    seed=st.integers(0, 50),
)
def test_a_sound_comes_back_from_its_spectra(frames, shape, seed):
    sound = np.random.default_rng(seed).uniform(-1, 1, (2, frames)).astype(np.float32)
    back = istft(stft(sound, *shape), frames, shape[1])
    assert back.shape == sound.shape
    assert np.abs(back - sound).max() < 1e-5


def test_pieces_are_centred_on_multiples_of_the_hop():
    signal = np.zeros(5000, np.float32)
    signal[1536] = 1.0
    pieces = frames_of(signal, 1024, 512)
    assert pieces.shape == (1 + 5000 // 512, 1024)
    assert pieces[3, 512] == 1.0


def test_a_tone_stands_in_its_bin(tone):
    power = power_spectrum(tone(44100 / 2048 * 100, 0.5)[0])
    assert int(power[:, 10].argmax()) == 100


def test_overlap_add_undoes_cutting_into_pieces_that_do_not_overlap(noise):
    sound = noise(0.1)[:, :4000]
    assert np.array_equal(overlap_add(frames_of(sound, 500, 500, centred=False), 500), sound)


def test_every_mel_band_hears_something_and_the_bands_follow_each_other():
    bank = mel_filterbank(44100, 4096, 80)
    assert bank.shape == (80, 2049)
    assert (bank.sum(axis=1) > 0).all()
    assert (np.diff(bank.argmax(axis=1)) >= 0).all()


def test_too_short_a_signal_for_one_piece_is_refused():
    with pytest.raises(Exception, match="fewer"):
        frames_of(np.zeros(10, np.float32), 64, 16, centred=False)
