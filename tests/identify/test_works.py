"""Another performance of the same tune and chords, as they sound or as they were written down, is told as a candidate,
and refuses nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.audio import Audio
from remixlab.domain.music import PITCH_NAMES, Analysis, Chord, Note
from remixlab.identify import (
    Fingerprint,
    Harmony,
    Index,
    Library,
    Peaks,
    fingerprint,
    identify,
    merge_segments,
    screen,
    write_score,
)
from remixlab.identify.harmony import REST, STEP_S, TUNE_STEPS, name_tune, spell_tune
from remixlab.identify.packing import pack_arrays

RATE = 44100


def perform(work: int, *, tempo_bpm: float, semitones: int, brightness: float, dice_seed: int) -> Audio:
    """One work of 64 beats: each has its own chords and tune; players, key and tempo differ."""
    octave = 60 + 12 * (dice_seed % 2)
    score = np.random.default_rng(work)
    player = np.random.default_rng(dice_seed)
    beat_s = 60 / tempo_bpm
    sound = np.zeros(int((64 * beat_s + 1) * RATE))

    def play(start_s: float, length_s: float, midi: float, level: float) -> None:
        time = np.arange(int(length_s * RATE)) / RATE
        wave = np.zeros(time.size)
        for harmonic in range(1, 8):
            wave += brightness ** (harmonic - 1) * np.sin(
                2 * np.pi * harmonic * 440 * 2 ** ((midi + semitones - 69) / 12) * time
            )
        start = int((start_s + abs(player.normal(0, 0.025))) * RATE)
        end = min(start + time.size, sound.size)
        sound[start:end] += (level * wave * np.exp(-2 * time / length_s))[: end - start]

    for bar in range(16):
        root = 48 + int(score.choice([0, 2, 4, 5, 7, 9]))
        third = 3 if root in (50, 52, 57) else 4
        for beat in range(4):
            at = (bar * 4 + beat) * beat_s
            for step in (0, third, 7, 12):
                play(
                    at + beat_s / 2 * int(player.integers(0, 2)),
                    beat_s,
                    root + step + 12 * int(player.integers(0, 2)),
                    0.06,
                )
            play(at, beat_s, octave + int(score.choice([0, 2, 4, 5, 7, 9, 11, 12])), 0.12)
            hit = player.normal(size=1500) * np.exp(-np.arange(1500) / 200)
            sound[int(at * RATE) : int(at * RATE) + 1500] += 0.05 * hit
    return Audio.checked(sound[None].astype(np.float32), RATE)


@pytest.fixture(scope="module")
def index() -> Library:
    return Library.build(
        {
            f"work-{n}": fingerprint(perform(n, tempo_bpm=100 + 6 * n, semitones=n, brightness=0.5, dice_seed=n))
            for n in range(4)
        }
    )


def test_a_cover_in_another_key_and_tempo_is_a_candidate_for_its_work(index: Library) -> None:
    cover = perform(2, tempo_bpm=98, semitones=7, brightness=0.75, dice_seed=77)
    [match, *rest] = [m for m in identify(cover, index) if m.kind == "same_work"]
    assert match.recording_id == "work-2"
    assert match.tempo_ratio == pytest.approx(98 / 112, rel=0.05)
    assert match.pitch_semitones == 5
    assert all(m.score < match.score for m in rest)
    assert screen(cover, index, frozenset()).clean


def test_another_work_is_no_candidate(index: Library) -> None:
    stranger = perform(9, tempo_bpm=106, semitones=1, brightness=0.6, dice_seed=5)
    assert identify(stranger, index) == []


def play(
    chords: list[int], tune: list[int], chord_s: float, *, beat_s: float = 0.5, semitones: int = 0, seed: int = 0
) -> Fingerprint:
    """Major triads over their roots with a tune of four notes a chord, a little of everything else, and some wrong
    notes.
    """
    dice = np.random.default_rng(seed)
    steps = int(len(chords) * chord_s / STEP_S)
    at_s = (np.arange(steps * TUNE_STEPS) + 0.5) * STEP_S / TUNE_STEPS
    chroma = dice.uniform(0, 60, (steps, 24))
    for step, root in enumerate(chords[int(s / chord_s)] for s in at_s[1::TUNE_STEPS]):
        chroma[step, [(root + semitones) % 12, *(12 + (root + semitones + third) % 12 for third in (0, 4, 7))]] += 150
    sung = (np.array(tune)[(at_s / chord_s * 4).astype(int)] + semitones) % 12
    sung = np.where(dice.uniform(size=sung.size) < 0.2, dice.integers(0, 12, sung.size), sung).astype(np.uint8)
    none = Peaks(np.zeros(0, np.int32), np.zeros(0, np.float32))
    return Fingerprint(
        none, Harmony(chroma.astype(np.uint8), spell_tune(sung.reshape(steps, TUNE_STEPS)), beat_s), steps * STEP_S
    )


def write_chords(seed: int, bars: int = 24) -> list[int]:
    return [int(root) for root in np.random.default_rng(seed).integers(0, 12, bars)]


def write_tune(seed: int, bars: int = 24) -> list[int]:
    return [int(note) for note in np.random.default_rng(1000 + seed).choice([0, 2, 4, 5, 7, 9, 11], 4 * bars)]


def catalogue(songs: int) -> Library:
    return Library.build({f"song-{n}": play(write_chords(n), write_tune(n), 2.0, seed=n) for n in range(songs)})


@pytest.mark.parametrize(
    ("level", "songs"), [(1 / 2, 1), (2 / 3, 8), (3 / 4, 1), (1, 1), (1, 40), (4 / 3, 8), (3 / 2, 1), (2, 8)]
)
def test_a_cover_is_found_at_whatever_level_its_beat_is_heard_and_however_many_songs_are_known(
    level: float, songs: int
) -> None:
    cover = play(write_chords(0)[4:20], write_tune(0)[16:80], 1.6, beat_s=0.4 * level, semitones=3, seed=99)
    [match] = identify(cover, catalogue(songs))
    assert (match.recording_id, match.kind, match.pitch_semitones) == ("song-0", "same_work", 3)
    assert match.tempo_ratio == pytest.approx(2.0 / 1.6, rel=0.05)
    assert match.reference_start_s == pytest.approx(8, abs=1.5)
    assert match.score > 0.99


@pytest.mark.parametrize("songs", [1, 6])
def test_a_loop_of_chords_that_songs_share_names_none_of_them(songs: int) -> None:
    loop = [0, 7, 9, 5]
    known = Library.build({f"song-{n}": play(loop * 6, write_tune(n), 2.0, seed=n) for n in range(songs)})
    assert identify(play(loop * 4, write_tune(99), 2.0, seed=99), known) == []


def test_the_tune_tells_which_of_the_songs_on_one_loop_of_chords_is_covered() -> None:
    loop = [0, 7, 9, 5]
    known = Library.build({f"song-{n}": play(loop * 6, write_tune(n), 2.0, seed=n) for n in range(6)})
    [match] = identify(play(loop * 4, write_tune(4)[16:80], 1.8, beat_s=0.45, semitones=10, seed=99), known)
    assert (match.recording_id, match.pitch_semitones) == ("song-4", -2)


def test_two_chords_in_fifteen_seconds_are_too_little_to_name_a_work() -> None:
    stranger = play([5, 5, 5, 5, 7, 7, 7, 7], write_tune(77), 2.0, seed=99)
    assert identify(stranger, catalogue(1)) == []


def test_a_fingerprint_of_before_still_finds_its_recording_and_has_its_chords() -> None:
    heard = fingerprint(perform(2, tempo_bpm=112, semitones=0, brightness=0.5, dice_seed=2))
    beats_s = np.arange(0, heard.duration_s - 1, 0.5, dtype=np.float32)
    chroma = heard.harmony.chroma[(beats_s / STEP_S).astype(int)]
    arrays = {
        "frames": heard.peaks.frames,
        "bins": np.round(heard.peaks.bins * 256).astype(np.uint16),
        "chroma": chroma,
        "beats_s": beats_s,
    }
    before = Fingerprint.from_bytes(pack_arrays(b"RLPRINT1", {"duration_s": heard.duration_s}, arrays))
    assert before.harmony.beat_s == pytest.approx(0.5)
    assert (
        np.abs(
            before.harmony.chroma[: len(before.harmony) : 25].astype(int)
            - heard.harmony.chroma[: len(before.harmony) : 25]
        ).mean()
        < 25
    )
    assert [m.kind for m in identify(heard, Library.build({"before": before}))] == ["same_recording"]


CHORD_S = 2.0


def listen_to(chords: list[int], tune: list[int], beat_s: float = 0.5) -> Analysis:
    """What a listener writes down: major triads of two seconds, four notes of the tune on each."""
    note_s = CHORD_S / 4
    return Analysis(
        duration_s=len(chords) * CHORD_S,
        tempo_bpm=60 / beat_s,
        beats=(),
        downbeats=(),
        key="C major",
        key_confidence=1.0,
        chords=tuple(
            Chord(start_s=n * CHORD_S, end_s=(n + 1) * CHORD_S, symbol=f"{PITCH_NAMES[root]}:maj")
            for n, root in enumerate(chords)
        ),
        melody=tuple(Note(start_s=n * note_s, end_s=(n + 1) * note_s, midi=60 + pitch) for n, pitch in enumerate(tune)),
    )


def scored(sounds_like: int, written: int) -> Fingerprint:
    """A recording that sounds like one song and was written down as another."""
    heard = play(write_chords(sounds_like), write_tune(sounds_like), CHORD_S, seed=sounds_like)
    return replace(heard, score=write_score(listen_to(write_chords(written), write_tune(written))))


@given(chords=st.lists(st.integers(0, 11), min_size=1, max_size=12), first=st.integers(0, 11))
def test_a_score_has_the_chord_and_the_tune_of_every_place(chords: list[int], first: int) -> None:
    tune = [(first + 5 * n) % 12 for n in range(4 * len(chords))]
    score = write_score(listen_to(chords, tune, beat_s=0.4))
    middles_s = (np.arange(len(score)) + 0.5) * STEP_S
    assert len(score) == int(len(chords) * CHORD_S / STEP_S)
    assert score.beat_s == pytest.approx(0.4)
    assert set(np.unique(score.tune.sum(axis=-1, dtype=int))) == {255}
    for step, at_s in enumerate(middles_s):
        root = chords[int(at_s / CHORD_S)]
        if 2 * STEP_S < at_s % CHORD_S < CHORD_S - 2 * STEP_S:
            assert {root, (root + 4) % 12, (root + 7) % 12} <= set(np.flatnonzero(score.chroma[step, :12]))
        inside_note = 0.1 < at_s % (CHORD_S / 4) < CHORD_S / 4 - 0.1
        assert not inside_note or name_tune(score.tune)[step, 1] == tune[int(at_s / CHORD_S * 4)]


def test_a_score_rests_where_nothing_is_sung() -> None:
    analysis = listen_to([0, 5], [0, 4, 7, 4])
    tune = name_tune(write_score(analysis).tune).ravel()
    sung = int(CHORD_S / STEP_S * 3)
    assert not np.any(tune[:sung] == REST) and np.all(tune[sung + 1 :] == REST)


def test_a_cover_of_a_misheard_song_is_named_by_its_score_alone() -> None:
    cover = play(write_chords(50)[4:20], write_tune(50)[16:80], 1.8, beat_s=0.45, semitones=3, seed=99)
    known = {f"song-{n}": play(write_chords(n), write_tune(n), CHORD_S, seed=n) for n in range(6)}
    assert identify(cover, Library.build(known)) == []
    [match] = identify(cover, Library.build(known | {"misheard": scored(7, written=50)}))
    assert (match.recording_id, match.kind, match.pitch_semitones) == ("misheard", "same_work", 3)
    assert match.tempo_ratio == pytest.approx(CHORD_S / 1.8, rel=0.05)


def test_a_performance_of_what_sounds_is_named_whatever_was_written_down() -> None:
    cover = play(write_chords(7)[4:20], write_tune(7)[16:80], 1.8, beat_s=0.45, semitones=3, seed=99)
    [match] = identify(cover, Library.build({"misheard": scored(7, written=50)}))
    assert match.recording_id == "misheard"


def test_a_held_chord_is_no_hindrance_where_the_tune_moves() -> None:
    tune = [pitch for n in range(3) for pitch in write_tune(n)[:32]]
    held = replace(play(write_chords(7), write_tune(7), CHORD_S), score=write_score(listen_to([9] * 24, tune)))
    cover = play([9] * 24, tune, CHORD_S, beat_s=0.75, seed=99)
    [match] = identify(cover, Library.build({"held": held}))
    assert match.tempo_ratio == pytest.approx(1, rel=0.05)


def test_scores_are_kept_with_the_recordings_that_have_one() -> None:
    prints = {
        f"song-{n}": scored(n, written=n + 20) if n % 2 else play(write_chords(n), write_tune(n), CHORD_S)
        for n in range(5)
    }
    stored = {name: Fingerprint.from_bytes(kept.to_bytes()) for name, kept in prints.items()}
    changed = Library.build(stored).extended({"song-2": prints["song-3"]}, ["song-1"])
    index = Index.from_bytes(merge_segments(changed.segments).index.to_bytes())
    for number, name in enumerate(index.ids):
        expected = prints["song-3" if name == "song-2" else name].score
        found = index.score_of(number)
        assert (found is None) == (expected is None)
        if found and expected:
            assert np.array_equal(found.chroma, expected.chroma) and np.array_equal(found.tune, expected.tune)
            assert found.beat_s == expected.beat_s


def test_a_fingerprint_without_a_score_is_read_and_names_its_work_by_its_sound() -> None:
    heard = play(write_chords(3), write_tune(3), CHORD_S, seed=3)
    arrays = {
        "frames": heard.peaks.frames,
        "bins": np.zeros(0, np.uint16),
        "chroma": heard.harmony.chroma,
        "tune": name_tune(heard.harmony.tune),
    }
    before = Fingerprint.from_bytes(pack_arrays(b"RLPRINT2", {"duration_s": heard.duration_s, "beat_s": 0.5}, arrays))
    assert before.score is None
    assert np.array_equal(before.harmony.tune, spell_tune(name_tune(heard.harmony.tune)))
    [match] = identify(
        play(write_chords(3)[4:20], write_tune(3)[16:80], 1.8, beat_s=0.45, seed=99), Library.build({"song-3": before})
    )
    assert match.recording_id == "song-3"


def drum_loop(bpm: float, bars: int, seed: int, struck: tuple[str, str, str]) -> Audio:
    """A kick that falls, a snare of noise and tone, a hat of noise: nothing pitched in it."""
    dice, beat_s = np.random.default_rng(seed), 60 / bpm
    sound = np.zeros(int((bars * 4 * beat_s + 1) * RATE), np.float32)
    t = np.arange(int(0.25 * RATE)) / RATE
    kick = np.sin(2 * np.pi * (50 * t + 7.5 * (1 - np.exp(-t * 40)))) * np.exp(-t / 0.09)
    for sixteenth in range(bars * 16):
        at = int(sixteenth * beat_s / 4 * RATE)
        snare = (dice.normal(0, 0.35, t.size) + 0.4 * np.sin(2 * np.pi * 190 * t)) * np.exp(-t / 0.06)
        hat = np.diff(dice.normal(0, 1, t.size), prepend=0) * 0.12 * np.exp(-t / 0.015)
        for steps, stroke in zip(struck, (kick, snare, hat), strict=True):
            if steps[sixteenth % 16] == "x":
                sound[at : at + t.size] += stroke
    return Audio.checked((sound / np.abs(sound).max() * 0.7)[None], RATE)


def test_two_drum_loops_are_no_work_however_alike_they_are() -> None:
    one = drum_loop(95, 16, 3, ("x.....x.x.......", "....x.......x..x", "x.x.x.x.x.x.x.x."))
    other = drum_loop(128, 22, 4, ("x...x...x...x...", "....x.......x...", "..x...x...x...x."))
    for known, asked in ((one, other), (other, one)):
        assert identify(asked, Library.build({"loop": fingerprint(known)})) == []
    assert not fingerprint(one).harmony.is_pitched and not fingerprint(other).harmony.is_pitched


def test_a_song_is_no_work_of_a_drum_loop_and_has_a_harmony_of_its_own() -> None:
    song = perform(1, tempo_bpm=100, semitones=0, brightness=0.5, dice_seed=1)
    loop = drum_loop(95, 16, 3, ("x.....x.x.......", "....x.......x..x", "x.x.x.x.x.x.x.x."))
    assert fingerprint(song).harmony.is_pitched
    assert identify(song, Library.build({"loop": fingerprint(loop)})) == []
