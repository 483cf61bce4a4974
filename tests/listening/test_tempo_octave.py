"""Which octave of a pulse is counted: snares between kicks, and loops cut to whole bars."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.listening.frames import FPS, hear_frames
from remixlab.listening.grid import lay_grid
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.tempo_octave import backbeat, certainty, countable, loop_tempi, quick_notes

FRAMES = 3000


def signs(kick_s: np.ndarray, snare_s: np.ndarray, fps: float = 50.0) -> BeatSigns:
    drums = np.full((FRAMES, 3), 0.01, np.float32)
    for lane, times in enumerate((kick_s, snare_s)):
        drums[np.round(times * fps).astype(int), lane] = 0.9
    return BeatSigns(np.zeros((FRAMES, 3), np.float32), np.ones(3, np.float32) / 3, drums, fps)


def struck(times_s: np.ndarray) -> np.ndarray:
    high = np.zeros(round(60 * FPS), np.float32)
    high[np.round(times_s * FPS).astype(int)] = 1.0
    return high


BEATS = 0.2 + np.arange(64) * 0.8
"""64 beats at 75."""
HALVES = 0.2 + np.arange(128) * 0.4


def test_a_backbeat_is_heard_at_the_tempo_at_which_people_clap() -> None:
    song = signs(BEATS[::2], BEATS[1::2])
    assert backbeat(song, BEATS) > 0.9
    assert backbeat(song, HALVES) < 0.15
    assert countable(song, struck(BEATS), BEATS) > 2 * countable(song, struck(BEATS), HALVES)


def test_a_snare_that_is_not_heard_speaks_for_no_tempo() -> None:
    silent = signs(np.zeros(0), np.zeros(0))
    assert countable(silent, struck(BEATS), BEATS) == pytest.approx(1, abs=0.05)
    assert countable(silent, struck(BEATS), HALVES) == pytest.approx(1, abs=0.05)


def test_snares_on_every_beat_but_the_first_of_three_are_no_backbeat_at_twice_the_tempo() -> None:
    waltz = signs(BEATS[::3], np.delete(BEATS, np.s_[::3]))
    assert backbeat(waltz, HALVES) < 0.3


def test_notes_quick_notes_for_anybody_speak_for_music_in_half_time() -> None:
    song = signs(BEATS[::2], BEATS[1::2])
    sixteenths = np.arange(BEATS[0], BEATS[-1], 0.2)
    thirty_seconds = np.arange(BEATS[0], BEATS[-1], 0.1)
    assert quick_notes(struck(sixteenths), BEATS, 8) < 0.05
    assert quick_notes(struck(thirty_seconds), BEATS, 8) > 0.9
    assert countable(song, struck(thirty_seconds), BEATS) == pytest.approx(1, abs=0.05)
    assert countable(song, struck(sixteenths), BEATS) > 1.5
    assert countable(song, struck(thirty_seconds), HALVES) > countable(song, struck(sixteenths), HALVES)


def test_a_loop_is_whole_bars_of_a_whole_tempo_to_the_millisecond() -> None:
    assert {45.0, 90.0, 180.0} <= set(loop_tempi(240 * 2 / 90))
    assert max(loop_tempi(240 * 2 / 90), key=loop_tempi(240 * 2 / 90).__getitem__) == 90.0
    assert 103.0 in loop_tempi(240 * 4 / 103 + 0.0005)
    assert 103.0 not in loop_tempi(240 * 4 / 103 + 0.03)


def test_whole_seconds_tell_little_and_songs_tell_nothing() -> None:
    assert loop_tempi(8.0)[120.0] < loop_tempi(240 * 4 / 121)[121.0] / 3
    assert loop_tempi(180.0) == {} == loop_tempi(0.0)
    assert certainty(4.0) < certainty(12.0) < certainty(200.0) == 1.0


def test_a_sparse_loop_begins_with_a_beat() -> None:
    sound = np.zeros((1, 44100 * 4), np.float32)
    sound[0, [11000, 91000]] = 0.5
    recording = Audio(sound, 44100)
    grid = lay_grid(recording, hear_frames(recording), np.arange(0.3, 4, 0.7), [96.0, 90.0], loop=True)
    assert grid.steady
    assert grid.beats_s == pytest.approx(np.arange(6) * 60 / 90)
