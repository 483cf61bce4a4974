"""Laws and facts of the pitched instruments."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPlan
from remixlab.signal.instruments import INSTRUMENTS, NoteEvent, play, rehearse

RATE = 44_100
PROMISED = {
    "nylon-guitar",
    "steel-guitar",
    "electric-guitar",
    "muted-guitar",
    "distorted-guitar",
    "banjo",
    "double-bass",
    "electric-bass",
    "synth-bass",
    "sub-bass",
    "reese-bass",
    "grand-piano",
    "electric-piano",
    "organ",
    "strings",
    "pizzicato",
    "brass",
    "horns",
    "saxophone",
    "clarinet",
    "flute",
    "vibraphone",
    "marimba",
    "music-box",
    "celesta",
    "accordion",
    "harmonica",
    "ooh-voice",
    "aah-voice",
    "supersaw",
    "pad",
    "lead-synth",
    "pluck-synth",
    "arp-synth",
    "chip-square",
    "chip-triangle",
    "bell",
    "sung-voice",
}

ENSEMBLES = {
    "strings",
    "ooh-voice",
    "aah-voice",
    "supersaw",
    "pad",
    "reese-bass",
    "accordion",
    "brass",
    "horns",
    "lead-synth",
    "pluck-synth",
    "arp-synth",
    "synth-bass",
    "sung-voice",
}
"""Many voices, or one that glides: only their mean has the written pitch."""


def _middle(name: str) -> int:
    one = INSTRUMENTS[name]
    return (one.lowest + one.highest) // 2


def _cents_off(samples: np.ndarray, midi: float) -> float:
    f0 = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    size = 1 << 19
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), size))
    hz = np.arange(spectrum.size) * RATE / size
    near = np.flatnonzero((hz > f0 * 0.97) & (hz < f0 * 1.03))
    i = int(near[spectrum[near].argmax()])
    a, b, c = np.log(spectrum[i - 1 : i + 2] + 1e-12)
    return float(1200 * np.log2((i + 0.5 * (a - c) / (a - 2 * b + c)) * RATE / size / f0))


def _centroid_hz(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples * np.hanning(2 * samples.size)[samples.size :])) ** 2
    return float((power * np.arange(power.size)).sum() / power.sum() * RATE / samples.size)


def test_every_promised_instrument_is_there():
    assert set(INSTRUMENTS) >= PROMISED


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
def test_a_note_sounds_stays_finite_ends_and_leaves_no_offset(name: str):
    one = INSTRUMENTS[name]
    for midi in (one.lowest, one.highest):
        sound = play(name, [NoteEvent(RATE // 5, RATE // 2, midi, 0.9)], 3 * RATE + RATE // 2)
        assert sound.shape == (2, 3 * RATE + RATE // 2) and sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert 0.02 < np.abs(sound).max() < 1.25
        assert np.abs(sound.mean(axis=1)).max() < 2e-3
        end = RATE // 5 + RATE // 2 + int((one.release_s + 0.4) * RATE)
        assert np.abs(sound[:, end:]).max() == 0.0


@pytest.mark.parametrize("name", sorted(set(INSTRUMENTS) - ENSEMBLES))
def test_a_solo_note_is_in_tune_within_three_cents(name: str):
    midi = _middle(name)
    sound = play(name, [NoteEvent(0, 2 * RATE, midi, 0.8)], 2 * RATE).mean(axis=0)
    assert abs(_cents_off(sound[RATE // 10 :][: int(0.8 * RATE)], midi)) < 3.0


@pytest.mark.parametrize("name", sorted(ENSEMBLES))
def test_an_ensemble_is_in_tune_on_the_whole(name: str):
    midi = _middle(name)
    sound = play(name, [NoteEvent(RATE // 5, 4 * RATE, midi, 0.8)], 4 * RATE)
    assert abs(np.mean([_cents_off(channel[RATE:], midi) for channel in sound])) < 16.0


@pytest.mark.parametrize("name", sorted(set(INSTRUMENTS) - {"chip-square", "chip-triangle", "sub-bass"}))
def test_a_harder_note_is_louder_and_brighter(name: str):
    soft, hard = (play(name, [NoteEvent(RATE // 5, RATE, _middle(name), v)], 2 * RATE).mean(axis=0) for v in (0.3, 1.0))
    assert np.sqrt(np.mean(hard**2)) > 1.5 * np.sqrt(np.mean(soft**2))
    attack = slice(RATE // 5, RATE // 5 + RATE // 3)
    assert _centroid_hz(hard[attack]) > 1.04 * _centroid_hz(soft[attack])


@pytest.mark.parametrize(
    "name", ["nylon-guitar", "grand-piano", "strings", "distorted-guitar", "sung-voice", "vibraphone"]
)
def test_any_stretch_of_a_take_has_the_same_samples(name: str):
    notes = [NoteEvent(i * 7001, 9000 + 991 * i, _middle(name) + (i * 5) % 12, 0.4 + 0.05 * i) for i in range(10)]
    whole = play(name, notes, 3 * RATE, seed=3)
    take = rehearse(name, notes, seed=3)
    for n0, n1 in ((88_200, 132_300), (0, 44_100), (44_100, 88_200)):
        assert np.array_equal(take.render(n0, n1), whole[:, n0:n1])


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(["steel-guitar", "organ", "lead-synth", "bell"]), midi=st.floats(28, 100), velocity=st.floats(0.01, 1.0),
    length=st.integers(1, 30_000), start=st.integers(-20_000, 20_000),
)  # fmt: skip
def test_any_note_at_all_plays_without_harm(name: str, midi: float, velocity: float, length: int, start: int):
    sound = play(name, [NoteEvent(start, length, midi, velocity)], 40_000)
    assert np.isfinite(sound).all() and np.abs(sound).max() < 1.5


def test_no_notes_are_silence():
    assert not play("grand-piano", [], 1000).any()


def test_the_seed_alone_decides_the_chance():
    notes = [NoteEvent(0, RATE, 60, 0.8)]
    assert np.array_equal(play("flute", notes, RATE, seed=1), play("flute", notes, RATE, seed=1))
    assert not np.array_equal(play("flute", notes, RATE, seed=1), play("flute", notes, RATE, seed=2))


def test_an_unknown_instrument_is_refused_by_name():
    with pytest.raises(InvalidPlan, match="theremin"):
        play("theremin", [], 10)


@pytest.mark.parametrize(("name", "least_ms", "most_ms"), [
    ("brass", 15, 60), ("saxophone", 10, 50), ("harmonica", 10, 50), ("horns", 20, 80), ("strings", 60, 180),
])  # fmt: skip
def test_blown_and_bowed_notes_speak_in_the_time_of_the_real_ones(name: str, least_ms: float, most_ms: float):
    sound = play(name, [NoteEvent(2000, RATE, _middle(name), 0.7)], RATE)
    power = np.convolve((sound[:, 2000:] ** 2).sum(axis=0), np.ones(220) / 220, "same")
    level = np.sqrt(power[: RATE // 2])
    top = float(level[: int(0.45 * RATE)].max())
    rise_ms = 1000 * float(np.argmax(level > 0.9 * top) - np.argmax(level > 0.1 * top)) / RATE
    assert least_ms <= rise_ms <= most_ms


@pytest.mark.parametrize(
    "name", ["organ", "lead-synth", "arp-synth", "horns", "ooh-voice", "aah-voice", "supersaw", "pad", "accordion"]
)
def test_a_wide_sound_leans_to_neither_side(name: str):
    sound = play(name, [NoteEvent(2000, 2 * RATE, 60, 0.8)], 2 * RATE)
    left, right = (sound[:, RATE // 2 :] ** 2).mean(axis=1)
    assert abs(10 * np.log10(left / right)) < 2.0
