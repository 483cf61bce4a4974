"""What is heard in a sound: laws on synthesised music whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.domain.errors import Invalid
from remixlab.identify import Fingerprint, Index, Library, Segment, fingerprint, identify, merge_segments, peaks, screen
from remixlab.identify.alignment import Line, weigh

RATE = 44100


def play(seed: int, length_s: float = 24.0) -> Audio:
    """A wandering tune over chords with a drum loop that every seed shares."""
    dice = np.random.default_rng(seed)
    time = np.arange(int(length_s * RATE)) / RATE
    sound = np.zeros(time.size)
    beat_s = 0.5
    for n in range(int(length_s / beat_s)):
        start = int(n * beat_s * RATE)
        local = time[: time.size - start][: int(0.6 * RATE)]
        midi = 60 + int(dice.integers(0, 24))
        for harmonic in range(1, 6):
            frequency = harmonic * 440 * 2 ** ((midi - 69) / 12)
            sound[start : start + local.size] += (
                0.12 / harmonic * np.sin(2 * np.pi * frequency * local) * np.exp(-4 * local)
            )
        if n % 4 == 0:
            for step in (0, 4, 7):
                chord = 440 * 2 ** ((48 + int(dice.integers(0, 12)) + step - 69) / 12)
                length = min(int(2 * RATE), time.size - start)
                sound[start : start + length] += (
                    0.06 * np.sin(2 * np.pi * chord * time[:length]) * np.exp(-time[:length])
                )
        drum = np.random.default_rng(n % 4).normal(size=2000) * np.exp(-np.arange(2000) / 300)
        length = min(2000, time.size - start)
        sound[start : start + length] += 0.15 * drum[:length]
    return Audio.checked(np.stack([sound, sound * 0.9]).astype(np.float32), RATE)


def cut(audio: Audio, start_s: float, end_s: float) -> Audio:
    return Audio.checked(audio.samples[:, int(start_s * RATE) : int(end_s * RATE)], RATE)


@pytest.fixture(scope="module")
def songs() -> dict[str, Audio]:
    return {f"song-{seed}": play(seed) for seed in range(6)}


@pytest.fixture(scope="module")
def index(songs: dict[str, Audio]) -> Library:
    return Library.build({name: fingerprint(song) for name, song in songs.items()})


def test_an_excerpt_is_found_at_its_place(songs: dict[str, Audio], index: Library) -> None:
    [match] = identify(cut(songs["song-3"], 8, 16), index, works=False)
    assert (match.recording_id, match.kind) == ("song-3", "same_recording")
    assert match.reference_start_s == pytest.approx(8, abs=0.3)
    assert match.tempo_ratio == pytest.approx(1, abs=0.01)
    assert match.pitch_semitones == pytest.approx(0, abs=0.2)


def test_a_faster_higher_copy_tells_by_how_much(songs: dict[str, Audio], index: Library) -> None:
    played_fast = Audio.checked(cut(songs["song-2"], 4, 18).samples, int(RATE * 1.06))
    [match] = identify(played_fast, index, works=False)
    assert match.recording_id == "song-2"
    assert match.tempo_ratio == pytest.approx(1.06, abs=0.01)
    assert match.pitch_semitones == pytest.approx(12 * np.log2(1.06), abs=0.2)


def test_music_that_only_shares_the_drum_loop_is_not_found(index: Library) -> None:
    stranger = play(99)
    assert identify(stranger, index, works=False) == []
    assert screen(stranger, index, frozenset()).clean


def test_a_borrowed_passage_is_told_with_where_and_what(songs: dict[str, Audio], index: Library) -> None:
    mix = play(50).samples.copy()
    mix[:, 10 * RATE : 17 * RATE] = 0.3 * mix[:, 10 * RATE : 17 * RATE] + cut(songs["song-4"], 5, 12).samples
    licensed = frozenset({"song-1"})
    screening = screen(Audio.checked(mix, RATE), index, licensed)
    assert not screening.clean
    [match] = screening.foreign(licensed)
    assert (match.recording_id, match.kind) == ("song-4", "contains")
    assert match.query_start_s == pytest.approx(10, abs=2.1)
    assert match.query_end_s == pytest.approx(17, abs=1.5)
    assert match.reference_start_s + 10 - match.query_start_s == pytest.approx(5, abs=0.3)


def test_what_the_licence_covers_is_reported_and_refuses_nothing(songs: dict[str, Audio], index: Library) -> None:
    screening = screen(songs["song-0"], index, frozenset({"song-0"}))
    assert screening.clean
    assert [m.recording_id for m in screening.matches] == ["song-0"]
    assert screening.foreign(frozenset({"song-0"})) == ()


@pytest.mark.parametrize("length_s", [0.05, 1.0])
@pytest.mark.parametrize("level", [0.0, 0.3])
def test_silence_noise_and_crumbs_match_nothing(index: Library, length_s: float, level: float) -> None:
    noise = np.random.default_rng(1).normal(size=(1, int(length_s * RATE))) * level
    assert identify(Audio.checked(noise.astype(np.float32), RATE), index) == []


def test_an_empty_index_finds_nothing(songs: dict[str, Audio]) -> None:
    assert identify(songs["song-0"], Library.build()) == []
    assert screen(songs["song-0"], Library.build(), frozenset()).clean


def test_a_stored_index_and_fingerprint_answer_as_fresh_ones(songs: dict[str, Audio], index: Library) -> None:
    packed = index.segments[0].index.to_bytes()
    again = Index.from_bytes(memoryview(packed))
    heard = fingerprint(cut(songs["song-5"], 3, 11))
    stored = Fingerprint.from_bytes(heard.to_bytes())
    assert identify(stored, Library((Segment(again),))) == identify(heard, index)
    assert again.to_bytes() == packed


def test_what_is_merged_and_taken_down_is_as_if_it_had_been_so_from_the_start(
    songs: dict[str, Audio], index: Library
) -> None:
    prints = {name: index.fingerprint_of(name) for name in index.ids}
    first = Library.build({k: v for k, v in prints.items() if k < "song-3"})
    both = first.extended({k: v for k, v in prints.items() if k >= "song-3"})
    assert merge_segments(both.segments).index.to_bytes() == index.segments[0].index.to_bytes()
    heard = fingerprint(cut(songs["song-1"], 5, 15))
    assert identify(heard, both, works=False) == identify(heard, index, works=False)
    smaller = both.extended({}, ["song-4"])
    assert "song-4" not in smaller.ids and len(smaller) == 5
    taken = fingerprint(cut(songs["song-4"], 5, 15))
    assert identify(taken, smaller, works=False) == []
    again = smaller.extended({"song-4": prints["song-4"]})
    assert [m.recording_id for m in identify(taken, again, works=False)] == ["song-4"]
    with pytest.raises(KeyError):
        smaller.fingerprint_of("song-4")


@pytest.mark.parametrize("broken", [b"", b"RLINDEX1", b"RLINDEX1" + bytes(40), b"something else entirely"])
def test_bytes_that_are_no_index_are_refused(broken: bytes) -> None:
    with pytest.raises(Invalid):
        Index.from_bytes(broken)


def test_a_line_outside_the_recording_is_weighed_as_nothing() -> None:
    own = fingerprint(play(3, 8)).peaks
    for start in (-5000.0, 5000.0):
        evidence = weigh(own, own, Line(0, 1.0, start, 0.0))
        assert (evidence.met, evidence.uniqueness) == (0, 0.0)


def test_peaks_are_the_same_whether_found_in_one_part_or_many(
    songs: dict[str, Audio], monkeypatch: pytest.MonkeyPatch
) -> None:
    spectrogram = peaks.measure_spectrogram(songs["song-1"])
    whole = peaks.pick_peaks(spectrogram)
    monkeypatch.setattr(peaks, "_PART_FRAMES", 200)
    parts = peaks.pick_peaks(spectrogram)
    assert np.array_equal(whole.frames, parts.frames)
    assert np.abs(whole.bins - parts.bins).max() < 1e-4
