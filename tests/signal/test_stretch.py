"""Both stretchers and the pitch shifter: the same laws, then what each is good at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import BASS_GRAIN, DRUM_GRAIN, TimeMap, find_onsets, phase_vocoder, pitch_shift, wsola
from remixlab.signal.measure.onsets import onset_strength

RATE = 44100
STRETCHERS = [wsola, phase_vocoder]


@pytest.mark.parametrize("stretcher", STRETCHERS)
def test_any_segment_has_the_bits_of_the_whole(stretcher, drums):
    sound, onsets = drums(4.0)
    path = TimeMap(np.array([0.0, 60000.0, 190000.0]), np.array([0.0, 80000.0, 176400.0]))
    whole = stretcher(sound, path, onsets=onsets)
    assert whole.shape == (2, 190000)

    @settings(max_examples=12, deadline=None)
    @given(st.integers(0, 189000), st.integers(1, 40000))
    def holds(begin, length):
        end = min(begin + length, 190000)
        assert np.array_equal(stretcher(sound, path, begin, end, onsets=onsets), whole[:, begin:end])

    holds()


@pytest.mark.parametrize("stretcher", STRETCHERS)
@pytest.mark.parametrize("ratio", [0.67, 0.9, 1.25, 1.5])
def test_a_tone_keeps_its_pitch_and_level(stretcher, ratio, tone, loudest_hz):
    made = stretcher(tone(440.0, 3.0), TimeMap.uniform(ratio, 3 * RATE))
    assert made.shape[1] == round(3 * RATE / ratio)
    middle = made[:, 8000:-8000]
    assert abs(1200 * np.log2(loudest_hz(middle) / 440.0)) < 6
    assert middle.std() == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("stretcher", STRETCHERS)
def test_the_stereo_image_stays(stretcher, noise):
    left = noise(2.0, 1)
    made = stretcher(np.concatenate((left, 0.5 * left)), TimeMap.uniform(1.17, 2 * RATE))
    assert np.abs(made[1] - 0.5 * made[0]).max() < 1e-5


@pytest.mark.parametrize("stretcher", STRETCHERS)
def test_the_speed_of_the_source_gives_the_source(stretcher, noise):
    sound = noise(1.0)
    assert np.array_equal(stretcher(sound, TimeMap.uniform(1.0, RATE)), sound)
    shifted = stretcher(sound, TimeMap.uniform(1.0, RATE).shifted(source_frames=1000.0))
    assert np.array_equal(shifted[:, : RATE - 1000], sound[:, 1000:])


@pytest.mark.parametrize("stretcher", STRETCHERS)
def test_silence_stays_silence_and_beyond_the_end_there_is_none_but_silence(stretcher, noise):
    path = TimeMap.uniform(0.8, RATE)
    assert not stretcher(np.zeros((2, RATE), np.float32), path).any()
    assert not stretcher(noise(1.0), path, 80000, 90000).any()
    assert stretcher(noise(1.0), path, 500, 500).shape == (2, 0)


@pytest.mark.parametrize("ratio", [0.67, 0.8, 1.1, 1.25, 1.5])
def test_attacks_sound_exactly_where_and_as_they_should(ratio, drums):
    sound, onsets = drums(5.0)
    path = TimeMap.uniform(ratio, sound.shape[1])
    made = wsola(sound, path, onsets=onsets, grain=DRUM_GRAIN)
    for onset, place in zip(onsets, np.round(path.result_at(onsets)).astype(int), strict=True):
        near = np.abs(
            made[:, place - 40 : place + 400, None] - sound[:, None, onset - 41 : onset + 399][:, 0, :, None]
        ).max()
        best = min(
            np.abs(made[:, place - 40 : place + 400] - sound[:, onset - 40 + k : onset + 400 + k]).max()
            for k in (-1, 0, 1)
        )
        assert best < 0.02 and near >= 0


def strength_at(novelty: np.ndarray, hop: int, frames: np.ndarray, reach: int = 3) -> np.ndarray:
    index = np.clip(np.round(frames / hop).astype(int)[:, None] + np.arange(-reach, reach + 1), 0, novelty.size - 1)
    return novelty[index].max(axis=1)


def lost_and_doubled(
    sound: np.ndarray, made: np.ndarray, truth: np.ndarray, path: TimeMap, taken: TimeMap
) -> tuple[int, int]:
    """Strokes that do not rise where the map puts them, and strokes heard where the source has none: looked up one by
    one.
    """
    hop = 256
    before, after = onset_strength(sound.mean(axis=0), RATE, hop), onset_strength(made.mean(axis=0), RATE, hop)
    wanted = path.result_at(truth)
    lost = strength_at(after, hop, wanted) < 0.5 * strength_at(before, hop, truth, 2)
    again = find_onsets(made, RATE).frames
    again = again[(again > 0.1 * RATE) & (again < made.shape[1] - 0.1 * RATE)]
    extra = again[np.abs(again[:, None] - wanted[None, :]).min(axis=1) > 0.012 * RATE]
    doubled = strength_at(before, hop, taken.source_at(extra)) < 0.5 * strength_at(after, hop, extra, 2)
    return int(lost.sum()), int(doubled.sum())


@pytest.mark.parametrize(
    "drums", ["hydrogen/drums.ogg", "lithium/drums.ogg", "francium/drums.ogg", "mdn_multitrack/drums.mp3"]
)
@pytest.mark.parametrize("ratio", [0.67, 1.25, 1.5])
def test_real_drums_keep_every_stroke_and_get_no_doubles(drums, ratio, excerpt):
    sound = excerpt(f"stems/{drums}", 60.0 if "francium" in drums else 40.0, 12.0)
    truth = find_onsets(sound, RATE).frames
    truth = truth[(truth > 0.06 * RATE) & (truth < sound.shape[1] - 0.06 * RATE)]
    known = find_onsets(sound, RATE, sensitivity=0.85).frames
    path = TimeMap.uniform(ratio, sound.shape[1])
    taken = path.with_islands(known, RATE)
    made = wsola(sound, path, onsets=known, grain=DRUM_GRAIN)
    assert truth.size > 20
    assert lost_and_doubled(sound, made, truth, path, taken) == (0, 0)
    spoilt = made.copy()
    for k, place in enumerate(path.result_at(truth).astype(int)[5:-5]):
        if k % 10 == 0:
            spoilt[:, place - 400 : place + 4000] = 0.0
        if k % 10 == 5:
            spoilt[:, place + 2700 : place + 4900] += made[:, place - 400 : place + 1800]
    lost, doubled = lost_and_doubled(sound, spoilt, truth, path, taken)
    assert lost >= 1 and doubled >= 1


@pytest.mark.parametrize("ratio", [0.8, 1.25])
def test_attacks_of_real_chords_stay_sharp_in_the_vocoder(ratio, excerpt):
    sound = excerpt("stems/francium/other.ogg", 60.0, 8.0)
    heard = find_onsets(sound, RATE).frames
    path = TimeMap.uniform(ratio, sound.shape[1])
    before = strength_at(onset_strength(sound.mean(axis=0), RATE, 256), 256, heard)
    wanted = path.result_at(heard)
    sharp, dull = (
        np.median(
            strength_at(onset_strength(phase_vocoder(sound, path, onsets=onsets).mean(axis=0), RATE, 256), 256, wanted)
            / before
        )
        for onsets in (heard, None)
    )
    assert sharp > 0.85 > 0.75 > dull


def purity_db(sound: np.ndarray, partials: list[float]) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.blackman(sound.size))) ** 2
    grid = np.arange(spectrum.size) * RATE / sound.size
    music = np.zeros(spectrum.size, bool)
    for hz in partials:
        music |= np.abs(grid - hz) < 4
    return float(10 * np.log10(spectrum[~music].sum() / spectrum[music].sum()))


@pytest.mark.parametrize("ratio", [0.8, 1.1, 1.3])
def test_the_vocoder_leaves_a_chord_pure(ratio, tone):
    partials = [root * harmonic for root in (220.0, 277.18, 329.63) for harmonic in (1, 2, 3)]
    chord = sum(tone(hz, 4.0, 0.05) for hz in partials)
    made = phase_vocoder(chord, TimeMap.uniform(ratio, chord.shape[1]))
    assert purity_db(made[0, 20000:-20000], partials) < -40


def test_long_tones_neither_swell_nor_sink_where_chains_of_phases_meet(tone):
    chord = sum(tone(hz, 20.0, 0.1) for hz in (220.0, 277.18, 329.63))
    path = TimeMap(np.array([0.0, 15.0 * RATE, 20.0 * RATE]), np.array([0.0, 15.0 * RATE, 19.0 * RATE]))
    made = phase_vocoder(chord, path)[0]
    level = np.sqrt(np.convolve(made**2, np.ones(4410) / 4410, "valid"))[8820:-8820]
    assert level[: 14 * RATE].max() / np.median(level) < 1.05
    assert level.min() / np.median(level) > 0.65 and level.max() / np.median(level) < 1.25


def test_bass_keeps_its_wave(tone):
    made = wsola(tone(41.2, 4.0), TimeMap.uniform(0.85, 4 * RATE), grain=BASS_GRAIN)
    assert purity_db(made[0, 20000:-20000], [41.2]) < -25


@pytest.mark.parametrize("stretcher", STRETCHERS)
@pytest.mark.parametrize("semitones", [-5, -1, 2, 7])
def test_a_shifted_tone_is_in_tune_and_as_long(stretcher, semitones, tone, loudest_hz):
    made = pitch_shift(tone(330.0, 2.0), semitones, stretcher=stretcher)
    assert made.shape[1] == 2 * RATE
    assert abs(1200 * np.log2(loudest_hz(made[:, 8000:-8000]) / 330.0) - 100 * semitones) < 5


def test_a_shift_may_change_on_the_way_and_follow_a_map(tone, loudest_hz):
    path = TimeMap.uniform(0.8, 2 * RATE)
    made = pitch_shift(tone(330.0, 2.0), [(0, 3.0), (55000, -2.0)], time_map=path, stretcher=phase_vocoder)
    assert made.shape[1] == path.length_frames
    assert loudest_hz(made[:, 8000:50000]) == pytest.approx(330.0 * 2 ** (3 / 12), rel=0.003)
    assert loudest_hz(made[:, 62000:102000]) == pytest.approx(330.0 * 2 ** (-2 / 12), rel=0.003)


def test_shifted_segments_have_the_bits_of_the_whole(noise):
    sound = noise(1.5)
    steps = [(0, 1.5), (20000, -4.0)]
    whole = pitch_shift(sound, steps)
    assert np.array_equal(pitch_shift(sound, steps, 15000, 42001), whole[:, 15000:42001])


def test_a_shift_of_four_octaves_is_refused(noise):
    with pytest.raises(InvalidAudio):
        pitch_shift(noise(0.1), 48)
