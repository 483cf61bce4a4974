"""What windows heard, laid end to end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidAudio
from remixlab.domain.music import Analysis, Chord, DrumHit, Note, Section, TempoAlternative
from remixlab.listening import Heard, join_analyses


def heard(
    start_s: float, length_s: float, *, tempo_bpm: float = 120.0, key: str = "A minor", loudness_lufs: float = -14.0
) -> Heard:
    """A window on a song whose beats, bars and notes all lie on one grid from the start of the recording."""
    beat = 60 / tempo_bpm
    numbers = range(int(np.ceil(start_s / beat)), int(np.ceil((start_s + length_s) / beat)))
    beats = tuple(n * beat - start_s for n in numbers)
    notes = tuple(Note(start_s=t, end_s=min(t + beat / 2, length_s), midi=60) for t in beats)
    analysis = Analysis(
        duration_s=length_s,
        tempo_bpm=tempo_bpm,
        tempo_alternatives=(TempoAlternative(tempo_bpm=tempo_bpm, confidence=0.8),),
        beats=beats,
        downbeats=tuple(n * beat - start_s for n in numbers if n % 4 == 0),
        key=key,
        key_confidence=0.5,
        chords=(Chord(start_s=0, end_s=length_s, symbol="A:min"),),
        sections=(
            Section(start_s=0, end_s=length_s / 4, label="intro"),
            Section(start_s=length_s / 4, end_s=length_s, label="verse"),
        ),
        melody=notes,
        bass=notes,
        drums=tuple(DrumHit(time_s=t, piece="kick") for t in beats),
        loudness_lufs=loudness_lufs,
        peak_dbtp=-1.0,
    )
    return Heard(start_s, analysis, np.full(int(length_s * 10), loudness_lufs))


@settings(max_examples=40)
@given(step_s=st.floats(12, 40), overlap_s=st.floats(1, 10), count=st.integers(1, 6), tempo_bpm=st.floats(70, 180))
def test_windows_on_one_grid_join_to_that_grid(step_s: float, overlap_s: float, count: int, tempo_bpm: float) -> None:
    duration_s = step_s * count + overlap_s
    parts = [heard(n * step_s, step_s + overlap_s, tempo_bpm=tempo_bpm) for n in range(count)]
    whole = join_analyses(parts, duration_s)
    alone = heard(0.0, duration_s, tempo_bpm=tempo_bpm).analysis
    assert len(whole.beats) == len(alone.beats) and np.abs(np.array(whole.beats) - np.array(alone.beats)).max() < 1e-4
    assert len(whole.downbeats) == len(alone.downbeats) and set(whole.downbeats) <= set(whole.beats)
    assert len(whole.melody) == len(alone.melody) == len(whole.drums)
    assert [(c.start_s, c.symbol) for c in whole.chords] == [(0, "A:min")]
    assert whole.chords[-1].end_s == pytest.approx(duration_s, abs=1e-4)
    assert whole.sections[0].label == "intro" and {s.label for s in whole.sections[1:]} == {"verse"}
    assert whole.loudness_lufs == pytest.approx(-14.0, abs=0.01)
    assert whole.tempo_bpm == pytest.approx(tempo_bpm)


@settings(max_examples=40)
@given(tempi=st.lists(st.floats(60, 200), min_size=2, max_size=6))
def test_beats_always_rise_and_parts_cover_the_recording_without_gaps(tempi: list[float]) -> None:
    parts = [heard(n * 20.0, 26.0, tempo_bpm=tempo) for n, tempo in enumerate(tempi)]
    whole = join_analyses(parts, 20.0 * len(tempi) + 6.0)
    assert (np.diff(whole.beats) >= 30 / max(tempi) - 1e-3).all()
    assert set(whole.downbeats) <= set(whole.beats)
    for cover in (whole.chords, whole.sections):
        assert cover[0].start_s == 0 and cover[-1].end_s == pytest.approx(whole.duration_s)
        assert all(a.end_s == pytest.approx(b.start_s) for a, b in pairwise(cover))
    assert all(a.end_s <= b.start_s + 1e-4 for a, b in pairwise(whole.melody))


def test_the_tempo_and_key_of_most_of_the_time_lead_and_the_others_are_kept() -> None:
    parts = [heard(0, 44), heard(40, 24, tempo_bpm=90, key="C major"), heard(60, 44, tempo_bpm=121)]
    whole = join_analyses(parts, 104.0)
    assert (whole.tempo_bpm, whole.key) == (120.0, "A minor")
    assert [t.tempo_bpm for t in whole.tempo_alternatives] == [120.0, 90.0]
    assert whole.key_confidence == pytest.approx(0.5 * (104 - 20) / 104, abs=0.02)


def test_loudness_is_gated_over_the_whole_and_the_highest_peak_counts() -> None:
    whole = join_analyses([heard(0, 30, loudness_lufs=-12), heard(26, 30, loudness_lufs=-60)], 56.0)
    assert whole.loudness_lufs == pytest.approx(-12.0, abs=0.05)
    assert whole.peak_dbtp == -1.0


def test_no_window_is_no_sound() -> None:
    with pytest.raises(InvalidAudio):
        join_analyses([], 1.0)


def test_a_stroke_on_the_bar_line_where_windows_meet_is_kept_once() -> None:
    step_s, overlap_s = 26.478839115559946, 9.0
    whole = join_analyses(
        [heard(n * step_s, step_s + overlap_s, tempo_bpm=90.0) for n in range(3)], 3 * step_s + overlap_s
    )
    assert len(whole.melody) == len(whole.drums) == len(whole.beats) == 133
