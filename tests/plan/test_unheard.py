"""Wishes that change nothing are told."""

from __future__ import annotations

import pytest

from remixlab.domain.music import Analysis, DrumHit, Note
from remixlab.plan import RemixPlan, cover, remix, unheard
from remixlab.plan.ops import Groove

BEATS = tuple(0.5 * k for k in range(32))
QUIET = Analysis(duration_s=16.0, tempo_bpm=120.0, beats=BEATS, downbeats=BEATS[::4], key="C major", key_confidence=0.9)
BAND = QUIET.model_copy(
    update={
        "melody": (Note(start_s=1.0, end_s=2.0, midi=60.0),),
        "drums": tuple(DrumHit(time_s=t, piece="kick", velocity=0.8) for t in BEATS),
    }
)
DOUBLE = remix("x").then(Groove(feel="double"))


def test_double_time_without_drums_says_so_and_with_drums_does_not() -> None:
    assert "no drums" in unheard(DOUBLE, QUIET)[0]
    assert unheard(DOUBLE, BAND) == ()
    assert unheard(DOUBLE.restyle("drums", style="rock"), QUIET) == ()
    assert unheard(DOUBLE.layer("drums", "rock"), QUIET) == ()
    assert unheard(cover("x").then(Groove(feel="double")), QUIET) == ()


@pytest.mark.parametrize("plan", [remix("x").gain("vocals", gain_db=3), remix("x").revoice("choir")])
def test_what_is_asked_of_a_voice_that_is_not_there_says_so_once(plan: RemixPlan) -> None:
    assert len(unheard(plan.then(*plan.ops), QUIET)) == 1 and "Nobody sings" in unheard(plan, QUIET)[0]
    assert unheard(plan, BAND) == ()


def test_what_is_asked_of_everything_is_heard_without_a_voice() -> None:
    assert unheard(remix("x").gain("vocals", "drums", gain_db=3), QUIET) == ()
