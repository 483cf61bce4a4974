"""New parts on a SoundFont that the user brought: heard, the same on any number of threads, and told by the parts."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.errors import SoundFontNotFound
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, SoundFontRef, cover, describe, parse, remix
from remixlab.rendering import render, timeline
from remixlab.signal.soundfont import SoundFont, read_soundfont
from remixlab.signal.soundfont.generators import Gen
from soundfonts import Program, Tone, build, sine, span

PROGRAMS = (0, 4, 24, 25, 27, 32, 33, 38, 48, 73, 81, 89)


@pytest.fixture(scope="module")
def font() -> SoundFont:
    """A pure tone for a dozen instruments and three drums."""
    pitched = [
        Tone(sine(441, 6000), key=69, loop=(2000, 6000), generators={Gen.LOOP_MODE: 1, Gen.VOLUME_RELEASE: -3600})
    ]
    drums = [
        Tone(sine(hz, 4000), key=k, generators={Gen.KEY_RANGE: span(k, k)})
        for k, hz in ((36, 60.0), (38, 200.0), (42, 7000.0))
    ]
    return read_soundfont(
        build([*(Program(pitched, program=p) for p in PROGRAMS), Program(drums, bank=128)], name="Pure Tones")
    )


def on(font: SoundFont, plan: RemixPlan) -> RemixPlan:
    return plan.played_on(SoundFontRef(name=font.name, sha256=font.sha256))


def test_a_remix_plays_on_the_soundfont_and_its_parts_say_so(song: Material, font: SoundFont) -> None:
    plan = on(font, remix("x").keep("vocals").restyle("drums", "bass", "other", style="house"))
    one, two = render(plan, song, soundfont=font), render(plan, song, soundfont=font, workers=2)
    assert np.array_equal(one.audio.samples, two.audio.samples)
    told = {part.name.split(" ")[0]: part.soundfont for part in one.parts}
    assert told["drums"] == told["bass"] == "Pure Tones"
    assert told["vocals"] == ""
    own = render(plan.played_on(None), song)
    assert {part.soundfont for part in own.parts} == {""}
    assert float(np.abs(one.audio.samples - own.audio.samples).max()) > 0.05


def test_a_cover_of_pure_tones_has_their_pure_sound(song: Material, font: SoundFont) -> None:
    plan = on(font, cover("x").perform("melody", "flute"))
    line = timeline(plan, song, soundfont=font)
    lead = next(s for s in line.console.strips if s.role == "lead")
    start = line.layout.frames_at(np.array([lead.node.line.tones[0].beat]))[0]  # type: ignore[attr-defined]
    sound = lead.node.render(int(start) + 3000, int(start) + 9000)[0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size))) ** 2
    top = int(np.argmax(spectrum))
    assert spectrum[max(0, top - 4) : top + 5].sum() / spectrum.sum() > 0.99


def test_a_plan_is_played_on_what_it_names_and_on_nothing_else(song: Material, font: SoundFont) -> None:
    plan = cover("x")
    with pytest.raises(SoundFontNotFound, match="our own instruments"):
        timeline(plan, song, soundfont=font)
    with pytest.raises(SoundFontNotFound, match="Pure Tones"):
        timeline(on(font, plan), song)


def test_a_plan_keeps_its_soundfont_in_stored_form_digest_and_words(font: SoundFont) -> None:
    plain = remix("x").restyle("drums", style="house")
    plan = on(font, plain)
    assert parse(plan.to_json()) == plan
    assert plan.to_dict()["soundfont"] == {"name": "Pure Tones", "sha256": font.sha256}
    assert "soundfont" not in plain.to_dict()
    assert plan.digest != plain.digest
    assert plan.mute("bass").soundfont == plan.soundfont
    assert any("Pure Tones" in line for line in describe(plan))
