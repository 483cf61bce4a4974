"""An instrumental that was delivered with an empty voice is a recording like any other."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.compose import sketch
from remixlab.domain.audio import Audio, Stems
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, remix
from remixlab.rendering import render

RESTYLED = remix("x").restyle("drums", "bass", "other", style="house")


@pytest.mark.parametrize(
    "plan", [RESTYLED, remix("x").keep("vocals").restyle("drums", "bass", "other", style="house").layer("pad", "house")]
)
@pytest.mark.parametrize("sounding", [("drums",), ("drums", "bass", "other")])
def test_new_parts_are_heard_where_the_voice_is_silent(plan: RemixPlan, sounding: tuple[str, ...]) -> None:
    performed = sketch(form="verse4 chorus4")
    empty = Audio(np.zeros_like(performed.stems.drums.samples), 44_100)
    stems = Stems(**{name.value: audio if name in sounding else empty for name, audio in performed.stems.items()})
    mix = render(plan, Material("x", stems.mix(), stems, performed.truth))
    assert mix.loudness_lufs == pytest.approx(plan.master.lufs, abs=0.5)
    assert mix.peak_dbtp <= -1.0
