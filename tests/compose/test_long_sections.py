"""Sections longer than eight bars are composed too."""

from __future__ import annotations

import pytest

from remixlab.compose import Brief, compose


@pytest.mark.parametrize("bars", [12, 16, 24])
def test_a_long_verse_has_a_tune_to_its_end(bars: int) -> None:
    score = compose(Brief(style="synthpop", seed=180, title="Long", form=f"verse{bars} chorus8"))
    sung = [note.beat / 4 for note in score.melody if note.beat < bars * 4]
    for first in range(0, bars, 4):
        assert any(first <= bar < first + 4 for bar in sung), f"nothing is sung in bars {first + 1}-{first + 4}"
