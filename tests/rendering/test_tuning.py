"""The band plays in the tuning of the recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remixlab.domain.material import Material
from remixlab.plan import remix
from remixlab.rendering import timeline
from remixlab.rendering.mixer import TakeNode
from remixlab.signal.measure.contour import find_pitch

RATE = 44_100


def at(song: Material, cents: float) -> Material:
    heard = song.analysis.model_copy(update={"tuning_cents": cents})
    return replace(song, analysis=heard)


@pytest.mark.parametrize("cents", [0.0, -32.0, 37.0])
def test_the_band_plays_in_the_tuning_of_the_recording(song: Material, cents: float) -> None:
    plan = remix("test-song").layer("bass", "synthwave")
    strips = timeline(plan, at(song, cents)).console.strips
    (bass,) = [strip.node for strip in strips if isinstance(strip.node, TakeNode) and strip.node.line.tones]
    contour = find_pitch(bass.render(0, 16 * RATE), RATE, low_hz=30.0)
    told = contour.midi[contour.voiced]
    turn = np.exp(2j * np.pi * told).mean()
    assert np.angle(turn) / (2 * np.pi) * 100 == pytest.approx(cents, abs=6)
