"""Fast styles, bars of five, six and seven, and tempi that move are heard as players count them."""

from __future__ import annotations

import importlib.util
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from remixlab.domain.music import Analysis
from remixlab.listening import listen
from remixlab.listening.network_heads import own_names

_SPEC = importlib.util.spec_from_file_location("field_band", Path(__file__).with_name("field_band.py"))
assert _SPEC is not None and _SPEC.loader is not None
field_band: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(field_band)
pytestmark = pytest.mark.skipif("beats" not in own_names(), reason="the networks are not shipped")


def agreement(truth: Any, found: Any, within_s: float = 0.07) -> float:
    """F measure: each found moment meets one of the truth, and each of the truth one that was found."""
    truth, found = np.asarray(truth), np.asarray(found)
    if not len(found):
        return 0.0
    near = np.abs(truth[:, None] - found[None]) < within_s
    met = min(int(near.any(axis=1).sum()), int(near.any(axis=0).sum()))
    return 2 * met / (len(truth) + len(found))


@pytest.mark.parametrize(("bpm", "strokes"), [(174.0, "k.s..ks."), (185.0, "ksks")])
def test_fast_music_has_its_downbeats_on_one(bpm: float, strokes: str) -> None:
    beats = field_band.steady(bpm, 128)
    heard = listen(field_band.play_band(beats, 4, strokes))
    assert min(abs(heard.tempo_bpm / bpm - 1), abs(2 * heard.tempo_bpm / bpm - 1)) < 0.01
    level = 1 if heard.tempo_bpm > 120 else 2
    assert agreement(beats[:-1:level], heard.beats) > 0.95
    assert agreement(beats[: -1 : 4 * level] if level == 1 else beats[:-1:8], heard.downbeats) > 0.85


def test_bars_of_six_begin_at_their_kick() -> None:
    beats = field_band.steady(198, 120)
    heard = listen(field_band.play_band(beats, 6, "k..s.k"))
    assert heard.tempo_bpm == pytest.approx(198, abs=1) and heard.meter == "6/8"
    assert agreement(beats[:-1:6], heard.downbeats) > 0.9
    assert heard.downbeats[0] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize(("meter", "per_bar", "bpm", "strokes"), [("5/4", 5, 130, "kssss"), ("7/4", 7, 160, "kssssss")])
def test_bars_of_five_and_seven_are_heard(meter: str, per_bar: int, bpm: float, strokes: str) -> None:
    beats = field_band.steady(bpm, 18 * per_bar)
    heard = listen(field_band.play_band(beats, per_bar, strokes))
    assert heard.meter == meter
    assert agreement(beats[:-1:per_bar], heard.downbeats) > 0.9
    assert np.median(np.diff(heard.downbeats)) == pytest.approx(60 / bpm * per_bar, abs=0.02)


def moving(bpm: Any) -> Any:
    return np.concatenate([[0.0], np.cumsum(60 / np.asarray(bpm))])


@pytest.mark.parametrize(
    "bpm",
    [np.linspace(90, 140, 96), np.linspace(132, 88, 96), np.repeat([100.0, 122.0], 48),
     84 * (1 + 0.14 * np.sin(np.arange(96) / 8))],
    ids=["accelerando", "ritardando", "step", "rubato"],
)  # fmt: skip
def test_a_tempo_that_moves_is_followed(bpm: Any) -> None:
    beats = moving(bpm)
    heard: Analysis = listen(field_band.play_band(beats, 4, "ksks"))
    assert agreement(beats[:-1], heard.beats) > 0.95
    assert agreement(beats[:-1:4], heard.downbeats) > 0.85
    told = [region.tempo_bpm for region in heard.pulse]
    assert max(told) / min(told) > 1.1, "how the tempo moves is said"
    assert heard.pulse[0].start_s == 0.0 and heard.pulse[-1].end_s == heard.duration_s
    assert all(one.end_s == other.start_s for one, other in pairwise(heard.pulse))


def test_a_plain_song_is_straight_and_sure_from_end_to_end() -> None:
    beats = field_band.steady(112, 64)
    heard = listen(field_band.play_band(beats, 4, "ksks"))
    assert heard.meter == "4/4" and heard.tempo_bpm == 112.0
    assert np.ptp(np.diff(heard.beats)) < 1e-3
    assert min(region.confidence for region in heard.pulse) > 0.6
