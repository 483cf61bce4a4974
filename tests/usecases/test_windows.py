"""Windows over recordings of any length."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import Audio, Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.rights import Recording
from remixlab.identify import fingerprint
from remixlab.signal import measure_loudness_lufs, momentary_loudness_lufs
from remixlab.signal.measure.loudness import integrate_loudness_lufs
from remixlab.signal.reel import blocks_of, measure_envelope
from remixlab.usecases.hearing import check_length
from remixlab.usecases.hearing import windows as room

RATE = 44_100


def ramp(length_s: float) -> Audio:
    frames = round(length_s * RATE)
    return Audio(np.tile(np.arange(frames, dtype=np.float32) / frames, (2, 1)), RATE)


@settings(max_examples=25)
@given(length_s=st.floats(0.1, 40), window_s=st.floats(4, 12), overlap_s=st.floats(0.5, 2))
def test_windows_cover_a_recording_overlap_and_are_short(length_s: float, window_s: float, overlap_s: float) -> None:
    sound = ramp(length_s)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "WINDOW_S", window_s)
        patch.setattr(room, "OVERLAP_S", overlap_s)
        found = list(room.windows(blocks_of(sound, 50_000), sound.duration_s))
    reached = 0
    for number, (start_s, window) in enumerate(found):
        begin = round(start_s * RATE)
        assert np.array_equal(window.samples, sound.samples[:, begin : begin + window.length_frames])
        assert start_s / 0.08 == pytest.approx(round(start_s / 0.08))
        assert window.duration_s <= window_s + 0.1
        if number:
            assert reached - begin >= overlap_s * RATE * 0.99
        reached = begin + window.length_frames
    assert reached == sound.length_frames


def tones(seconds: int) -> Iterator[Samples]:
    """Another chord every second."""
    t = np.arange(RATE) / RATE
    for second in range(seconds):
        chord = sum(np.sin(2 * np.pi * 220 * 2 ** ((note + second * 5 % 12) / 12) * t) for note in (0, 4, 7)) * np.exp(
            -3 * t
        )
        yield np.stack([chord, chord]).astype(np.float32) * np.float32(0.2)


def test_the_fingerprint_of_windows_has_the_peaks_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WINDOW_S", 12.0)
    monkeypatch.setattr(room, "OVERLAP_S", 4.0)
    whole = Audio(np.concatenate(list(tones(40)), axis=1), RATE)
    expected, found = fingerprint(whole), room.take_fingerprint(tones(40), 40.0)
    points = [
        set(zip(f.peaks.frames.tolist(), np.round(f.peaks.bins).tolist(), strict=True)) for f in (expected, found)
    ]
    assert len(points[0] & points[1]) > 0.95 * len(points[0] | points[1])
    assert found.duration_s == pytest.approx(40.0, abs=0.1)
    assert len(found.harmony) == len(found.harmony.tune) == pytest.approx(len(expected.harmony), abs=2)
    assert (found.harmony.tune[: len(expected.harmony)] == expected.harmony.tune[: len(found.harmony)]).mean() > 0.9


def test_four_times_the_length_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "WINDOW_S", 4.0)
    monkeypatch.setattr(room, "OVERLAP_S", 1.0)

    def peak_bytes(seconds: int) -> int:
        tracemalloc.start()
        try:
            assert sum(w.length_frames > 0 for _, w in room.windows(tones(seconds), seconds)) >= seconds // 4
            assert room.excerpts(tones(seconds), seconds).duration_s > 0
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    monkeypatch.setattr(room, "EXCERPT_S", 0.5)
    peak_bytes(8)
    assert peak_bytes(64) < 1.05 * peak_bytes(16)


def test_excerpts_are_spread_over_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "EXCERPT_S", 0.5)
    sound = ramp(30.0)
    heard = room.excerpts(blocks_of(sound, 40_000), 30.0).samples[0].reshape(room.EXCERPTS, -1)
    assert np.abs(heard[:, 0] - np.linspace(0, 29.5 / 30, room.EXCERPTS)).max() < 1e-3


def test_loudness_gathered_in_blocks_is_the_loudness_of_the_whole() -> None:
    samples = np.random.default_rng(2).normal(0, 0.1, (2, 9 * RATE)).astype(np.float32) * np.linspace(
        0, 1, 9 * RATE, dtype=np.float32
    )
    gathered = integrate_loudness_lufs(momentary_loudness_lufs(samples, RATE))
    assert gathered == pytest.approx(measure_loudness_lufs(samples, RATE), abs=1e-9)


@settings(max_examples=25)
@given(frames=st.integers(1, 4000), columns=st.integers(1, 300), block=st.integers(1, 900))
def test_an_envelope_of_blocks_holds_the_extremes_of_every_column(frames: int, columns: int, block: int) -> None:
    sound = Audio(np.random.default_rng(frames).uniform(-1, 1, (2, frames)).astype(np.float32), RATE)
    low, high = measure_envelope(blocks_of(sound, block), frames, columns)
    edges = np.linspace(0, frames, columns + 1).astype(int)
    for column, (a, b) in enumerate(pairwise(edges)):
        piece = sound.samples[:, a : max(b, a + 1)]
        assert (low[column], high[column]) == (piece.min(), piece.max())


@pytest.mark.parametrize(("duration_s", "said"), [(3 * 3600.0, "3 h 0 min"), (1300.0, "22 minutes")])
def test_what_is_too_long_to_be_remixed_is_said_with_its_length(duration_s: float, said: str) -> None:
    recording = Recording(recording_id="rec_1", title="Night", artist="A", duration_s=duration_s, sha256="0" * 64)
    with pytest.raises(InvalidAudio, match=f"'Night' is {said} long.*up to 20 minutes") as refused:
        check_length(recording)
    assert refused.value.stable_code == "audio.too_long_to_remix"
    check_length(recording.model_copy(update={"duration_s": 1200.0}))
