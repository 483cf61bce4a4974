"""Warm up: run the whole chain once on a few bars of our own music, in memory, so that every kernel is compiled and
cached.
"""

from __future__ import annotations

from remixlab.compose import sketch
from remixlab.domain.material import Material
from remixlab.domain.ports.process import Progress, silent
from remixlab.identify import Library, fingerprint, identify, screen
from remixlab.plan import cover, remix
from remixlab.plan.effects import Delay, Filter, Reverb
from remixlab.rendering import render
from remixlab.seal import detect, embed
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import default_soundfont, open_soundfont

_REMIX = (
    remix("warm-up")
    .restyle("drums", "bass", "other", style="synthwave")
    .layer("pad", "synthwave")
    .tempo(ratio=1.05)
    .transpose(1)
    .treat("vocals", chain=[Filter(mode="low-pass", cutoff_hz=4000.0), Reverb(), Delay()])
)
_COVER = cover("warm-up").restyle(style="bossa-nova")
_LOUD = cover("warm-up").restyle(style="metal")


def warm_up(context: Making, progress: Progress | None = None) -> None:
    """Separate, listen, render a remix and a cover, fingerprint, screen, mark and read back; nothing is kept."""
    tell = progress or silent
    played = sketch()
    mix = played.stems.mix()
    tell("separate", 0.0)
    context.separator.separate(mix)
    tell("listen", 0.0)
    analysis = context.listener.listen(mix, played.stems)
    material = Material("warm-up", mix, played.stems, analysis)
    tell("render", 0.0)
    render(_COVER, material, workers=1)
    for plan in (_COVER, _LOUD):
        render(plan, material, sounds=context.instruments(), workers=1)
    made = render(_REMIX, material, workers=1)
    if chosen := default_soundfont(context):
        on_it = _COVER.played_on(chosen)
        render(on_it, material, soundfont=open_soundfont(on_it, context), workers=1)
    tell("screen", 0.0)
    index = Library.build({"warm-up": fingerprint(mix)})
    screen(made.audio, index, frozenset({"warm-up"}))
    identify(mix, index)
    tell("mark", 0.0)
    detect(embed(made.audio, 1, context.keys.marks, workers=1), context.keys.marks)
    tell("mark", 1.0)
