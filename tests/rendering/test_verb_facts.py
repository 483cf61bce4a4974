"""What the verbs of time, harmony and new sound do to what is heard, on a song whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.audio import Audio
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.material import Material
from remixlab.domain.music import QUALITIES, Analysis, ChordSymbol, Key, Section
from remixlab.plan import RemixPlan, cover, remix
from remixlab.rendering import render, timeline
from remixlab.rendering.parts.arrange import Arrangement
from remixlab.signal import find_onsets, rms_db

RATE = 44_100
START_S, BEAT_S = 0.25, 0.5
QUIET = {"lufs": -30.0}


def only(song: Material, **sounds: np.ndarray) -> Material:
    """The song with these stems alone."""
    assert song.stems is not None
    frames = song.master.length_frames
    audios = {
        n: Audio(np.ascontiguousarray(np.tile(sounds.get(n, np.zeros(frames))[:frames], (2, 1)), np.float32), RATE)
        for n in ("vocals", "drums", "bass", "other")
    }
    stems = replace(song.stems, **audios)
    return Material("x", stems.mix(), stems, song.analysis)


def struck(song: Material, every_beats: float = 0.5, *, accent: int = 2) -> np.ndarray:
    """A short knock on every half beat, every other one softer."""
    sound = np.zeros(song.master.length_frames)
    knock = np.random.default_rng(2).standard_normal(600) * np.exp(-np.arange(600) / 90)
    for number in range(int(48 / every_beats)):
        first = round((START_S + number * every_beats * BEAT_S) * RATE)
        sound[first : first + 600] += knock * (0.5 if number % accent == 0 else 0.25)
    return sound


def knocks_s(plan: RemixPlan, song: Material, part: str = "drums") -> np.ndarray:
    mix = render(plan.mastered(**QUIET), song, stems_out=True)
    return find_onsets(mix.stems_out[part].samples, RATE).frames / RATE


def within(times: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    return times[(times >= start_s - 0.02) & (times < end_s - 0.02)]


# ---------------------------------------------------------------- feel


@pytest.mark.parametrize("amount", [0.5, 1.0])
def test_swing_moves_the_recording_s_own_off_beats_towards_the_third(song: Material, amount: float) -> None:
    found = within(knocks_s(remix("x").swing(amount, at="chorus"), only(song, drums=struck(song))), 12, 20)
    places = (found / BEAT_S) % 1
    off = places[(places > 0.3) & (places < 0.9)]
    assert off.size == 16
    assert np.median(off) == pytest.approx(0.5 + amount / 6, abs=0.02)
    on = within(knocks_s(remix("x").swing(amount, at="chorus"), only(song, drums=struck(song))), 4, 12)
    assert np.median(((on / BEAT_S) % 1)[1::2]) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("feel", "factor"), [("half", 0.5), ("double", 2.0), ("straight", 1.0), ("shuffled", 1.0)])
def test_half_time_halves_and_double_time_doubles_what_the_drums_strike(
    song: Material, feel: str, factor: float
) -> None:
    bed = only(song, drums=struck(song, 1.0))
    found = knocks_s(remix("x").groove(feel, at="chorus"), bed)  # type: ignore[arg-type]
    assert within(found, 12, 20).size == pytest.approx(16 * factor, abs=1)
    assert within(found, 4, 12).size == 16


def test_a_groove_leaves_the_other_stems_and_the_length_alone(song: Material) -> None:
    for feel in ("half", "double"):
        plain, grooved = (
            render(p.mastered(**QUIET), song, stems_out=True)
            for p in (
                remix("x").keep("drums").gain("drums", gain_db=-1.0),
                remix("x").keep("drums").gain("drums", gain_db=-1.0).groove(feel),
            )
        )
        assert grooved.length_bars_s == plain.length_bars_s
        for stem in ("vocals", "bass", "other"):
            assert np.allclose(grooved.stems_out[stem].samples, plain.stems_out[stem].samples, atol=1e-5)


def test_a_shuffle_is_a_swing_of_the_recording(song: Material) -> None:
    found = within(knocks_s(remix("x").groove("shuffled"), only(song, drums=struck(song))), 12, 20)
    places = (found / BEAT_S) % 1
    assert np.median(places[(places > 0.3) & (places < 0.9)]) > 0.6


# ---------------------------------------------------------------- harmony


def chords(plan: RemixPlan, song: Material, first: float = 0, last: float = 48) -> list[ChordSymbol]:
    spans = timeline(plan, song).arrangement.harmony
    return [span.chord for span in spans if first <= span.start < last]


def pitch_classes_db(sound: np.ndarray) -> np.ndarray:
    """The level of each pitch class between 60 and 1200 Hz."""
    power = np.abs(np.fft.rfft(sound.mean(0) * np.hanning(sound.shape[1]), 1 << 18)) ** 2
    hertz = np.fft.rfftfreq(1 << 18, 1 / RATE)
    inside = (hertz > 60) & (hertz < 1200)
    midi = 69 + 12 * np.log2(hertz[inside] / 440)
    near = np.abs(midi - np.round(midi)) < 0.3
    return 10 * np.log10(np.bincount(np.round(midi[near]).astype(int) % 12, power[inside][near], 12) + 1e-12)


def test_given_chords_are_heard_bar_by_bar_and_come_round(song: Material) -> None:
    given = ("D:min", "G:maj", "E:min")
    plan = (
        remix("x")
        .without("vocals", "drums")
        .restyle("bass", "other", style="piano-ballad")
        .reharmonize(*given, at="chorus")
    )
    sound = render(plan.mastered(**QUIET), song).audio.samples
    for k, symbol in enumerate((*given, given[0])):
        heard = pitch_classes_db(sound[:, round((12.1 + 2 * k) * RATE) : round((13.9 + 2 * k) * RATE)])
        chord = set(ChordSymbol.parse(symbol).pitch_classes)
        assert set(np.argsort(heard)[-2:]) <= chord, (k, symbol)


def test_given_chords_written_in_another_key_move_along(song: Material) -> None:
    plan = remix("x").restyle("other", style="house")
    written = plan.then(type(plan.reharmonize("D:min").ops[-1])(chords=("D:min", "A:7"), key="D minor"))
    assert {(c.root, c.quality[:3]) for c in chords(written, song)} == {(9, "min"), (4, "7")}


HARMONIES: dict[str, Callable[[ChordSymbol], bool]] = {
    "minor": lambda c: 3 in QUALITIES[c.quality], "major": lambda c: 4 in QUALITIES[c.quality],
    "jazz": lambda c: len(QUALITIES[c.quality]) >= 4,
    "dark": lambda c: 4 not in QUALITIES[c.quality] or c.quality == "maj7",
    "simple": lambda c: c.quality in ("maj", "min") and (c.root or 0) in (9, 2, 4, 5),
}  # fmt: skip


@pytest.mark.parametrize("manner", HARMONIES)
def test_a_manner_of_harmony_is_heard_in_its_place_only(song: Material, manner: str) -> None:
    plan = remix("x").restyle("bass", "other", style="piano-ballad")
    changed = plan.reharmonize(manner=manner, at="chorus")  # type: ignore[arg-type]
    assert all(HARMONIES[manner](chord) for chord in chords(changed, song, 24, 40))
    assert chords(changed, song, 8, 24) == chords(plan, song, 8, 24)
    assert chords(changed, song, 24, 40) != chords(plan, song, 24, 40)
    for chord in chords(changed, song, 24, 40):
        assert (
            sum(pc in Key.parse("A harmonic minor".replace("harmonic ", "")).scale for pc in chord.pitch_classes[:3])
            >= 2
        )


@pytest.mark.parametrize("manner", HARMONIES)
def test_new_chords_rub_less_against_the_tune_than_they_might(song: Material, manner: str) -> None:
    """No long note of the tune lies a semitone above a chord's third or fifth more often than in the song itself."""

    def rubs(plan: RemixPlan) -> float:
        made: Arrangement = timeline(plan, song).arrangement
        total = clash = 0.0
        for tone in made.melody:
            chord = next(s.chord for s in made.harmony if s.start <= tone.beat + 1e-6 < s.end)
            total += tone.length
            clash += tone.length * (
                (round(tone.midi) - 1) % 12 in chord.pitch_classes and round(tone.midi) % 12 not in chord.pitch_classes
            )
        return clash / total

    plan = remix("x").restyle("bass", "other", style="piano-ballad")
    assert rubs(plan.reharmonize(manner=manner)) <= rubs(plan) + 0.1  # type: ignore[arg-type]


# ---------------------------------------------------------------- a sample of another recording


def other_song(song: Material, tempo: float, key: str, sound: Callable[[np.ndarray], np.ndarray]) -> Material:
    """The same song at another tempo and in another key, as `sound` of its time in beats."""
    beat_s = BEAT_S / tempo
    t = np.arange(round((START_S + 48 * beat_s + 0.5) * RATE)) / RATE
    audio = Audio(np.ascontiguousarray(np.tile(sound((t - START_S) / beat_s), (2, 1)), np.float32), RATE)

    def moved(time_s: float) -> float:
        return START_S + (time_s - START_S) / tempo

    heard = song.analysis
    analysis = Analysis(
        tempo_bpm=120.0 * tempo, key=key, key_confidence=0.9, duration_s=audio.duration_s,
        beats=tuple(map(moved, heard.beats)), downbeats=tuple(map(moved, heard.downbeats)),
        sections=tuple(Section(start_s=moved(s.start_s), end_s=moved(s.end_s), label=s.label) for s in heard.sections),
    )  # fmt: skip
    return Material("other", audio, None, analysis)


@pytest.mark.parametrize("tempo", [0.8, 1.0, 1.3])
def test_a_sample_plays_in_the_tempo_of_the_result(song: Material, tempo: float) -> None:
    def ticking(beats: np.ndarray) -> np.ndarray:
        since = np.where(beats >= 0, beats % 1, 1.0)
        return 0.5 * np.random.default_rng(1).standard_normal(beats.size) * np.exp(-since * 60)

    plan = remix("x").without("vocals", "drums", "bass", "other").sample("other", "verse", at="chorus").tempo(ratio=1.1)
    mix = render(plan.mastered(**QUIET), song, sampled={"other": other_song(song, tempo, "A minor", ticking)})
    found = find_onsets(mix.audio.samples, RATE).frames / RATE
    beats = np.array(mix.beats_s)[24:40]
    assert np.median([np.abs(found - b).min() for b in beats]) < 0.012
    assert within(found, beats[0], beats[-1] + BEAT_S / 1.1).size == pytest.approx(16, abs=2)


@pytest.mark.parametrize(
    ("key", "hz"), [("A minor", 220.0), ("D minor", 293.66), ("C major", 220.0), ("E major", 277.18)]
)
def test_a_sample_plays_in_the_key_of_the_result(song: Material, key: str, hz: float) -> None:
    """A tone that is the tonic of a minor key (or of a major key's relative) becomes A, and B after a step up."""
    tone = other_song(song, 1.0, key, lambda beats: 0.2 * np.sin(2 * np.pi * hz * beats * BEAT_S))
    silent = remix("x").without("vocals", "drums", "bass", "other").sample("other", "chorus", at="chorus")
    for plan, expected in ((silent, 9), (silent.transpose(semitones=2), 11)):
        sound = render(plan.mastered(**QUIET), song, sampled={"other": tone}).audio.samples
        assert int(np.argmax(pitch_classes_db(sound[:, 13 * RATE : 19 * RATE]))) == expected


# ---------------------------------------------------------------- ways in and out


def strokes(plan: RemixPlan, song: Material, name: str) -> list[tuple[float, str]]:
    return [
        (s.beat, s.piece) for line in timeline(plan, song).arrangement.lines if line.name == name for s in line.strokes
    ]


@pytest.mark.parametrize("at", ["all", "chorus", "bars:1-6", "verse"])
def test_a_riser_arrives_where_the_chorus_begins(song: Material, at: str) -> None:
    """Also where it is asked for at the chorus, or at what lies before it: it rises before, and arrives there."""
    plan = remix("x").without("vocals", "drums", "bass", "other").layer("riser", "house", at=at)
    sound = render(plan.mastered(**QUIET), song).audio.samples
    level = [rms_db(sound[:, round(t * RATE) : round((t + 0.5) * RATE)]) for t in (2.0, 10.5, 11.4, 12.9)]
    assert level[0] < -80
    assert level[1] < level[2] - 2
    assert level[3] < level[2] - 12


@pytest.mark.parametrize("style", ["house", "drum-and-bass", "techno"])
def test_a_mix_intro_gathers_and_a_mix_outro_leaves(song: Material, style: str) -> None:
    """Drums alone, piece by piece, on the beats: another record can be laid over them."""
    growing = strokes(remix("x").layer("intro", style), song, "intro")
    leaving = strokes(remix("x").layer("outro", style), song, "outro")
    first, last = ({p for b, p in growing if 0 <= b < 4}, {p for b, p in growing if 28 <= b < 31.8})
    assert first < last and "kick" in last
    assert max(b for b, _ in growing) < 32.2
    early, late = ({p for b, p in leaving if 16 <= b < 19.8}, {p for b, p in leaving if b >= 44.2})
    assert late < early and min(b for b, _ in leaving) > 15.8


@pytest.mark.parametrize("style", ["rock", "house", "funk"])
def test_drums_fill_the_bar_before_a_new_section(song: Material, style: str) -> None:
    plan = remix("x").restyle("drums", "bass", "other", style=style)
    played = [s for line in timeline(plan, song).arrangement.lines if line.part == "drums" for s in line.strokes]

    def bar(number: int) -> set[tuple[int, str]]:
        return {
            (round(4 * (s.beat - 4 * number)), s.piece) for s in played if 4 * number - 0.1 <= s.beat < 4 * number + 3.9
        }

    assert bar(5) != bar(4) and bar(9) != bar(8)
    crash = {s.piece for s in played if abs(s.beat - 24) < 0.15}
    assert {"crash", "kick"} & crash


def test_a_drop_is_a_hole_and_then_everything(song: Material) -> None:
    """As users make it: everything silent for a bar, then the chorus."""
    plan = (
        remix("x")
        .restyle("drums", "bass", "other", style="house")
        .mute("vocals", "drums", "bass", "other", at="bars:6-6")
    )
    sound = render(plan, song).audio.samples
    before, hole, after = (
        rms_db(sound[:, round(a * RATE) : round(b * RATE)]) for a, b in ((7.0, 9.5), (11.0, 11.4), (12.0, 14.0))
    )
    assert hole < before - 11
    assert after > hole + 12


def test_a_song_may_sample_itself_but_a_cover_may_not(song: Material) -> None:
    bare = remix("x").without("vocals", "drums", "bass", "other").sample("x", "verse", at="chorus")
    sound = render(bare.mastered(**QUIET), song).audio.samples
    assert rms_db(sound[:, 13 * RATE : 19 * RATE]) > rms_db(sound[:, 2 * RATE : 10 * RATE]) + 40
    with pytest.raises(InvalidPlan, match="nothing of the master"):
        render(cover("x").sample("x", "verse", at="chorus"), song)
