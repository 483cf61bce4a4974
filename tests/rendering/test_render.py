from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.audio import ALL_STEMS, Audio, Stem
from remixlab.domain.errors import EngineUnavailable, InvalidPlan, RecordingNotFound, UnknownPlace
from remixlab.domain.material import Material, Mix
from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan, cover, remix, styles
from remixlab.plan.effects import Delay, Fade, Filter, Gate, Reverb, Stutter, Vinyl
from remixlab.plan.ops import Arrange
from remixlab.rendering import TAIL_S_MAX, render, resolve, timeline
from remixlab.signal import find_onsets, measure_loudness_lufs, measure_peak_dbtp, rms_db
from remixlab.signal.instruments import HitEvent, play_kit

RATE = 44_100


def restyled(style: str = "synthwave") -> RemixPlan:
    return remix("x").keep("vocals").restyle("drums", "bass", "other", style=style)


def level_at(mix: Mix, start_s: float, end_s: float) -> float:
    return rms_db(mix.audio.samples[:, int(start_s * RATE) : int(end_s * RATE)])


def largest_jump(samples: np.ndarray, frame: int, reach: int = 1500) -> float:
    """Largest second difference about a place: what a click is made of."""
    near = samples[:, max(0, frame - reach) : frame + reach]
    return float(np.abs(np.diff(near, 2, axis=1)).max())


# ---------------------------------------------------------------- the whole


def test_two_threads_give_the_bits_of_one(song: Material) -> None:
    plan = restyled().tempo(ratio=1.08)
    one, two = render(plan, song, workers=1), render(plan, song, workers=2)
    assert np.array_equal(one.audio.samples, two.audio.samples)


def test_a_render_is_loud_as_asked_and_stays_under_its_ceiling(song: Material) -> None:
    mix = render(restyled("house").mastered(lufs=-15.0, dbtp=-1.5), song)
    assert measure_loudness_lufs(mix.audio.samples, RATE) == pytest.approx(-15.0, abs=0.3)
    assert measure_peak_dbtp(mix.audio.samples) <= -1.5
    assert mix.on_target
    assert np.isfinite(mix.audio.samples).all()


@pytest.mark.parametrize(
    ("plan", "bars", "ratio"),
    [
        (restyled(), 12, 1.0),
        (remix("x").tempo(ratio=1.25), 12, 1.25),
        (remix("x").cut("bars:1-4"), 8, 1.0),
        (remix("x").repeat("chorus", times=3), 20, 1.0),
        (remix("x").arrange("chorus", "verse", "chorus"), 12, 1.0),
    ],
)
def test_the_length_is_right_to_the_bar(song: Material, plan: RemixPlan, bars: int, ratio: float) -> None:
    mix = render(plan, song)
    assert mix.length_bars_s == pytest.approx(bars * 2.0 / ratio, abs=0.03)
    assert len(mix.downbeats_s) == bars
    assert 0 <= mix.audio.duration_s - mix.length_bars_s <= TAIL_S_MAX + 1e-3
    assert np.abs(mix.audio.samples[:, -8:]).max() < 1e-3


def test_stems_out_sum_to_the_premaster(song: Material) -> None:
    mix = render(restyled("lo-fi-hip-hop"), song, stems_out=True)
    total = np.sum([stem.samples for stem in mix.stems_out.values()], axis=0)
    quiet = slice(0, RATE)
    gain = 10 ** (mix.premaster_gain_db / 20)
    assert {"vocals", "room", "bus"} <= set(mix.stems_out)
    assert np.allclose(total[:, quiet] * gain, mix.audio.samples[:, quiet], atol=2e-3)


def test_progress_ends_and_rises(song: Material) -> None:
    seen: list[float] = []
    render(remix("x"), song, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_places_that_do_not_exist_fail_at_once_before_any_sound(song: Material) -> None:
    with pytest.raises(UnknownPlace) as caught:
        timeline(remix("x").mute("drums", at="bridge").cut("bars:40-41"), song)
    assert len(caught.value.details["mistakes"]) == 2


def test_a_plan_for_single_stems_needs_them_and_says_so(song: Material) -> None:
    bare = replace(song, stems=None)
    with pytest.raises(EngineUnavailable):
        render(remix("x").mute("vocals"), bare)
    assert render(remix("x").tempo(ratio=1.1), bare).audio.duration_s > 20


def test_an_unchanged_recording_is_not_taken_apart(song: Material) -> None:
    mix = render(remix("x"), song)
    assert [part.name for part in mix.parts] == ["mix"]
    begin = round(song.analysis.downbeats[0] * RATE)
    source = song.master.samples[:, begin + 4410 : begin + 8 * RATE]
    got = mix.audio.samples[:, 4410 : 8 * RATE]
    assert np.corrcoef(source.ravel()[: got.size], got.ravel()[: source.size])[0, 1] > 0.98


# ---------------------------------------------------------------- the first sound


def test_a_segment_alone_is_what_the_whole_has_there(song: Material) -> None:
    line = timeline(remix("x").keep("vocals").tempo(ratio=1.1).gain("drums", gain_db=-3.0), song)
    whole = line.console.start(0).render(0, line.length_frames)
    for n0 in (0, 4 * RATE, 9 * RATE + 777):
        alone = line.console.start(n0).render(n0, n0 + RATE)
        assert np.array_equal(alone, whole[:, n0 : n0 + RATE])


def test_a_preview_of_a_conversion_differs_from_the_whole_by_less_than_an_ear_hears(song: Material) -> None:
    line = timeline(restyled("bossa-nova"), song)
    whole = line.render(0, line.length_frames)
    n0 = 12 * RATE
    alone = line.render(n0, n0 + RATE)
    assert rms_db(alone - whole[:, n0 : n0 + RATE]) < rms_db(alone) - 35


# ---------------------------------------------------------------- verbs


def test_muting_silences_that_stem_there_and_nothing_else(song: Material) -> None:
    plan = remix("x").without("vocals", "bass", "other").mute("drums", at="chorus")
    mix = render(plan, song)
    assert level_at(mix, 12.2, 19.7) < -80
    assert level_at(mix, 4.2, 11.5) > -40
    assert level_at(mix, 20.1, 23.5) > -40


def test_gain_changes_one_stem_by_what_it_says(song: Material) -> None:
    plain = timeline(remix("x").keep("vocals").mute("other", at="bars:12-12"), song)
    soft = timeline(remix("x").keep("vocals").mute("other", at="bars:12-12").gain("drums", gain_db=-6.0), song)
    span = (4 * RATE, 8 * RATE)
    difference = plain.console.start(span[0]).render(*span) - soft.console.start(span[0]).render(*span)
    assert song.stems is not None
    begin = round(song.analysis.downbeats[0] * RATE)
    drums = song.stems.drums.samples[:, begin + span[0] : begin + span[1]]
    assert rms_db(difference) == pytest.approx(rms_db(drums) + 20 * np.log10(1 - 10 ** (-6 / 20)), abs=0.2)


def test_drums_at_a_new_tempo_are_on_the_new_beats(song: Material) -> None:
    mix = render(remix("x").without("vocals", "bass", "other").tempo(ratio=0.86), song)
    onsets = find_onsets(mix.audio.samples, RATE).frames / RATE
    beats = np.array(mix.beats_s)
    off = [float(np.abs(onsets - b).min()) for b in beats[1:]]
    assert np.median(off) < 0.010 and np.percentile(off, 95) < 0.025
    assert onsets.size == pytest.approx(beats.size, abs=2)


def test_transposing_moves_pitch_and_not_the_drums(song: Material) -> None:
    up = timeline(
        remix("x").keep("drums").transpose(semitones=2).mute("vocals", "bass", "other", at="bars:12-12"), song
    )
    plain = timeline(remix("x").keep("drums").mute("vocals", "bass", "other", at="bars:12-12"), song)
    nodes = {strip.name: strip.node for strip in up.console.strips}
    before = {strip.name: strip.node for strip in plain.console.strips}
    assert np.array_equal(nodes["drums"].render(RATE, 3 * RATE), before["drums"].render(RATE, 3 * RATE))
    assert _pitch(nodes["bass"].render(RATE // 8, RATE // 2)) == pytest.approx(
        _pitch(before["bass"].render(RATE // 8, RATE // 2)) + 2, abs=0.1
    )


def _pitch(sound: np.ndarray) -> float:
    """MIDI number of the strongest low partial, by autocorrelation."""
    mono = sound.mean(axis=0)[4000:14000]
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(mono.size), 1 << 18))
    hertz = np.arange(spectrum.size) * RATE / (1 << 18)
    inside = (hertz > 40) & (hertz < 250)
    return float(69 + 12 * np.log2(hertz[inside][np.argmax(spectrum[inside])] / 440))


def test_joints_do_not_click(song: Material) -> None:
    plan = remix("x").arrange("chorus", "verse", "chorus", "intro")
    mix = render(plan, song)
    plain = render(remix("x"), song)
    usual = float(np.percentile(np.abs(np.diff(plain.audio.samples, 2, axis=1)), 99.95))
    for section in mix.sections[1:]:
        beat = round(section.start_s * RATE)
        assert largest_jump(mix.audio.samples, beat - 800, 700) < max(usual, 0.02) * 1.5


def test_swing_delays_the_off_beats_of_the_new_drums(song: Material) -> None:
    straight = timeline(restyled("house"), song).arrangement.lines
    swung = timeline(restyled("house").swing(1.0), song).arrangement.lines

    def offbeat(lines: object) -> float:
        hats = [s.beat % 1 for line in lines if line.part == "drums" for s in line.strokes if s.piece == "open-hat"]  # type: ignore[attr-defined]
        return float(np.median(hats))

    assert offbeat(straight) == pytest.approx(0.5, abs=0.05)
    assert offbeat(swung) == pytest.approx(2 / 3, abs=0.05)


def test_half_time_halves_the_backbeat(song: Material) -> None:
    def backbeats(plan: RemixPlan) -> int:
        lines = timeline(plan, song).arrangement.lines
        return sum(
            1 for line in lines if line.part == "drums" for s in line.strokes if s.piece == "snare" and s.velocity > 0.6
        )

    assert backbeats(restyled().groove("half")) <= 0.7 * backbeats(restyled())


def test_a_layer_plays_in_its_place_only(song: Material) -> None:
    line = timeline(remix("x").layer("pad", "synthwave", at="chorus"), song)
    beats = [t.beat for one in line.arrangement.lines for t in one.tones]
    assert beats and min(beats) >= 24 and max(beats) < 40
    assert [p.origin for p in (s.part for s in line.console.strips)] == ["master", "layered"]


def test_performing_a_line_follows_the_melody_that_was_heard(song: Material) -> None:
    line = timeline(remix("x").perform("melody", "flute"), song)
    tones = next(one for one in line.arrangement.lines if one.part == "lead").tones
    heard = {round(n.midi) % 12 for n in song.analysis.melody}
    assert {round(t.midi) % 12 for t in tones if t.length > 0.3} <= heard
    assert len(tones) >= len(song.analysis.melody)


def test_an_instrument_nobody_has_is_named(song: Material) -> None:
    with pytest.raises(InvalidPlan, match="kazoo-of-doom"):
        timeline(remix("x").perform("melody", "kazoo-of-doom"), song).arrangement  # noqa: B018


def test_a_treatment_acts_inside_its_place_and_its_tail_ends(song: Material) -> None:
    plan = remix("x").treat(
        "vocals", "drums", "bass", "other", chain=[Filter(mode="low-pass", cutoff_hz=200.0)], at="verse"
    )
    mix, plain = render(plan, song), render(remix("x"), song)

    def bright(one: Mix, a: float, b: float) -> float:
        return rms_db(np.diff(one.audio.samples[:, int(a * RATE) : int(b * RATE)], axis=1)) - level_at(one, a, b)

    assert bright(mix, 5, 11) < bright(plain, 5, 11) - 6
    assert bright(mix, 13, 19) == pytest.approx(bright(plain, 13, 19), abs=0.5)


@pytest.mark.parametrize(
    "effect", [Reverb(), Delay(), Fade(direction="out", beats="8"), Gate(), Stutter(), Vinyl(level_db=-30.0)]
)
def test_every_kind_of_treatment_sounds_and_is_finite(song: Material, effect: object) -> None:
    plan = remix("x").treat("other", chain=[effect], at="chorus")  # type: ignore[list-item]
    line = timeline(plan, song)
    plain = timeline(remix("x").keep("drums").gain("other", gain_db=0.0), song)
    treated = line.console.start(0).render(0, line.length_frames)
    untouched = plain.console.start(0).render(0, plain.length_frames)
    inside, before = slice(13 * RATE, 19 * RATE), slice(0, 11 * RATE)
    assert np.isfinite(treated).all()
    assert not np.allclose(treated[:, inside], untouched[:, inside], atol=1e-4)
    assert np.allclose(treated[:, before], untouched[:, before], atol=1e-5)


def test_ducking_bows_under_the_beat(song: Material) -> None:
    plan = remix("x").without("vocals", "bass", "drums").duck("other", under="drums", depth_db=12.0)
    line = timeline(plan, song)
    sound = line.console.start(0).render(0, line.length_frames)
    on = rms_db(
        np.concatenate([sound[:, int(b * RATE) : int(b * RATE) + 900] for b in np.arange(4.0, 20.0, 1.0)], axis=1)
    )
    off = rms_db(
        np.concatenate(
            [sound[:, int((b + 0.4) * RATE) : int((b + 0.4) * RATE) + 900] for b in np.arange(4.0, 20.0, 1.0)], axis=1
        )
    )
    assert off - on > 5


def test_new_chords_reach_the_new_parts(song: Material) -> None:
    line = timeline(restyled().reharmonize("D:min7", "E:7", at="verse"), song)
    verse = [span.chord.root for span in line.arrangement.harmony if 8 <= span.start < 24]
    assert set(verse) == {2, 4}
    elsewhere = [span.chord.root for span in line.arrangement.harmony if span.start >= 24]
    assert set(elsewhere) == {9, 5, 0, 7}


def test_a_sample_needs_its_recording_and_sounds_where_it_is_laid(song: Material) -> None:
    plan = remix("x").without("vocals", "drums", "bass", "other").sample("other-song", take="verse", at="chorus")
    with pytest.raises(RecordingNotFound):
        timeline(plan, song).console  # noqa: B018
    mix = render(plan, song, sampled={"other-song": song})
    assert level_at(mix, 12.5, 19.5) > -30
    assert level_at(mix, 1.0, 11.5) < -60


# ---------------------------------------------------------------- styles and covers


@pytest.mark.parametrize("style", styles.ids())
def test_every_style_plays_a_remix(song: Material, style: str) -> None:
    line = timeline(restyled(style), song)
    parts = {one.part for one in line.arrangement.lines}
    assert {"drums", "bass", "chords"} <= parts
    n0 = 12 * RATE
    sound = line.render(n0, n0 + RATE)
    assert np.isfinite(sound).all()
    assert rms_db(sound) > -35


def test_takes_are_different_ideas(song: Material) -> None:
    takes = [timeline(restyled("reggae").seeded(seed), song).arrangement.lines for seed in (0, 1, 2)]
    bands = [tuple(sorted((line.part, line.instrument) for line in take)) for take in takes]
    basses = [
        tuple((round(t.beat * 4), t.midi) for t in next(line for line in take if line.part == "bass").tones)
        for take in takes
    ]
    assert len(set(bands)) == 3
    assert len(set(basses)) == 3


def test_a_cover_never_receives_the_master(song: Material) -> None:
    """A cover of a song whose recording is a loud siren holds nothing of the siren."""
    siren = np.tile(np.sin(np.arange(song.master.length_frames) * 0.35).astype(np.float32), (2, 1))
    audio = Audio(siren, RATE)
    assert song.stems is not None
    loud = Material("x", audio, replace(song.stems, vocals=audio, drums=audio, bass=audio, other=audio), song.analysis)
    silent = replace(song, stems=None)
    plan = cover("x").restyle(style="bossa-nova")
    first, second = render(plan, loud), render(plan, silent)
    assert np.array_equal(first.audio.samples, second.audio.samples)
    assert all(part.origin == "performed" for part in first.parts)


def test_a_cover_carries_the_tune_the_chords_and_the_form(song: Material) -> None:
    line = timeline(cover("x").transpose(semitones=-2).perform("melody", "nylon-guitar"), song)
    lead = next(one for one in line.arrangement.lines if one.part == "lead")
    assert lead.instrument == "nylon-guitar"
    expected = {(round(n.midi) - 2) % 12 for n in song.analysis.melody}
    assert {round(t.midi) % 12 for t in lead.tones if t.length > 0.3} <= expected
    assert [s.label for s in line.layout.sections] == ["intro", "verse", "chorus", "outro"]
    assert {span.chord.root for span in line.arrangement.harmony} == {7, 3, 10, 5}


def test_a_song_without_a_tune_still_gets_a_lead(song: Material) -> None:
    quiet = replace(song, analysis=song.analysis.model_copy(update={"melody": ()}))
    line = timeline(cover("x"), quiet)
    lead = next(one for one in line.arrangement.lines if one.part == "lead")
    assert len(lead.tones) >= 8


def test_the_label_says_where_each_part_comes_from(song: Material) -> None:
    mix = render(restyled().tempo(ratio=1.1).treat("vocals", chain=[Reverb()]), song)
    voice = next(part for part in mix.parts if part.stem == Stem.VOCALS)
    assert voice.origin == "master"
    assert voice.treated_by == ("time-stretch", "reverb")
    assert {part.origin for part in mix.parts if part.stem in (Stem.DRUMS, Stem.BASS)} == {"performed"}


def test_silence_in_is_silence_out(song: Material) -> None:
    nothing = Audio(np.zeros_like(song.master.samples), RATE)
    assert song.stems is not None
    mute = Material("x", nothing, replace(song.stems, **{stem.value: nothing for stem in ALL_STEMS}), song.analysis)
    mix = render(remix("x"), mute)
    assert not mix.audio.samples.any()
    assert not mix.on_target


def test_a_layout_counts_its_beats(song: Material) -> None:
    layout = resolve(remix("x"), song)
    assert layout.beats_s.size == 4 * 12 + 1
    assert layout.tempo_bpm == pytest.approx(120, abs=0.2)
    hits = play_kit("808-kit", [HitEvent(int(f), "kick", 0.9) for f in layout.frames_at(np.arange(4.0))], 3 * RATE)
    assert find_onsets(hits, RATE).frames.size == 4


@pytest.mark.parametrize(
    "manner",
    ["robot", "choir", "harmony", "doubled", "tuned", "tuned-hard", "deep", "high", "whisper", "telephone", "chopped"],
)
def test_every_manner_changes_the_voice_in_its_place_only(song: Material, manner: str) -> None:
    plan = remix("x").without("drums", "bass", "other")
    plain = timeline(plan, song)
    changed = timeline(plan.revoice(manner, at="verse").tempo(ratio=1.0), song)  # type: ignore[arg-type]
    before = plain.console.start(0).render(0, 22 * RATE)
    after = changed.console.start(0).render(0, 22 * RATE)
    verse, chorus = slice(5 * RATE, 11 * RATE), slice(13 * RATE, 19 * RATE)
    assert np.isfinite(after).all()
    assert rms_db(after[:, verse]) > rms_db(before[:, verse]) - 20
    assert rms_db(after[:, verse] - before[:, verse]) > rms_db(before[:, verse]) - 25
    assert np.allclose(after[:, chorus], before[:, chorus], atol=1e-4)
    assert manner in changed.console.strips[-1].label


@pytest.mark.parametrize(("meter", "count"), [("3/4", 3), ("6/8", 6)])
@pytest.mark.parametrize("style", ["house", "folk-acoustic", "blues", "rock"])
def test_other_meters_keep_their_bars(song: Material, meter: str, count: int, style: str) -> None:
    beats = song.analysis.beats
    changed = Analysis(
        **song.analysis.to_dict() | {"meter": meter, "downbeats": beats[: len(beats) // count * count : count]}
    )
    line = timeline(restyled(style), replace(song, analysis=changed))
    assert {bar.beats for bar in line.layout.bars[:-1]} == {count}
    drums = next(one for one in line.arrangement.lines if one.part == "drums")
    on_the_one = sum(1 for s in drums.strokes if s.piece == "kick" and (s.beat + 0.08) % count < 0.16)
    assert on_the_one >= len(line.layout.bars) // 3
    backbeats = [round(s.beat) % count for s in drums.strokes if s.piece in ("snare", "clap") and s.velocity > 0.5]
    assert backbeats.count(0) <= len(backbeats) // 4


@pytest.mark.parametrize(
    "part",
    [
        "drums",
        "percussion",
        "bass",
        "chords",
        "pad",
        "arp",
        "lead",
        "riff",
        "strings",
        "horns",
        "riser",
        "intro",
        "outro",
    ],
)
@pytest.mark.parametrize("style", ["chiptune", "reggae"])
def test_every_part_can_be_layered_in_every_style(song: Material, style: str, part: str) -> None:
    lines = timeline(remix("x").layer(part, style), song).arrangement.lines  # type: ignore[arg-type]
    assert lines and all(line.origin == "layered" for line in lines)


@pytest.mark.parametrize(
    ("plan", "frames"),
    [
        (remix("test-song").then(Arrange(form=("bars:5-8",))), 352_800),
        (remix("test-song").then(Arrange(form=("bars:3-3",))).tempo(bpm=100.0), 105_840),
        (remix("test-song").then(Arrange(form=("bars:5-8",))).layer("pad", "synthwave"), 352_800),
    ],
)
def test_a_loop_is_whole_bars_to_the_frame_without_a_tail(song: Material, plan: RemixPlan, frames: int) -> None:
    made = render(plan, song, loop=True, stems_out=True)
    assert made.audio.length_frames == frames == round(made.length_bars_s * 44_100)
    assert {part.length_frames for part in made.stems_out.values()} == {frames}
    assert np.abs(made.audio.samples[:, -441:]).max() > 0.001, "the end is not faded"
    assert render(plan, song).audio.length_frames > frames
