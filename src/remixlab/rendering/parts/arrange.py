"""Arrangement: from a plan and its tempo map to what sounds of the master where, and what is played anew."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio, Stem
from remixlab.domain.notes import BeatNote
from remixlab.plan import RemixPlan, styles
from remixlab.plan.styles import Style
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.demands import Demand, demands_of
from remixlab.rendering.parts.energy import energy_of, liveliness_of, scenes_of
from remixlab.rendering.parts.harmony import ChordSpan, harmony_of
from remixlab.rendering.parts.layers import apart
from remixlab.rendering.parts.lines import Line
from remixlab.rendering.parts.melody import melody_of, voiced_beats
from remixlab.rendering.parts.players import lines_of

_ACCOMPANIED_SHARE = 0.5
"""In more than half of the bars: then the recording's own part carries the song, and new ones go beside it."""


class Arrangement(NamedTuple):
    """Everything that sounds: where each stem of the master does, and the new lines. Shape: masks (bars,)."""

    master: dict[Stem, NDArray[np.bool_]]
    lines: tuple[Line, ...]
    harmony: tuple[ChordSpan, ...]
    melody: tuple[BeatNote, ...]
    lead_style: Style | None
    energy: NDArray[np.float64]


def arrange(plan: RemixPlan, layout: Layout, recording: Audio | None) -> Arrangement:
    """Write every new part of the result. `recording` lends its dynamics; a cover has none."""
    master, demands = demands_of(plan, layout)
    if not demands:
        return Arrangement(
            master=master, lines=(), harmony=(), melody=(), lead_style=None, energy=np.ones(len(layout.bars))
        )
    harmony = harmony_of(layout)
    leads = any(d.part == "lead" for d in demands)
    melody = melody_of(layout, harmony, led=leads)
    lively = liveliness_of(layout, recording)
    heard = master[Stem.VOCALS].any() or leads
    sung = voiced_beats(layout, melody if heard else ())
    accompanied = is_accompanied(master)
    lines: list[Line] = []
    for style_id, origin in dict.fromkeys((d.style, d.origin) for d in demands):
        style = styles.load(style_id)
        scenes = scenes_of(layout, style, lively)
        cast = Cast(
            style=style,
            layout=layout,
            harmony=harmony,
            melody=melody,
            voiced=sung,
            energy=energy_of(layout, scenes, lively),
            seed=plan.seed,
            partial=origin == "layered" or accompanied,
            layered=origin == "layered",
            scenes=scenes,
        )
        played = lines_of(cast, [d for d in demands if d.style == style_id and d.origin == origin])
        lines += [apart(line, lines) for line in played]
    style = _leading_style(demands)
    return Arrangement(
        master=master,
        lines=tuple(line for line in lines if not line.is_empty),
        harmony=harmony,
        melody=melody,
        lead_style=style,
        energy=energy_of(layout, scenes_of(layout, style, lively), lively),
    )


def is_accompanied(master: dict[Stem, NDArray[np.bool_]]) -> bool:
    """Whether a part of the recording's own band goes on through most of the result. Shape: masks (bars,)."""
    return any(master[stem].mean() > _ACCOMPANIED_SHARE for stem in (Stem.DRUMS, Stem.BASS, Stem.OTHER))


def _leading_style(demands: list[Demand]) -> Style:
    """The style that the room, the tone and the dynamics of the result follow: the first that plays a stem anew."""
    return styles.load(next((d.style for d in demands if d.origin == "performed"), demands[0].style))
