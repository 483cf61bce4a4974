"""The arc of a song: choruses lift, verses breathe, bridges turn; a band without a voice comes forward; intros begin
with two.
"""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.audio import Stem
from remixlab.domain.material import Material
from remixlab.plan import cover, remix, styles
from remixlab.rendering import render, timeline
from remixlab.rendering.mixer.balance import arc_db
from remixlab.signal import measure_loudness_lufs

RATE = 44_100


@pytest.mark.parametrize("style_id", styles.ids())
def test_a_chorus_is_meant_stronger_than_a_verse_and_a_bridge_softer(style_id: str) -> None:
    scenes = styles.load(style_id).scenes
    verse, chorus, bridge = (scenes[label] for label in ("verse", "chorus", "bridge"))
    assert chorus.energy >= verse.energy + 0.18
    assert bridge.energy < verse.energy
    assert arc_db(np.array([chorus.energy])) > arc_db(np.array([verse.energy])) + 1.2
    joined = {*chorus.parts, *chorus.joins} - set(verse.parts)
    assert joined, "a chorus brings something that a verse has not had from its start"


@pytest.mark.parametrize("style_id", ["trap", "house", "rock", "bossa-nova"])
def test_the_band_of_a_chorus_is_louder_than_that_of_a_verse(song: Material, style_id: str) -> None:
    plan = remix("x").without("vocals").restyle("drums", "bass", "other", style=style_id).arrange("verse", "chorus")
    mix = render(plan, song)
    verse, chorus = (
        np.ascontiguousarray(mix.audio.samples[:, int(s.start_s * RATE) : int(s.end_s * RATE)]) for s in mix.sections
    )
    assert measure_loudness_lufs(chorus, RATE) > measure_loudness_lufs(verse, RATE) + 1.0


def test_a_voice_that_stays_rises_a_little_with_its_chorus(song: Material) -> None:
    made = timeline(remix("x").keep("vocals").restyle("drums", "bass", "other", style="rock"), song)
    voice = next(strip for strip in made.console.strips if strip.stem == Stem.VOCALS)
    assert voice.automation is not None
    bars = [bar for bar in made.layout.bars if bar.label in ("verse", "chorus")]
    at = np.array([(bar.start_s + 1.0) * RATE for bar in bars])
    gains = voice.automation.at(at)
    rises = {
        label: float(np.mean([g for g, bar in zip(gains, bars, strict=True) if bar.label == label]))
        for label in ("verse", "chorus")
    }
    assert 0.2 < 20 * np.log10(rises["chorus"] / rises["verse"]) < 3.0


@pytest.mark.parametrize("style_id", ["reggae", "country", "trance", "folk-acoustic"])
def test_an_intro_that_builds_begins_with_two_parts(song: Material, style_id: str) -> None:
    analysis = song.analysis
    longer = analysis.model_copy(
        update={
            "sections": (
                analysis.sections[0].model_copy(update={"end_s": analysis.bars[5].end_s}),
                *analysis.sections[2:],
            )
        }
    )
    whole = Material(song.recording_id, song.master, song.stems, longer)
    made = timeline(cover("x").restyle("vocals", "drums", "bass", "other", style=style_id), whole)
    assert sum(bar.label == "intro" for bar in made.layout.bars) >= 4
    sounding = [
        line.part
        for line in made.arrangement.lines
        if line.part != "lead" and any(event.beat < 4.2 for event in (*line.tones, *line.strokes))
    ]
    assert len(sounding) >= 2
