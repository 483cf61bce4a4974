"""What a plan is called in one word."""

from __future__ import annotations

import pytest

from remixlab.plan import cover, remix, word_for

HARBOUR = "rec_1"


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (remix(HARBOUR).keep("vocals").restyle("drums", "bass", "other", style="drum-and-bass"), "drum and bass"),
        (remix(HARBOUR).mute("vocals"), "karaoke"),
        (remix(HARBOUR).tempo(ratio=0.85), "slowed"),
        (remix(HARBOUR).tempo(ratio=1.2).transpose(2), "sped up"),
        (remix(HARBOUR).tempo(ratio=1.2, at="chorus"), ""),
        (remix(HARBOUR), ""),
        (cover(HARBOUR).restyle("drums", style="bossa-nova"), "bossa nova"),
    ],
)
def test_a_plan_has_a_word_that_a_listener_knows(plan: object, word: str) -> None:
    assert word_for(plan) == word  # type: ignore[arg-type]
