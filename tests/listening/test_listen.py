"""The whole chain on songs whose truth is known, and on sound that is no music."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import mir_eval
import numpy as np
import pytest
import soundfile

from remixlab.domain.audio import Audio
from remixlab.domain.music import Analysis
from remixlab.listening import listen

RATE = 44100


def error_ms(reference: np.ndarray, found: tuple[float, ...]) -> np.ndarray:
    inside = [t for t in found if reference[0] - 0.1 <= t <= reference[-1] + 0.1]
    return np.array([np.abs(reference - t).min() * 1000 for t in inside])


def assert_covers(analysis: Analysis) -> None:
    for spans in (analysis.chords, analysis.sections):
        assert spans[0].start_s == 0
        assert spans[-1].end_s == pytest.approx(analysis.duration_s)
        assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(spans))
    assert analysis.bars
    assert set(analysis.downbeats) <= set(analysis.beats)
    assert all(b > a for a, b in pairwise(analysis.beats))


@pytest.fixture(scope="module")
def analysis(song: Any) -> Analysis:
    return listen(song.recording, song.stems)


def test_beats_of_a_steady_song_are_within_five_milliseconds(song: Any, analysis: Analysis) -> None:
    assert analysis.tempo_bpm == pytest.approx(120, abs=0.05)
    error = error_ms(song.beats, analysis.beats)
    assert len(error) >= len(song.beats)
    assert np.median(error) < 5
    assert error.max() < 12


def test_bars_begin_where_harmony_and_bass_change(song: Any, analysis: Analysis) -> None:
    assert analysis.meter == "4/4"
    inside = np.array([t for t in analysis.downbeats if song.beats[0] - 0.1 < t < song.beats[-1]])
    assert mir_eval.beat.f_measure(song.downbeats, inside) > 0.95


def test_chords_are_named_over_the_whole_song(song: Any, analysis: Analysis) -> None:
    reference = np.array([[a, b] for a, b, _ in song.chords])
    estimate = np.array([[c.start_s, c.end_s] for c in analysis.chords])
    scores = mir_eval.chord.evaluate(
        reference, [c for *_, c in song.chords], estimate, [c.symbol for c in analysis.chords]
    )
    assert scores["majmin"] > 0.9


def test_the_key_is_c_major_and_sure(analysis: Analysis) -> None:
    assert analysis.key == "C major"
    assert analysis.key_confidence > 0.5


def test_the_lead_is_written_down_note_by_note(song: Any, analysis: Analysis) -> None:
    found = [(n.start_s, round(n.midi)) for n in analysis.melody]
    hits = sum(any(abs(at - start) < 0.06 and midi == note for at, midi in found) for start, _, note in song.lead)
    assert hits / len(song.lead) > 0.9
    assert len(found) < 1.15 * len(song.lead)


def test_bass_notes_begin_on_the_grid(song: Any, analysis: Analysis) -> None:
    sixteenths = np.interp(np.arange(0, len(analysis.beats) - 1, 0.25), np.arange(len(analysis.beats)), analysis.beats)
    assert len(analysis.bass) >= 20
    on_line = [np.abs(sixteenths - n.start_s).min() < 1e-4 for n in analysis.bass]
    assert np.mean(on_line) > 0.9


def test_kicks_and_snares_are_told_apart(song: Any, analysis: Analysis) -> None:
    for piece, beats in (("kick", song.beats[::2]), ("snare", song.beats[1::2])):
        found = np.array([h.time_s for h in analysis.drums if h.piece == piece])
        assert mir_eval.onset.f_measure(beats, found, window=0.05)[0] > 0.8, piece


def test_both_octaves_of_the_tempo_are_kept(analysis: Analysis) -> None:
    tempi = [a.tempo_bpm for a in analysis.tempo_alternatives]
    for octave in (0.5, 1, 2):
        assert any(abs(t / (120 * octave) - 1) < 0.01 for t in tempi), octave


def test_everything_is_covered_from_start_to_end(analysis: Analysis) -> None:
    assert_covers(analysis)
    assert analysis.beats[0] < 0.5
    assert analysis.beats[-1] > analysis.duration_s - 0.51


@pytest.mark.parametrize(("tempo_bpm", "beats_per_bar", "meter"), [(96.0, 3, "3/4"), (132.0, 4, "4/4")])
def test_meter_and_tempo_of_other_songs(
    compose: Callable[..., Any], tempo_bpm: float, beats_per_bar: int, meter: str
) -> None:
    found = listen(compose(tempo_bpm=tempo_bpm, beats_per_bar=beats_per_bar, bars=10).recording)
    assert found.tempo_bpm == pytest.approx(tempo_bpm, rel=0.005)
    assert found.meter == meter


def test_a_song_without_drums_keeps_its_tempo_and_key(compose: Callable[..., Any]) -> None:
    found = listen(compose(progression=("E:min", "C:maj", "G:maj", "D:maj"), drums=False, bars=8).recording)
    assert any(abs(a.tempo_bpm - 120) < 0.5 for a in found.tempo_alternatives)
    assert found.key in ("G major", "E minor")


def noise(seconds: float, rate: int, channels: int, level: float = 0.2) -> Audio:
    samples = np.random.default_rng(3).normal(0, level, (channels, max(1, int(seconds * rate))))
    return Audio.checked(samples, rate)


@pytest.mark.parametrize(
    ("name", "recording"),
    [
        ("silence", Audio.checked(np.zeros((2, 8 * RATE)), RATE)),
        ("noise", noise(8, RATE, 2)),
        ("a fifth of a second", noise(0.2, RATE, 2)),
        ("one frame", Audio.checked(np.ones((1, 1)), RATE)),
        ("six channels", noise(3, 48000, 6)),
        ("96 kHz", noise(3, 96000, 2)),
        ("8 kHz mono", noise(5, 8000, 1)),
        ("one click", Audio.checked(np.eye(1, 3 * RATE, RATE), RATE)),
        ("a constant", Audio.checked(np.full((1, 3 * RATE), 0.5), RATE)),
        ("far too loud", noise(3, RATE, 2, level=30)),
    ],
)
def test_sound_that_is_no_music_gets_an_honest_answer(name: str, recording: Audio) -> None:
    found = listen(recording)
    if name not in ("silence", "one frame"):  # which have no bars to cover them
        assert_covers(found)
    assert found.duration_s == recording.duration_s
    assert len(found.sections) == 1, name


def test_silence_has_no_tempo_key_or_notes() -> None:
    found = listen(Audio.checked(np.zeros((2, 5 * RATE)), RATE))
    assert found.key_confidence == 0 and not found.has_key
    assert found.beats == found.downbeats == found.bars == ()
    assert all(a.confidence == 0 for a in found.tempo_alternatives)
    assert not found.melody and not found.bass and not found.drums
    assert [c.symbol for c in found.chords] == ["N"]


def test_progress_rises_to_one(song: Any) -> None:
    told: list[float] = []
    listen(song.recording, song.stems, progress=lambda _stage, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_listening_twice_hears_the_same(song: Any, analysis: Analysis) -> None:
    assert listen(song.recording, song.stems) == analysis


@pytest.mark.parametrize(("name", "tempo_bpm", "from_s"), [("hydrogen", 132, 30), ("sodium", 140, 24)])
def test_real_machine_tight_songs_are_laid_within_five_milliseconds(
    real_audio: Path, name: str, tempo_bpm: float, from_s: int
) -> None:
    bar_s = 240 / tempo_bpm
    begin = round(round(from_s / bar_s) * bar_s * RATE)
    parts = [
        soundfile.read(f, dtype="float32", start=begin, frames=40 * RATE)[0].T
        for f in sorted((real_audio / "stems" / name).glob("*.ogg"))
    ]
    mix = np.zeros((2, max(p.shape[1] for p in parts)), np.float32)
    for part in parts:
        mix[:, : part.shape[1]] += part
    found = listen(Audio.checked(mix, RATE))
    assert found.tempo_bpm == pytest.approx(tempo_bpm, abs=0.02)
    period = 60 / tempo_bpm
    error = [abs(b - round(b / period) * period) for b in found.beats]
    assert np.median(error) < 0.005
