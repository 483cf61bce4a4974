"""The laws that every effect keeps, and one fact of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import (
    Chorus,
    Compressor,
    Crush,
    Curve,
    Delay,
    Drive,
    Duck,
    Filter,
    Flanger,
    Gain,
    Gate,
    Reverb,
    Stutter,
    Tape,
    Vinyl,
    apply,
    chain,
    delay_in_beats,
    render_segment,
    sweep,
    telephone,
)

RATE = 44100
BEATS = tuple(np.arange(0.0, 3.0, 0.25).tolist())
EFFECTS = {
    "filter": Filter("low-pass", 900.0, 2.0, slope_db=24),
    "sweep": Filter("high-pass", sweep(100.0, 4000.0, 0.2, 1.5)),
    "reverb": Reverb(0.6, mix=0.5),
    "delay": Delay(0.11, 0.5, ping_pong=True),
    "chorus": Chorus(),
    "flanger": Flanger(1.0),
    "tape": Tape(1.0),
    "drive": Drive(18.0),
    "crush": Crush(6, 9000.0),
    "vinyl": Vinyl(-30.0, seed=4),
    "gate": Gate(BEATS, 0.4),
    "stutter": Stutter(((0.5, 1.0, 0.125), (1.5, 1.75, 0.0625))),
    "compressor": Compressor(-24.0, 4.0),
    "duck": Duck(BEATS, 9.0, 0.2),
    "gain": Gain(Curve((0.0, 1.0, 2.0), (-60.0, 0.0, -6.0))),
    "telephone": telephone(),
    "chain": chain((Drive(6.0), Filter("low-pass", 3000.0), Delay(0.05, 0.3))),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_blocks_of_any_sizes_equal_the_whole_to_the_bit(name, noise):
    effect, sound = EFFECTS[name], noise(1.2)
    whole = apply(effect, sound, RATE)

    @settings(max_examples=6, deadline=None)
    @given(cuts=st.lists(st.integers(0, sound.shape[1]), max_size=5))
    def holds(cuts):
        process = effect.start(RATE, 2)
        parts = [process(part) for part in np.split(sound, sorted(cuts), axis=1)]
        assert np.array_equal(np.concatenate(parts, axis=1), whole)

    holds()


@pytest.mark.parametrize("name", EFFECTS)
def test_a_segment_rendered_alone_is_within_80_db_of_the_whole(name, noise):
    effect, sound = EFFECTS[name], noise(2.2)
    whole = apply(effect, sound, RATE)
    part = render_segment(effect, sound, RATE, 66150, 88200)
    assert np.abs(part - whole[:, 66150:88200]).max() <= 1e-4 * np.abs(whole).max()


@pytest.mark.parametrize("name", EFFECTS)
def test_length_kind_and_finiteness_stay_and_no_dc_comes(name, noise):
    sound = noise(1.0)
    for given_ in (sound, sound[:1]):
        made = apply(EFFECTS[name], given_, RATE)
        assert made.shape == given_.shape and made.dtype == np.float32
        assert np.isfinite(made).all()
        assert (np.abs(made.mean(axis=1)) < 0.02 * made.std() + 1e-9).all()
        assert made.std() > 1e-3


@pytest.mark.parametrize("name", [name for name in EFFECTS if name != "vinyl"])
def test_silence_in_is_silence_out(name):
    assert not apply(EFFECTS[name], np.zeros((2, RATE), np.float32), RATE).any()


@pytest.mark.parametrize("name", [name for name in EFFECTS if name not in ("vinyl", "stutter")])
def test_the_tail_has_died_away_when_it_says_so(name, noise):
    burst = noise(0.3)
    made = apply(EFFECTS[name], burst, RATE, with_tail=True)
    assert made.shape[1] >= burst.shape[1]
    longer = apply(EFFECTS[name], np.pad(burst, ((0, 0), (0, 4 * RATE))), RATE)
    after = longer[:, made.shape[1] :]
    assert np.sqrt((after**2).mean()) < 3e-3 * np.sqrt((longer[:, : burst.shape[1]] ** 2).mean())


def test_a_reverb_takes_its_time_to_fall_by_60_db():
    impulse = np.zeros((2, 4 * RATE), np.float32)
    impulse[:, 0] = 1.0
    for decay in (0.8, 2.0):
        made = apply(Reverb(decay, damping=0.0, mix=1.0), impulse, RATE)
        energy = np.cumsum((made**2).sum(axis=0)[::-1])[::-1]
        fall = 10 * np.log10(energy / energy[0] + 1e-12)
        measured = 2 * (np.argmax(fall < -35) - np.argmax(fall < -5)) / RATE
        assert measured == pytest.approx(decay, rel=0.08)


def test_a_reverb_is_about_as_loud_as_what_goes_in_and_wide(noise):
    mono = np.repeat(noise(2.0, 1), 2, axis=0)
    made = apply(Reverb(1.5, mix=1.0), mono, RATE)[:, RATE:]
    assert 0.6 < made.std() / mono.std() < 1.4
    assert abs(np.corrcoef(made)[0, 1]) < 0.3


def test_echoes_come_in_time_and_change_sides():
    impulse = np.zeros((2, RATE), np.float32)
    impulse[:, 100] = 1.0
    made = apply(delay_in_beats(0.5, 120.0, feedback=0.5, mix=0.5, ping_pong=True), impulse, RATE)
    quarter = round(0.25 * RATE)
    assert abs(int(np.abs(made[0, 200:]).argmax()) + 200 - 100 - quarter) <= 3
    assert abs(int(np.abs(made[1, 200:]).argmax()) + 200 - 100 - 2 * quarter) <= 5


def test_a_drive_makes_overtones_and_no_aliases(tone):
    made = apply(Drive(24.0), tone(5000.0, 1.0, 0.3), RATE)[0]
    spectrum = np.abs(np.fft.rfft(made * np.blackman(made.size)))
    spectrum /= spectrum.max()
    music = np.zeros(spectrum.size, bool)
    for harmonic in range(5):
        music[max(0, 5000 * harmonic - 20) : 5000 * harmonic + 20] = True
    assert spectrum[15000] > 0.1
    assert spectrum[~music].max() < 1e-4


def test_a_crusher_leaves_only_its_steps_and_takes_away_what_they_lean(tone):
    sound = tone(700.0, 1.0, 0.9)
    made = apply(Crush(4, 44100.0), sound, RATE)
    off = np.abs(made - np.round(made * 8) / 8)
    assert off.max() < 0.004 and len(np.unique(np.round(made * 8))) == 15


LOPSIDED = {
    "a crusher": Crush(3, 44_100.0),
    "a crusher's rate": Crush(16, 1000.0),
    "a drive": Drive(30.0),
    "a stutter": Stutter(((0.0, 2.0, 0.0124),)),
}


@pytest.mark.parametrize("effect", LOPSIDED.values(), ids=LOPSIDED.keys())
def test_no_effect_makes_an_offset_out_of_a_wave_that_has_none(effect):
    """A wave with a strong octave leans to one side, one at the rate of the crusher stands still for it, a slice holds
    part of a wave.
    """
    time = np.arange(2 * RATE) / RATE
    wave = np.sin(2 * np.pi * 50 * time) + np.cos(2 * np.pi * 100 * time) + np.cos(2 * np.pi * 1000 * time)
    sound = np.stack((0.1 * wave, -0.03 * wave)).astype(np.float32)
    assert np.abs(sound.mean(axis=1)).max() < 1e-6
    made = apply(effect, sound, RATE)
    assert made.std() > 0.02
    for piece in np.split(made[:, RATE // 4 : 5 * RATE // 4], 5, axis=1):
        assert np.abs(piece.mean(axis=1)).max() < 1e-3


def test_a_gate_is_open_and_shut_by_the_beat():
    made = apply(Gate((0.0, 0.5, 1.0), 0.5), np.ones((1, 2 * RATE), np.float32), RATE)[0]
    assert made[round(0.1 * RATE)] == 1.0 and made[round(0.6 * RATE)] == 1.0
    assert made[round(0.3 * RATE)] == 0.0 and made[round(0.8 * RATE)] == 0.0
    assert made[round(1.5 * RATE)] == 1.0
    assert np.abs(np.diff(made)).max() < 0.02


def test_a_stutter_repeats_its_first_slice(noise):
    sound = noise(1.0)
    made = apply(Stutter(((0.2, 0.7, 0.1),)), sound, RATE)
    assert np.array_equal(made[:, :8820], sound[:, :8820])
    first, second = made[:, 8820 + 500 : 8820 + 4000], made[:, 13230 + 500 : 13230 + 4000]
    assert np.abs(np.diff(first) - np.diff(second)).max() < 1e-6 and np.array_equal(first, sound[:, 9320:12820])
    assert np.array_equal(made[:, 30870:], sound[:, 30870:])


@pytest.mark.parametrize(
    "spans", [((0.2, 0.7, 0.1), (0.7, 1.2, 0.1)), ((0.2, 0.45, 0.1),), ((0.1003, 0.3, 0.0501), (0.3, 0.31, 0.01))]
)
def test_a_stutter_joins_its_slices_and_what_follows_without_a_click(spans, tone):
    sound = tone(220.0, 1.5, 0.5)
    made = apply(Stutter(spans), sound, RATE)
    assert np.abs(np.diff(made, 2)).max() < 2.0 * np.abs(np.diff(sound, 2)).max()


def test_the_shortest_slice_hands_over_to_what_follows_without_a_step(tone):
    sound = tone(220.0, 1.0, 0.5) + np.float32(0.4)
    made = apply(Stutter(((0.2, 0.5, 0.0001),)), sound, RATE)
    steps = np.abs(np.diff(made[0]))
    assert steps[round(0.49 * RATE) :].max() <= steps[round(0.3 * RATE) : round(0.4 * RATE)].max() < 0.05


def test_a_duck_is_deepest_on_the_beat():
    made = apply(Duck((0.5,), 12.0, 0.25), np.ones((1, RATE), np.float32), RATE)[0]
    assert made[round(0.5 * RATE)] == pytest.approx(10 ** (-12 / 20), rel=0.01)
    assert made[round(0.45 * RATE)] == 1.0 and made[round(0.8 * RATE)] == pytest.approx(1.0)


def test_a_compressor_takes_from_the_loud_what_its_ratio_says(tone):
    loud = tone(500.0, 1.0, 10 ** (-6 / 20))
    made = apply(Compressor(-18.0, 4.0, knee_db=0.0), loud, RATE)[:, RATE // 2 :]
    assert 20 * np.log10(np.abs(made).max()) == pytest.approx(-18.0 + 12.0 / 4, abs=0.5)


def test_crackle_depends_on_its_seed_and_place():
    nothing = np.zeros((2, RATE), np.float32)
    one, other = apply(Vinyl(seed=1), nothing, RATE), apply(Vinyl(seed=2), nothing, RATE)
    assert not np.array_equal(one, other)
    assert np.array_equal(one, apply(Vinyl(seed=1), nothing, RATE))


def test_nonsense_is_refused():
    for make in (
        lambda: Delay(0.0),
        lambda: Delay(0.5, 1.0),
        lambda: Reverb(0.0),
        lambda: Crush(1),
        lambda: Flanger(0.0),
        lambda: Compressor(ratio=0.5),
    ):
        with pytest.raises(InvalidAudio):
            make()
    with pytest.raises(InvalidAudio):
        apply(Reverb(), np.zeros((3, 100), np.float32), RATE)
    with pytest.raises(InvalidAudio):
        render_segment(Reverb(), np.zeros((2, 100), np.float32), RATE, 50, 20)
