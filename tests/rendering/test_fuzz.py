"""Random valid plans all render, or refuse with a clear sentence."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPlan, RemixLabError
from remixlab.domain.song import Song
from remixlab.plan import cover, remix
from remixlab.rendering import render
from remixlab.signal import measure_peak_dbtp


def _strategies() -> Any:
    spec = importlib.util.spec_from_file_location("plan_strategies", Path(__file__).parents[1] / "plan_strategies.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(ops=_strategies().op_lists, seed=st.integers(0, 5), is_cover=st.booleans())
def test_a_random_plan_renders_or_refuses_clearly(song: Song, ops: tuple[Any, ...], seed: int, is_cover: bool) -> None:
    try:
        plan = (cover("x") if is_cover else remix("x")).then(*ops).seeded(seed)
    except InvalidPlan:
        assume(False)
        return
    try:
        mix = render(plan, song, samples={"isrc:GBAYE2600042": song})
    except RemixLabError as error:
        assert len(error.message) > 10
        return
    samples = mix.audio.samples
    assert np.isfinite(samples).all()
    assert measure_peak_dbtp(samples) <= plan.master.dbtp
    assert abs(mix.length_bars_s - (mix.audio.duration_s - 2)) <= 2.1
