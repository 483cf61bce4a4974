"""A plug-in plays a part: as long as the result, at the level of the mix, and the label says who made it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from remixlab.domain.audio import Samples, Stem
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.material import Material, Mix, Part
from remixlab.domain.ports.performer import PartLayout, WrittenPart
from remixlab.plan import cover, remix
from remixlab.rendering import render, timeline
from remixlab.seal import write_label

PLAN = remix("x").keep("vocals").restyle("drums", "bass", "other", style="synthwave").mastered(lufs=-20.0)


@dataclass(frozen=True)
class SinePlayer:
    """Plays each written note as a sine from its beat to its end."""

    takes: str = "bass"
    trained: bool = True
    gain: float = 0.3
    name: str = "sines/1"
    asked: list[tuple[PartLayout, WrittenPart]] = field(
        default_factory=list[tuple[PartLayout, WrittenPart]], compare=False
    )

    def plays(self, part: WrittenPart) -> bool:
        return part.part == self.takes

    def perform(self, layout: PartLayout, part: WrittenPart) -> Samples:
        self.asked.append((layout, part))
        out = np.zeros((2, layout.length_frames), np.float32)
        for note in part.notes:
            begin, end = np.round(
                np.interp([note.beat, note.beat + note.length], np.arange(layout.beats_s.size), layout.beats_s)
                * layout.sample_rate
            ).astype(int)
            hertz = 440.0 * 2 ** ((note.midi - 69) / 12)
            tone = np.sin(2 * np.pi * hertz * np.arange(end - begin) / layout.sample_rate)
            out[:, begin:end] += (self.gain * note.velocity * tone).astype(np.float32)
        return out


def bass_of(mix: Mix) -> tuple[Part, Samples]:
    part = next(part for part in mix.parts if part.stem == Stem.BASS)
    return part, mix.stems_out[part.name].samples


def test_a_part_from_a_plug_in_is_as_long_as_the_result_and_sounds_where_it_is_written(song: Material) -> None:
    player = SinePlayer()
    mix = render(PLAN, song, performers=[player], stems_out=True)
    own = render(PLAN, song, stems_out=True)
    layout, written = player.asked[0]
    part, sound = bass_of(mix)
    assert sound.shape == mix.audio.samples.shape == own.audio.samples.shape == (2, layout.length_frames)
    assert [p.name for p in mix.parts] == [p.name for p in own.parts]
    starts = np.round(
        np.interp([n.beat for n in written.notes], np.arange(layout.beats_s.size), layout.beats_s) * 44_100
    ).astype(int)
    sounding = np.abs(sound).max(axis=0) > 1e-4
    assert np.flatnonzero(sounding)[0] == pytest.approx(starts.min(), abs=200)
    assert np.mean([sounding[s + 200 : s + 1200].any() for s in starts]) > 0.95
    assert part.performer == "sines/1"


def test_a_part_from_a_plug_in_stands_at_the_level_of_the_mix_however_loud_it_was_given(song: Material) -> None:
    loud, soft = (
        bass_of(render(PLAN, song, performers=[SinePlayer(gain=gain)], stems_out=True))[1] for gain in (0.9, 0.01)
    )
    own = bass_of(render(PLAN, song, stems_out=True))[1]
    level = [20 * np.log10(np.sqrt(np.mean(sound**2))) for sound in (loud, soft, own)]
    assert level[0] == pytest.approx(level[1], abs=0.05)
    assert level[0] == pytest.approx(level[2], abs=8.0), "a sine and a synth bass of one loudness, not of one power"


def test_the_label_says_what_a_model_generated_and_of_nothing_else(song: Material) -> None:
    mix = render(PLAN, song, performers=[SinePlayer()])
    generated = [part.name for part in mix.parts if part.origin == "generated"]
    label = write_label(mix.parts, kind="remix", trained=())
    assert generated == [part.name for part in mix.parts if part.stem == Stem.BASS]
    assert [p.name for p in label.parts if p.made_with_ai] == generated
    assert [p.trained_models for p in label.parts if p.origin == "generated"] == [("sines/1",)]
    assert label.made_with_ai and f"the trained model sines/1 touched the {generated[0]}" in label.sentence
    assert label.digital_source_type.endswith("/compositeWithTrainedAlgorithmicMedia")


def test_a_plug_in_without_a_model_is_named_and_called_no_ai(song: Material) -> None:
    part = bass_of(render(PLAN, song, performers=[SinePlayer(trained=False)], stems_out=True))[0]
    label = write_label([part], kind="remix", trained=())
    assert part.origin == "performed"
    assert not label.made_with_ai
    assert label.parts[0].signal_processing[0] == "sines/1"


def test_what_nobody_takes_our_own_instruments_play_to_the_bit(song: Material) -> None:
    asked = SinePlayer(takes="theremin")
    plan = cover("x").restyle("vocals", "drums", "bass", "other", style="ambient")
    assert np.array_equal(render(plan, song, performers=[asked]).audio.samples, render(plan, song).audio.samples)
    assert asked.asked == []


def test_the_first_plug_in_that_takes_a_part_plays_it_and_a_timeline_tells_them_apart(song: Material) -> None:
    first, second = SinePlayer(name="first/1"), SinePlayer(name="second/1")
    line = timeline(PLAN, song, performers=[first, second])
    assert {strip.performer for strip in line.console.strips} == {"", "first/1"}
    assert line.is_made_of(timeline(PLAN, song, performers=[first, second]))
    assert not line.is_made_of(timeline(PLAN, song, performers=[second, first]))


@pytest.mark.parametrize("spoil", ["short", "wide", "nan"])
def test_a_plug_in_that_gives_no_whole_sound_is_refused_by_name(song: Material, spoil: str) -> None:
    class Spoilt(SinePlayer):
        def perform(self, layout: PartLayout, part: WrittenPart) -> Samples:
            sound = super().perform(layout, part)
            if spoil == "nan":
                sound[0, 5] = np.nan
            return {"short": sound[:, :-1], "wide": sound.astype(np.float64), "nan": sound}[spoil]  # type: ignore[return-value]

    with pytest.raises(EngineUnavailable, match="sines/1"):
        timeline(PLAN, song, performers=[Spoilt()]).console  # noqa: B018
