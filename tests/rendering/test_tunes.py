"""A cover of an instrumental has a tune: the recording's loudest line, phrased over the new band."""

from __future__ import annotations

from dataclasses import replace

from remixlab.domain.material import Material
from remixlab.plan import cover, remix, styles
from remixlab.rendering import timeline

JAZZ = {"saxophone", "grand-piano", "vibraphone"}


def instrumental(song: Material) -> Material:
    heard = song.analysis.model_copy(update={"melody": (), "tune": song.analysis.melody})
    return replace(song, analysis=heard)


def test_a_cover_of_an_instrumental_plays_its_loudest_line(song: Material) -> None:
    """The melody of the waltz ended at 16 s of 49; invented figures carried the rest."""
    plan = cover("x").restyle("vocals", "drums", "bass", "other", style="reggae")
    led, sung = (timeline(plan, one).arrangement for one in (instrumental(song), song))
    tones = [next(line.tones for line in one.lines if line.part == "lead") for one in (led, sung)]
    assert tones[0] == tones[1] and len(tones[0]) > 10


def test_a_remix_does_not_take_an_instruments_line_for_a_voice(song: Material) -> None:
    plan = remix("x").restyle("drums", "bass", style="rock")
    assert timeline(plan, instrumental(song)).arrangement.melody == ()


def test_few_styles_lead_their_covers_with_what_everybody_hears_as_jazz() -> None:
    leads = {style: styles.load(style).cover.melody for style in styles.ids()}
    assert {style for style, lead in leads.items() if lead in JAZZ} == {"jazz-swing"}
