"""Warm up: run the whole chain once on a few bars of our own music, in memory, so that every kernel is compiled and cached."""

from __future__ import annotations

from remixlab.compose import sketch
from remixlab.domain.ports import Progress
from remixlab.domain.song import Song
from remixlab.identify import Index, fingerprint, identify, screen
from remixlab.plan import RemixPlan, cover, remix
from remixlab.plan.effects import Delay, Filter, Reverb
from remixlab.rendering import render
from remixlab.seal import detect, embed
from remixlab.studio import Desk


def warm_up(desk: Desk, progress: Progress | None = None) -> None:
    """Separate, listen, render a remix and a cover, fingerprint, screen, mark and read back; nothing is kept."""
    tell = progress or (lambda _stage, _share: None)
    played = sketch()
    mix = played.stems.mix()
    tell("separate", 0.0)
    desk.separator.separate(mix)
    tell("listen", 0.0)
    analysis = desk.listener.listen(mix, played.stems)
    song = Song("warm-up", mix, played.stems, analysis)
    for number, plan in enumerate(_plans()):
        tell("render", number / 2)
        made = render(plan, song, workers=1)
    tell("screen", 0.0)
    index = Index.build({"warm-up": fingerprint(mix)})
    screen(made.audio, index, frozenset({"warm-up"}))
    identify(mix, index)
    tell("mark", 0.0)
    detect(embed(made.audio, 1, desk.keys.marks, workers=1), desk.keys.marks)
    tell("mark", 1.0)


def _plans() -> tuple[RemixPlan, ...]:
    one = (
        remix("warm-up").restyle("drums", "bass", "other", style="synthwave").layer("pad", "synthwave").tempo(ratio=1.05).transpose(1)
        .treat("vocals", chain=[Filter(mode="low-pass", cutoff_hz=4000.0), Reverb(), Delay()])
    )  # fmt: skip
    return one, cover("warm-up").restyle(style="bossa-nova")
