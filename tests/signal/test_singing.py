from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import solve_toeplitz
from scipy.signal import resample_poly

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import (
    TimeMap,
    analyse_singing,
    find_pitch,
    harmony_semitones,
    nearest_notes,
    pitch_shift,
    sing,
    tuned_semitones,
)

RATE = 44100
FORMANTS_HZ = (700.0, 1220.0, 2600.0)


@pytest.fixture(scope="module")
def sung(voice):
    samples, f0 = voice(4.0)
    return samples, f0, analyse_singing(samples, RATE)


def cents_off(contour, wanted_hz: np.ndarray) -> np.ndarray:
    index = np.minimum((np.arange(contour.f0_hz.size) * contour.hop_frames).astype(int), wanted_hz.size - 1)
    inner = contour.voiced.copy()
    inner[:5] = inner[-5:] = False
    return 1200 * np.log2(contour.f0_hz[inner] / wanted_hz[index][inner])


def formants_hz(samples: np.ndarray) -> np.ndarray:
    """The resonances below 3.5 kHz by linear prediction over all of the sound."""
    slow = resample_poly(samples[0].astype(float), 1, 5)
    slow = slow[1:] - 0.95 * slow[:-1]
    power = sum(
        np.abs(np.fft.rfft(slow[k : k + 1024] * np.hanning(1024))) ** 2 for k in range(0, slow.size - 1024, 512)
    )
    lags = np.fft.irfft(power)[:13]
    column = lags[:12].copy()
    column[0] *= 1.0001
    roots = np.roots(np.concatenate(([1.0], -solve_toeplitz(column, lags[1:13]))))
    rate = RATE / 5
    hz, width = np.angle(roots) * rate / (2 * np.pi), -np.log(np.abs(roots)) * rate / np.pi
    return np.sort(hz[(hz > 300) & (hz < 3500) & (width < 450)])


def test_the_pitch_of_a_voice_is_followed_within_cents(sung):
    _, f0, singing = sung
    off = cents_off(singing.contour, f0)
    assert np.median(np.abs(off)) < 2 and np.percentile(np.abs(off), 95) < 8
    assert singing.contour.voiced.mean() > 0.95


def test_there_is_no_pitch_in_noise_or_silence(noise):
    assert find_pitch(noise(1.0), RATE).voiced.mean() < 0.1
    assert not find_pitch(np.zeros((1, RATE), np.float32), RATE).voiced.any()
    assert find_pitch(np.zeros((1, 10), np.float32), RATE).f0_hz.size == 1


def test_singing_nothing_new_gives_the_voice_back(sung):
    samples, _, singing = sung
    again = sing(samples, singing)
    assert np.abs(again - samples)[:, 2000:-2000].max() < 1e-5


@pytest.mark.parametrize("semitones", [-7, -3, 2, 5, 9])
def test_a_shifted_voice_is_in_tune_and_keeps_its_formants(sung, semitones):
    samples, f0, singing = sung
    made = sing(samples, singing, semitones=semitones)
    off = cents_off(find_pitch(made, RATE), f0 * 2 ** (semitones / 12))
    assert np.median(np.abs(off)) < 3
    assert np.mean(np.abs(off) > 50) < 0.02
    if semitones <= 5:
        heard = formants_hz(made)
        for wanted in FORMANTS_HZ:
            assert np.abs(heard / wanted - 1).min() < 0.05


@pytest.mark.parametrize("semitones", [-4.0, 3.0, 7.0])
def test_a_shifted_steady_voice_is_as_clean_as_the_voice(semitones):
    times = np.arange(2 * RATE) / RATE
    steady = sum(np.sin(2 * np.pi * 220.0 * h * times) / h for h in range(1, 20))
    samples = (0.1 * steady)[None, :].astype(np.float32)
    made = sing(samples, analyse_singing(samples, RATE), semitones=semitones)[0, 15000:-15000]
    power = np.abs(np.fft.rfft(made * np.blackman(made.size))) ** 2
    hz = np.arange(power.size) * RATE / made.size
    base = 220.0 * 2 ** (semitones / 12)
    music = np.abs(hz / base - np.round(hz / base)) * base < 8
    assert 10 * np.log10(power[music].sum() / power[~music].sum()) > 60


@pytest.mark.parametrize("ratio", [0.85, 1.15])
def test_formants_move_when_asked_and_the_pitch_stays(sung, ratio):
    samples, f0, singing = sung
    made = sing(samples, singing, formant_ratio=ratio)
    assert np.median(np.abs(cents_off(find_pitch(made, RATE), f0))) < 3
    heard = formants_hz(made)
    for wanted in FORMANTS_HZ:
        assert np.abs(heard / (wanted * ratio) - 1).min() < 0.06


def test_a_voice_goes_along_a_time_map_while_it_is_shifted(sung):
    samples, f0, singing = sung
    path = TimeMap.uniform(0.8, samples.shape[1])
    made = sing(samples, singing, time_map=path, semitones=3)
    assert made.shape[1] == path.length_frames
    wanted = f0[np.minimum(path.source_at(np.arange(made.shape[1])).astype(int), f0.size - 1)] * 2 ** (3 / 12)
    assert np.median(np.abs(cents_off(find_pitch(made, RATE), wanted))) < 5


def test_a_voice_may_be_told_its_pitch(sung):
    samples, _, singing = sung
    made = sing(samples, singing, target_hz=np.full(singing.contour.f0_hz.size, 146.83))
    assert np.percentile(np.abs(cents_off(find_pitch(made, RATE), np.full(samples.shape[1], 146.83))), 90) < 8


@settings(max_examples=12, deadline=None)
@given(begin=st.integers(0, 170000), length=st.integers(1, 30000))
def test_any_segment_has_the_bits_of_the_whole(sung, begin, length):
    samples, _, singing = sung
    path = TimeMap(np.array([0.0, 90000.0, 180000.0]), np.array([0.0, 100000.0, 176400.0]))
    settings_ = {"time_map": path, "semitones": 4.0, "formant_ratio": 1.1}
    whole = sing(samples, singing, **settings_)
    assert np.array_equal(
        sing(samples, singing, begin, begin + length, **settings_),
        np.pad(whole, ((0, 0), (0, 30000)))[:, begin : begin + length],
    )


def test_another_voice_s_analysis_is_refused(sung):
    with pytest.raises(InvalidAudio):
        sing(np.zeros((1, 100), np.float32), sung[2])


def test_a_real_voice_shifts_within_5_cents(excerpt):
    samples = excerpt("vocadito_10.wav", 0.0, 9.0)
    singing = analyse_singing(samples, RATE)
    assert 0.5 < singing.contour.voiced.mean() < 0.95
    for semitones in (-4, 3):
        heard = find_pitch(sing(samples, singing, semitones=semitones), RATE)
        both = heard.voiced & singing.contour.voiced
        off = 1200 * np.log2(heard.f0_hz[both] / singing.contour.f0_hz[both]) - 100 * semitones
        assert np.median(np.abs(off)) < 5 and np.mean(np.abs(off) > 100) < 0.04


def outline(sound: np.ndarray) -> np.ndarray:
    """Average log spectrum of the louder half of a sound, its harmonics smoothed away."""
    pieces = np.lib.stride_tricks.sliding_window_view(sound.mean(axis=0), 4096)[::2048] * np.hanning(4096)
    power = np.square(np.abs(np.fft.rfft(pieces, axis=1)))
    cepstrum = np.fft.irfft(np.log(power[power.sum(axis=1) > np.median(power.sum(axis=1))] + 1e-9).mean(axis=0))
    cepstrum[60:-60] = 0.0
    return np.fft.rfft(cepstrum).real


def formant_scale(before: np.ndarray, after: np.ndarray) -> float:
    """The stretch of the frequency axis that brings one outline onto the other."""
    one, other, places, scales = outline(before), outline(after), np.arange(2049), np.linspace(0.8, 1.25, 181)
    fits = [np.corrcoef(np.interp(places[40:900] / scale, places, one), other[40:900])[0, 1] for scale in scales]
    return float(scales[int(np.argmax(fits))])


@pytest.mark.parametrize("name", ["vocadito_10.wav", "stems/hydrogen/vocals.ogg"])
def test_a_real_voice_keeps_its_formants_while_its_pitch_moves(name, excerpt):
    samples = excerpt(name, 60.0 if "hydrogen" in name else 0.0, 8.0)
    singing = analyse_singing(samples, RATE)
    for semitones in (-5, 4):
        assert abs(formant_scale(samples, sing(samples, singing, semitones=semitones)) - 1) < 0.05
    assert formant_scale(samples, pitch_shift(samples, 2.0)) == pytest.approx(2 ** (2 / 12), abs=0.02)
    assert formant_scale(samples, sing(samples, singing, formant_ratio=1.1)) == pytest.approx(1.1, abs=0.03)


def test_a_real_voice_is_tuned_within_10_cents_of_its_scale(excerpt):
    samples = excerpt("vocadito_10.wav", 0.0, 9.0)
    singing = analyse_singing(samples, RATE)
    scale = (0, 2, 4, 5, 7, 9, 11)
    rungs = np.array([pc + 12 * octave for octave in range(11) for pc in scale])
    made = sing(samples, singing, semitones=tuned_semitones(singing.contour, scale, glide_s=0.0))
    heard = find_pitch(made, RATE)
    off = 100 * np.abs(heard.midi[heard.voiced][:, None] - rungs).min(axis=1)
    before = 100 * np.abs(singing.contour.midi[singing.contour.voiced][:, None] - rungs).min(axis=1)
    assert np.median(off) < 10 and np.median(before) > 2 * np.median(off)


def test_gentle_tuning_brings_each_note_home_and_keeps_its_vibrato(sung):
    singing = sung[2]
    hard = tuned_semitones(singing.contour, tuple(range(12)), glide_s=0.0)
    soft = tuned_semitones(singing.contour, tuple(range(12)), glide_s=0.12)
    vibrato = np.abs(np.diff(singing.contour.midi))
    assert np.nanmean(np.abs(np.diff(soft))) < 0.3 * np.nanmean(vibrato)
    assert np.nanmean(np.abs(np.diff(hard))) > 0.8 * np.nanmean(vibrato)


def test_notes_follow_the_chords_of_their_time(sung):
    contour = sung[2].contour
    notes = nearest_notes(contour, [(0.0, (9,)), (88200.0, (2, 6))])
    half = contour.f0_hz.size // 2
    assert set(np.unique(notes[5 : half - 5][contour.voiced[5 : half - 5]] % 12)) == {9.0}
    assert set(np.unique(notes[half + 5 : -5][contour.voiced[half + 5 : -5]] % 12)) <= {2.0, 6.0}


def test_a_third_above_is_in_the_scale(sung):
    contour = sung[2].contour
    scale = (9, 11, 0, 2, 4, 5, 7)
    notes = nearest_notes(contour, scale)
    shift = harmony_semitones(contour, scale, 2)
    inside = (notes + shift)[contour.voiced] % 12
    assert set(np.unique(inside)) <= {float(pc) for pc in scale}
    assert set(np.unique(shift[contour.voiced])) <= {3.0, 4.0}


@pytest.mark.parametrize("midi", [45.0, 57.27, 66.5, 69.38, 72.13, 76.5, 79.0, 81.75])
@pytest.mark.parametrize("formants_hz", [(300, 2200), (650, 1080), (500, 1700)])
def test_a_steady_voice_is_never_heard_an_octave_low(midi, formants_hz):
    hz, t = 440 * 2 ** ((midi - 69) / 12), np.arange(RATE // 2) / RATE
    partials = range(1, int(min(40, 9000 / hz)))
    tone = sum(
        sum(1 / (1 + ((k * hz - f) / 100) ** 2) for f in formants_hz) * np.sin(2 * np.pi * k * hz * t + k * k)
        for k in partials
    )
    heard = find_pitch(np.ascontiguousarray(tone[None] * 0.1, np.float32), RATE).f0_hz[10:-10]
    assert np.abs(1200 * np.log2(heard / hz)).max() < 20
