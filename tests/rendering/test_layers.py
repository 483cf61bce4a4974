"""A layer of the style that plays already adds something, and the band without a named style is the recording's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, cover, remix
from remixlab.rendering import timeline
from remixlab.rendering.parts import Line


def lines_of(plan: RemixPlan, song: Material) -> list[Line]:
    return list(timeline(plan, song).arrangement.lines)


@pytest.mark.parametrize(
    ("part", "style"), [("pad", "ambient"), ("pad", "synthwave"), ("arp", "synthwave"), ("horns", "funk")]
)
def test_a_layer_never_doubles_a_part_that_plays(song: Material, part: str, style: str) -> None:
    """Ambient and synthwave pads were doubled note for note."""
    lines = lines_of(remix("x").restyle("drums", "bass", "other", style=style).layer(part, style), song)
    performed, layered = (
        [one for one in lines if one.part == part and one.origin == o] for o in ("performed", "layered")
    )
    assert layered and layered[0].tones
    taken = {(round(t.midi), round(t.beat * 4)) for one in performed for t in one.tones}
    assert not [t for t in layered[0].tones if (round(t.midi), round(t.beat * 4)) in taken]


def test_a_layer_alone_plays_as_its_style_writes_it(song: Material) -> None:
    (line,) = lines_of(remix("x").layer("pad", "ambient"), song)
    assert line.tones


@pytest.mark.parametrize("style", ["house", "rock"])
def test_new_chords_are_played_by_the_band_that_the_recording_has(song: Material, style: str) -> None:
    """They were played by a folk band, on a house track too."""
    heard = replace(song, analysis=song.analysis.model_copy(update={"style": style}))
    for plan in (remix("x").reharmonize(manner="minor"), cover("x")):
        assert {line.style for line in lines_of(plan, heard)} == {style}
    assert {line.style for line in lines_of(cover("x"), song)} == {"folk-acoustic"}
